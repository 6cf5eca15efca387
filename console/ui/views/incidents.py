"""The incident list: its columns, and the remark beside a title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from console.domain.escalation import preview
from console.domain.holds import HoldKind
from console.domain.human import age, span, until
from console.domain.incident import State
from console.domain.others import looking_words
from console.domain.policy import Policy
from console.domain.sla import Clock
from console.domain.standing import Standing, Want
from console.domain.summary import Summary
from console.domain.vocabulary import EffectState
from console.ui.text import Spans
from console.ui.views.clocks import priority_badge, tone
from console.ui.views.flapping import flapping_remark, flapping_sign
from console.ui.views.frame import Frame, joined
from console.ui.views.parts import service_shown, services_sign
from console.ui.widgets.columns import Column
from console.ui.writes import Stage, Write


@dataclass(frozen=True, slots=True)
class Item:
    """A row as it is drawn: where the incident stands, what became of a key pressed on it, who else looks at it."""

    standing: Standing
    write: Write | None = None
    onlookers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What the cells need besides the row.

    ``on_duty`` are the people who hold a role now; ``forgotten``: the list is looked at for what is quiet.
    """

    frame: Frame
    policy: Policy
    on_duty: frozenset[str] | None = None
    forgotten: bool = False


_STATES = {
    State.TRIGGERED: ("firing", "firing", "state-firing"),
    State.ACKNOWLEDGED: ("acked", "acked", "state-acked"),
    State.MONITORING: ("acked", "watched", "state-acked"),
    State.CLEARED_UNACKED: ("cleared", "cleared", "state-cleared"),
    State.RESOLVED: ("resolved", "resolved", "state-resolved"),
    State.CLOSED: ("resolved", "closed", "state-resolved"),
}


def state_of(row: Summary) -> tuple[str, str, str]:
    """Return a state's sign (a name in ``Glyphs``), its word and its style."""
    if row.snoozed_until is not None and row.is_open:
        return "snoozed", "snoozed", "state-snoozed"
    if row.is_open and row.flapping_since is not None and row.total and not row.firing:
        return "cleared", "held", _STATES[row.state][2]  # it flaps: what it was until it has been quiet
    if row.state is State.ACKNOWLEDGED and row.total and not row.firing:
        return "cleared", "over?", "state-acked"  # every alert has cleared; a person says that it is over
    return _STATES[row.state]


def columns() -> tuple[Column[Item, Around], ...]:
    """Return the columns in order; in a narrow list the least needed go first."""
    return (
        Column("priority", " P", 4, lambda item, _: priority_badge(item.standing.row)),
        Column("sign", "", 1, _sign),
        Column("state", "STATE", 7, _state, drop=4),
        Column("clock", "CLOCK", 11, _clock, ticking=True),
        Column("bar", "", 8, _bar, drop=9, ticking=True),
        Column("service", "SERVICE", 9, _service, flex=1, drop=5),
        Column("incident", "INCIDENT", 24, _incident, flex=9, tail=_remark),
        Column("alerts", "#", 4, _alerts, align="right", drop=8),
        Column("age", "AGE", 4, _age, align="right", drop=7),
        Column("owner", "OWNER", 6, _owner, drop=6),
    )


def _sign(item: Item, around: Around) -> Spans:
    sign, _word, style = state_of(item.standing.row)
    return ((getattr(around.frame.glyphs, sign), style),)


def _state(item: Item, _: Around) -> Spans:
    _sign_name, word, style = state_of(item.standing.row)
    return ((word, style),)


def clock_style(item: Standing, clock: Clock, around: Around) -> str:
    """Return how a reading looks: calm, near its deadline, beyond it, or of no matter now."""
    if item.want in {Want.SLEEP, Want.CLOSE, Want.TELL}:
        return "clock-idle"
    warn = around.policy.warn_ack if item.clock_name == "ack" else around.policy.warn_resolve
    return tone(clock, around.frame.now, warn)


def _clock(item: Item, around: Around) -> Spans:
    clock = item.standing.clock
    reading = span(clock.remaining(around.frame.now)) if clock.paused_since is None else "paused"
    style = clock_style(item.standing, clock, around)
    return ((f"{item.standing.clock_name} ", "dim"), (f"{reading:>7}", f"{style} bold"))


def _bar(item: Item, around: Around) -> Spans:
    used = item.standing.clock.used(around.frame.now)
    full, track = around.frame.glyphs.bar(used, 8)
    return ((full, clock_style(item.standing, item.standing.clock, around)), (track, "faint"))


def _service(item: Item, _: Around) -> Spans:
    return ((service_shown(item.standing.row), "name"),)


def _incident(item: Item, around: Around) -> Spans:
    row = item.standing.row
    line: Spans = (*services_sign(row), (row.title, "bold" if item.standing.want is Want.ACK else ""))
    # Signs stand before the title: there they stay where the remark has no room.
    line = (*flapping_sign(row, around.frame), *line)
    if item.onlookers:
        line = ((f"{around.frame.glyphs.looked_at} ", "note bold"), *line)
    told = _written(item.write)
    if told:
        return (*told, ("  ", ""), *line)
    failed = row.effect is EffectState.FAILED
    return (("! ", "clock-late bold"), *line) if failed else line


def _remark(item: Item, around: Around) -> tuple[Spans, ...]:
    """Return what may stand behind a title, from most words to fewest."""
    if item.write is not None:
        return ()
    remark = remark_on(item.standing, around)
    words = looking_words(item.onlookers, around.frame.me, around.policy)
    looking: Spans = ((words, "note italic"),) if words else ()
    flaps = flapping_remark(item.standing.row, around.policy, around.frame)
    dot = (f" {around.frame.glyphs.dot} ", "dim")
    both, told = joined((remark, flaps, looking), dot), joined((remark, flaps), dot)
    failed = item.standing.row.effect is EffectState.FAILED
    short: Spans = (("FAILED", "clock-late"),) if failed else ()
    return tuple(dict.fromkeys(form for form in (both, told, remark, short, flaps, looking) if form))


def _written(write: Write | None) -> Spans:
    """Return what became of a key pressed here; it stands before the title so that nothing cuts it off."""
    if write is None:
        return ()
    words, style = _STAGES[write.stage]
    return ((words.format(write.verb), style),)


_STAGES = {
    Stage.SAVING: ("saving {}…", "note italic"),
    Stage.SAVED: ("{} saved", "note italic"),
    Stage.REFUSED: ("{} refused", "clock-warn bold"),
    Stage.WAITING: ("{} waits, not saved yet", "clock-warn bold"),
    Stage.NOT_SAVED: ("{} NOT saved", "clock-late bold"),
    Stage.UNKNOWN: ("{} unknown, asking again", "clock-late bold"),
}


def remark_on(item: Standing, around: Around) -> Spans:
    """Return the remark beside a title: the one thing about the row that its columns do not say."""
    row = item.row
    if row.effect is EffectState.FAILED:
        words = row.effect_text or row.sources
        return ((words if "failed" in words.casefold() else f"FAILED: {words}", "clock-late"),)
    words = (
        (row.effect_text or f"{row.sources}: asked …".removeprefix(": "))
        if row.effect is EffectState.PENDING and item.want is not Want.TELL
        else ""
    )
    want = Want.ANSWER if around.forgotten else item.want
    words = words or _REMARKS.get(want, _upstream)(row, around)
    return ((words, "note italic"),) if words else ()


def _wakes(row: Summary, around: Around) -> str:
    at = row.snoozed_until
    return f"wakes {until(at, around.frame.now, around.frame.zone)}" if at else ""


def _coming(row: Summary, around: Around) -> str:
    planned = preview(row, around.policy, around.frame.now, limit=1)
    if not planned:
        return ""
    hold = planned[0].hold
    if hold is not None and hold.kind is not HoldKind.SOURCE:
        at = until(hold.until, around.frame.now, around.frame.zone)
        words = replace(hold, reason="").words(lambda _: at)  # the clocks have room for the reason
        who = f"{around.frame.glyphs.up} {planned[0].name or 'nobody'} {at}, "
        return words if hold.kind is HoldKind.MAINTENANCE else who + words
    left = max(planned[0].at - around.frame.now, timedelta())
    when = f"in {age(left)}" if left >= timedelta(minutes=1) else "in <1m" if left else "due"
    return f"{around.frame.glyphs.up} {planned[0].name or 'nobody'} {when}"


def _quiet(row: Summary, around: Around) -> str:
    """Return how long nobody did anything, and whether who has it has gone home."""
    gone = around.on_duty is not None and row.owner and row.owner not in around.on_duty
    return f"quiet {age(around.frame.now - row.active_at)}{', owner off shift' if gone else ''}"


def _upstream(row: Summary, around: Around) -> str:
    """Return what the source says: that it holds the alert back itself, or what it did for us."""
    if row.held_until is not None:
        return f"silenced until {until(row.held_until, around.frame.now, around.frame.zone)}"
    return row.effect_text


_REMARKS: dict[Want, Callable[[Summary, Around], str]] = {
    Want.CLOSE: lambda _row, _around: "ack to close",
    Want.TELL: lambda _row, _around: "tell clients",
    Want.SLEEP: _wakes,
    Want.ACK: _coming,
    Want.ANSWER: _quiet,
}


def _alerts(item: Item, _: Around) -> Spans:
    row = item.standing.row
    if not row.total:
        return (("–", "dim"),)
    both = f"{row.firing}/{row.total}"
    return ((str(row.firing) if row.firing == row.total or len(both) > 4 else both, "dim"),)


def _age(item: Item, around: Around) -> Spans:
    return ((age(around.frame.now - item.standing.row.reported_at), "dim"),)


def _owner(item: Item, around: Around) -> Spans:
    owner = item.standing.row.owner
    if not owner:
        return ((around.frame.glyphs.dash, "dim"),)
    return (("you", "you"),) if owner == around.frame.me else ((around.policy.name_of(owner), "dim"),)
