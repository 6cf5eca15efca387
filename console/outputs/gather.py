"""Reading from a store what a handover is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from console.domain.change import Change
from console.domain.changes.correlated import began
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.handover import HandoverInputs, span_of
from console.domain.handover_shift import CHANGED_WITHIN
from console.domain.health import SourceHealth
from console.domain.metrics import RECURS_WITHIN
from console.domain.policy import Policy
from console.domain.review.board import with_review
from console.domain.roster import duty, roles, shift_of, teams
from console.domain.summary import Summary
from console.domain.team.handovers import Entry
from console.errors import StoreError, UsageError
from console.ports.store import IncidentStore

MOST_REVIEWED = 200
"""Earlier incidents with a review whose action items are read: the latest."""
MOST_CHANGES = 5000
"""Changes that are looked through: the latest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which handover is wanted; what is left out is filled in from the roster.

    ``zone`` is for showing times (None: the team's own). ``role``, ``person`` and ``incoming`` are whose handover
    it is, where that is known; ``as_of_now``: also a shift that is over is shown as things stand now.
    ``entries`` are what was written for it.
    """

    team: str = ""
    role: str = ""
    person: str = ""
    incoming: str = ""
    as_of_now: bool = False
    entries: tuple[Entry, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    zone: tzinfo | None = None


def gather(
    store: IncidentStore,
    policy: Policy,
    me: str,
    asked: Asked,
    sources: tuple[SourceHealth, ...] | None = None,
) -> HandoverInputs:
    """Return the inputs of the handover of a shift; blocking, for the store's thread.

    Without a team it is the shift that ``me`` has now, else the first team's; without a start and
    an end the present shift of that role. A span that was asked for and is over is shown as it
    stood at its end. ``sources`` are those of the config; None: those the engine reports. Raises
    ``UsageError`` where there is no such team, or the span has no length; ``StoreError``.
    """
    now = store.now()
    team, role = (asked.team, asked.role) if asked.role else whose(policy, me, asked.team, now)
    held = duty(policy.roster, team, role, now)
    first, last = span_of(held, now)
    start, end = asked.start or first, asked.end or last
    if start >= end:
        raise UsageError(
            "this shift would end before it starts", hint="give a start that lies before its end"
        )
    engine = store.engine()
    until = max(end, now + timedelta(milliseconds=1))  # what happens at this very instant is included
    position = store.open_rows().position  # read first: the logs know at least as much
    during = _of_team(store.rows(start, until), team)
    logs = store.logs([row.id for row in during])
    earlier = _of_team(store.rows(start - RECURS_WITHIN, start), team)
    past = asked.end is not None and end <= now and not asked.as_of_now  # it stays as it was
    followed = () if past else _of_team(store.followed(), team)
    untold = [row.id for row in followed if row.id not in logs]
    reviewed = [one for one in with_review(earlier) if one not in logs][-MOST_REVIEWED:]
    return HandoverInputs(
        team=team,
        role=role,
        person=asked.person or ((held.person or "") if first <= start < last else ""),
        incoming=asked.incoming,
        start=start,
        end=end,
        generated_at=now,
        as_of=end if past else now,
        position=position,
        policy=policy,
        logs=tuple(logs[row.id] for row in during if logs.get(row.id)),
        earlier=earlier,
        reviewed=tuple(filter(None, store.logs(reviewed).values())),
        sources=sources if sources is not None else (engine.sources if engine else ()),
        engine=engine,
        journal=store.journal_entries(start, until),
        zone=asked.zone,
        changes=_changes(store, policy, logs, start, until),
        entries=asked.entries,
        untold=tuple(filter(None, store.logs(untold).values())),
    )


def _changes(
    store: IncidentStore,
    policy: Policy,
    logs: Mapping[str, tuple[Event, ...]],
    start: datetime,
    until: datetime,
) -> tuple[Change, ...]:
    """Return the changes of the shift, and from before its oldest incident began."""
    begun = [began(fold(log)) for log in logs.values() if log]
    first = min([start - CHANGED_WITHIN, *(one - policy.grouping.change_window for one in begun)])
    try:
        return store.changes(first, until, MOST_CHANGES)
    except StoreError:
        return ()  # an older store that can only be read has no place for them


def _of_team(rows: tuple[Summary, ...], team: str) -> tuple[Summary, ...]:
    return tuple(row for row in rows if row.team in {"", team})


def whose(policy: Policy, me: str, team: str, now: datetime) -> tuple[str, str]:
    """Return the team and role that are handed over."""
    known = teams(policy.roster)
    if not known:
        raise UsageError("no shift to hand over", hint="add [[rotations]] to the config")
    if team and team not in known:
        raise UsageError(f'no rotation of a team "{team}"', hint=f"there is {', '.join(known)}")
    mine = shift_of(policy.roster, me, now)
    if mine is not None and team in {"", mine.team}:
        return mine.team, mine.role
    place = team or known[0]
    held = [
        role for role in roles(policy.roster, place) if duty(policy.roster, place, role, now).person == me
    ]
    return place, (held or list(roles(policy.roster, place)))[0]
