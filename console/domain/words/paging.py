"""Pages, snoozes and questions, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.human import listed
from console.domain.words.base import Telling, Words, because


def _escalated(body: ev.Escalated, telling: Telling) -> str:
    level = f" ({body.name or f'level {body.level}'})"
    verb = "paged" if body.auto else "escalated to"
    again = f", round {body.round + 1}" if body.round else ""
    rooms = listed(tuple(f"#{room}" for room in body.channels), most=5)
    if not body.to:
        return f"told {rooms}{level}{again}{because(body.reason)}"
    told = f", told {rooms}" if rooms else ""
    all_of_them = ", each has to ack" if body.everyone else ""
    return f"{verb} {telling.people(body.to)}{level}{again}{all_of_them}{told}{because(body.reason)}"


def _repaged(body: ev.Repaged, telling: Telling) -> str:
    return f"paged {telling.people(body.to)} again, no ack from them yet ({body.time})"


def _level_skipped(body: ev.LevelSkipped, _telling: Telling) -> str:
    return f"level {body.level} skipped{because(body.reason)}"


def _snoozed(body: ev.Snoozed, telling: Telling) -> str:
    return f"snoozed until {telling.when(body.until)}{because(body.reason)}"


def _nudged(body: ev.Nudged, telling: Telling) -> str:
    return f"asked: still on it? Quiet since {telling.when(body.quiet_since)}"


WORDS: Words = {
    ev.Escalated: _escalated,
    ev.Repaged: _repaged,
    ev.LevelSkipped: _level_skipped,
    ev.Snoozed: _snoozed,
    ev.Nudged: _nudged,
    ev.Confirmed: lambda _body, _telling: "acked too",
    ev.StillOn: lambda _body, _telling: "still on it",
    ev.Woke: lambda body, _telling: "woke" + because(body.reason),
}
