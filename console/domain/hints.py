"""The NEXT line: the one thing policy wants now, in the order in which it matters.

Unknown never looks quiet: while the store does not save, nobody runs the engine, or a source is not
live, "nothing needs you" is not said (peer bug B23).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from console.domain.health import SourceStatus, status
from console.domain.human import age, span
from console.domain.notify.standing import undelivered
from console.domain.others import clock_off, other_rules
from console.domain.priority import Priority
from console.domain.roster import Duty
from console.domain.snapshot import Snapshot, StoreState
from console.domain.standing import Standing, Viewer, Want
from console.domain.summary import Summary

PRIORITY_WITHIN = timedelta(minutes=5)
"""A priority is due this long after the ack (semantics, section 5)."""
HANDOVER_WITHIN = timedelta(minutes=60)
"""The end of a shift is announced this long before (semantics, section 7: T-60)."""


class Tone(StrEnum):
    """How loud a hint is."""

    CALM = "calm"
    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do next. ``action`` is the id of the action whose key does it, empty where no key helps.

    ``incident`` is the one it is about. ``then`` is what comes after it.
    """

    text: str
    action: str = ""
    incident: str = ""
    tone: Tone = Tone.WARN
    then: Hint | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """What the open incidents come to, worked out once per change; the tick only compares instants.

    ``mine`` are the rows that concern the viewer, by want, most pressing first. ``dues``
    are the deadlines of the running clocks in order, as timestamps; ``lost`` counts clocks that
    stand still beyond their deadline.
    """

    open: int
    unacked: int
    dues: tuple[float, ...]
    lost: int
    mine: dict[Want, tuple[Standing, ...]] = field(default_factory=dict)
    others_unacked: int = 0

    def breached(self, now: datetime) -> int:
        """Return how many of the clocks shown have passed their deadline."""
        return bisect_left(self.dues, now.timestamp()) + self.lost


def digest(items: Iterable[Standing], who: Viewer) -> Digest:
    """Return the sums over the open incidents. Who is on no duty is told about everybody's."""
    dues: list[float] = []
    mine: dict[Want, list[Standing]] = {}
    total = unacked = lost = others = 0
    watching = not who.on_duty
    for item in items:
        total += 1
        clock = item.clock
        if clock.paused_since is None:
            dues.append(item.order[1])
        elif clock.paused_since > clock.deadline:
            lost += 1
        waits = item.want is Want.ACK
        unacked += waits
        if (watching and not item.row.owner) or (who.concerns(item.row) and _paged(item.row, who)):
            mine.setdefault(item.want, []).append(item)
        else:
            others += waits
    dues.sort()
    return Digest(
        open=total,
        unacked=unacked,
        dues=tuple(dues),
        lost=lost,
        mine={
            want: tuple(sorted(found, key=_ORDERS.get(want, _by_time_left))) for want, found in mine.items()
        },
        others_unacked=others,
    )


def _paged(row: Summary, who: Viewer) -> bool:
    """Return whether the page, if there was one, went to this person: others' pages are theirs to answer (S10)."""
    return bool(row.owner) or not row.paged_now or who.id in row.paged_now


def next_hint(  # noqa: PLR0913 - what is known, who looks, when, and what others add
    snapshot: Snapshot,
    summed: Digest,
    who: Viewer,
    now: datetime,
    engine_trouble: str = "",
    *,
    asides: tuple[Hint, ...] = (),
) -> Hint:
    """Return the one thing policy wants now, with what comes after it.

    ``engine_trouble``: why this console's engine is not running. ``asides``: what to say where nothing presses.
    """
    wishes = _wishes(snapshot, summed, who, now, engine_trouble)
    first, *rest = islice(chain(wishes, asides, _otherwise(snapshot, summed, now)), 2)
    if not rest or (rest[0].tone is Tone.CALM and not rest[0].action):  # "then: nothing" says nothing
        return first
    return Hint(first.text, first.action, first.incident, first.tone, rest[0])


def all_is_known(snapshot: Snapshot, now: datetime) -> bool:
    """Return whether an empty list means quiet: store current, engine running, every source live."""
    return (
        snapshot.store.state is not StoreState.UNREACHABLE
        and engine_runs(snapshot, now)
        and bool(snapshot.sources)
        and all(status(source, snapshot.engine, now) is SourceStatus.LIVE for source in snapshot.sources)
    )


def engine_runs(snapshot: Snapshot, now: datetime) -> bool:
    """Return whether somebody holds the engine's lease at ``now``."""
    return snapshot.engine is not None and now <= snapshot.engine.expires_at


def _wishes(
    snapshot: Snapshot, summed: Digest, who: Viewer, now: datetime, engine_trouble: str
) -> Iterator[Hint]:
    """Yield everything that is wanted, most pressing first."""
    yield from _foundations(snapshot, now, engine_trouble)
    yield from _acks(summed, now)
    yield from _work(summed, snapshot, now)
    yield from _closing(summed)
    yield from _together(snapshot)
    yield from _gaps(snapshot, who, now)
    yield from _sources(snapshot, now)
    yield from _shift_end(snapshot, who, now)


def _otherwise(snapshot: Snapshot, summed: Digest, now: datetime) -> Iterator[Hint]:
    if all_is_known(snapshot, now):
        elsewhere = f" · {summed.others_unacked} unacked, paged to others" if summed.others_unacked else ""
        yield Hint(f"nothing needs you{elsewhere}", tone=Tone.CALM)
    else:
        yield Hint("what is not live is unknown, not quiet", tone=Tone.WARN)


def _foundations(snapshot: Snapshot, now: datetime, engine_trouble: str) -> Iterator[Hint]:
    store = snapshot.store
    if store.state is StoreState.UNREACHABLE:
        since = f" for {age(now - store.seen_at)}" if store.seen_at else ""
        why = f" ({store.error})" if store.error else ""
        yield Hint(f"the store has not answered{since}: nothing can be saved{why}", tone=Tone.ALARM)
    elif store.state is StoreState.READ_ONLY and not store.as_asked:
        why = f" ({store.error})" if store.error else ""
        yield Hint(f"the store is read-only: nothing can be saved{why}", tone=Tone.ALARM)
    if not engine_runs(snapshot, now):
        engine = snapshot.engine
        why = engine_trouble or (
            f"last heard {age(now - engine.beat_at)} ago from {engine.host}" if engine else ""
        )
        tail = f": {why}" if why else ": nobody polls, pages or escalates"
        yield Hint(f"auto-escalation is NOT running{tail}", tone=Tone.ALARM)
    for line in undelivered(snapshot.engine.channels if snapshot.engine else (), snapshot.policy):
        yield Hint(line, "console.sources", tone=Tone.ALARM)


def _acks(summed: Digest, now: datetime) -> Iterator[Hint]:
    """Yield the worst priority first, then least time left: a late P1 comes before a P3 still in time."""
    for item in summed.mine.get(Want.ACK, ()):
        row, left = item.row, item.clock.remaining(now)
        if item.clock_name != "ack":
            yield Hint(f"ack {row.id}, paged again", "incident.ack", row.id, Tone.ALARM)
        elif left < timedelta():
            yield Hint(f"ack {row.id} now, {span(-left)} overdue", "incident.ack", row.id, Tone.ALARM)
        else:
            yield Hint(f"ack {row.id} within {span(left)}", "incident.ack", row.id, _by_time(item, now))


def _by_time_left(item: Standing) -> Any:
    return item.order


def _by_priority(item: Standing) -> tuple[Priority, datetime, str]:
    row = item.row
    return row.effective_priority or Priority.P1, item.clock.deadline, row.id


_ORDERS: dict[Want, Callable[[Standing], Any]] = {Want.ACK: _by_priority}


def _by_time(item: Standing, now: datetime) -> Tone:
    return Tone.ALARM if item.clock.used(now) >= 0.8 else Tone.WARN


def _work(summed: Digest, snapshot: Snapshot, now: datetime) -> Iterator[Hint]:
    for item in sorted(
        summed.mine.get(Want.PRIORITY, ()), key=lambda item: item.row.acked_at or item.row.reported_at
    ):
        late = now - (item.row.acked_at or item.row.reported_at) - PRIORITY_WITHIN
        overdue = late > timedelta()
        tail = f", {span(late)} overdue" if overdue else ""
        yield Hint(
            f"set the priority of {item.row.id}{tail}",
            "incident.priority",
            item.row.id,
            Tone.ALARM if overdue else Tone.WARN,
        )
    for item in summed.mine.get(Want.ANSWER, ()):
        quiet = now - item.row.active_at
        yield Hint(f"{item.row.id} quiet for {age(quiet)}: still on it?", "incident.still-on", item.row.id)
    for want in (Want.PRIORITY, Want.ANSWER, Want.FIX):
        for item in summed.mine.get(want, ()):
            if item.clock.paused_since is None and item.clock.used(now) >= snapshot.policy.warn_resolve:
                left = item.clock.remaining(now)
                missed = left < timedelta()
                text = f"past its target by {span(-left)}" if missed else f"due in {span(left)}"
                yield Hint(
                    f"resolve {item.row.id}, {text}",
                    "incident.resolve",
                    item.row.id,
                    Tone.ALARM if missed else Tone.WARN,
                )


def _closing(summed: Digest) -> Iterator[Hint]:
    for item in summed.mine.get(Want.RESOLVE, ()):
        yield Hint(f"{item.row.id} has recovered: resolve it", "incident.resolve", item.row.id)
    for item in summed.mine.get(Want.CLOSE, ()):
        yield Hint(f"{item.row.id} cleared by itself: ack to close", "incident.ack", item.row.id)


def _together(snapshot: Snapshot) -> Iterator[Hint]:
    """Yield what keeps consoles on one store from showing and doing the same."""
    if off := clock_off(snapshot.skew):
        yield Hint(off, "console.about")
    for words in other_rules(snapshot):
        yield Hint(words, "console.about")


def _gaps(snapshot: Snapshot, who: Viewer, now: datetime) -> Iterator[Hint]:
    for duty in snapshot.duties:
        if duty.person is None and (not who.teams or duty.team in who.teams):
            until = f" for {age(duty.until - now)}" if duty.until else ""
            yield Hint(f"nobody is {duty.role} for {duty.team}{until}", "pane.roster")


def _sources(snapshot: Snapshot, now: datetime) -> Iterator[Hint]:
    if not snapshot.sources:
        yield Hint("no source is being watched: nothing here means nothing is known")
    for source in snapshot.sources:
        how = status(source, snapshot.engine, now)
        if how is not SourceStatus.LIVE:
            word = "parked" if source.parked else "not live"
            trouble = _trouble(source.error, source.hint, how)
            yield Hint(f"{source.name} is {word}: {trouble}", "console.refresh")


def _trouble(error: str, hint: str, how: SourceStatus) -> str:
    if error:
        return f"{error}; {hint}" if hint else error
    return "no answer yet" if how is SourceStatus.NEVER else "what it does not say is unknown, not quiet"


def _shift_end(snapshot: Snapshot, who: Viewer, now: datetime) -> Iterator[Hint]:
    ending = my_duty(snapshot.duties, who.id)
    if ending is None or ending.until is None or ending.until - now > HANDOVER_WITHIN:
        return
    to = snapshot.policy.name_of(ending.next_person) if ending.next_person else "nobody is next"
    yield Hint(f"shift ends in {age(ending.until - now)}: hand over to {to}", "handover.open")


def my_duty(duties: tuple[Duty, ...], me: str) -> Duty | None:
    """Return the duty to show for a person: a primary one, then the one that ends first."""
    held = [duty for duty in duties if duty.person == me]
    last = float("inf")
    ends = ((one.role != "primary", one.until.timestamp() if one.until else last) for one in held)
    return min(zip(ends, held, strict=True), key=lambda pair: pair[0], default=(None, None))[1]
