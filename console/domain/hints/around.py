"""What stands around the incidents: the store, the engine, the sources, the roster, the end of a shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from console.domain.health import SourceStatus, status
from console.domain.hints import handing
from console.domain.hints.hint import Hint, Tone
from console.domain.human import age
from console.domain.notify.standing import undelivered
from console.domain.others import clock_off, other_rules
from console.domain.roster import Duty
from console.domain.snapshot import Snapshot, StoreState
from console.domain.standing import Viewer

HANDOVER_WITHIN = timedelta(minutes=60)
"""The end of a shift is announced this long before (semantics, section 7: T-60)."""


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


def foundations(snapshot: Snapshot, now: datetime, engine_trouble: str) -> Iterator[Hint]:
    """Yield what makes everything else worth little: nothing is saved, nobody watches, pages do not arrive."""
    store = snapshot.store
    if store.state is StoreState.UNREACHABLE:
        since = f" for {age(now - store.seen_at)}" if store.seen_at else ""
        why = f" ({store.error})" if store.error else ""
        yield Hint(
            f"the store has not answered{since}: nothing can be saved{why}; act by phone, notes wait here",
            tone=Tone.ALARM,
        )
    elif store.state is StoreState.READ_ONLY and not store.as_asked:
        why = f" ({store.error})" if store.error else ""
        yield Hint(
            f"the store is read-only: nothing can be saved{why}; use another console, or the phone",
            tone=Tone.ALARM,
        )
    if not engine_runs(snapshot, now):
        engine = snapshot.engine
        why = engine_trouble or (
            f"last heard {age(now - engine.beat_at)} ago from {engine.host}" if engine else ""
        )
        tail = (
            f": {why}; or start oncall watch"
            if why
            else ": nobody polls, pages or escalates; start oncall watch"
        )
        yield Hint(f"auto-escalation is NOT running{tail}", tone=Tone.ALARM)
    for line in undelivered(snapshot.engine.channels if snapshot.engine else (), snapshot.policy):
        yield Hint(line, "console.sources", tone=Tone.ALARM)


def together(snapshot: Snapshot) -> Iterator[Hint]:
    """Yield what keeps consoles on one store from showing and doing the same."""
    if off := clock_off(snapshot.skew):
        yield Hint(off, "console.about")
    for words in other_rules(snapshot):
        yield Hint(words, "console.about")


def gaps(snapshot: Snapshot, who: Viewer, now: datetime) -> Iterator[Hint]:
    """Yield the roles that nobody holds now in the viewer's teams."""
    for duty in snapshot.duties:
        if duty.person is None and (not who.teams or duty.team in who.teams):
            until = f" for {age(duty.until - now)}" if duty.until else ""
            yield Hint(f"nobody is {duty.role} for {duty.team}{until}", "console.roster")


def sources(snapshot: Snapshot, now: datetime) -> Iterator[Hint]:
    """Yield the sources that are not live, with why."""
    if not snapshot.sources and snapshot.rehearsal == "drill":
        yield Hint("the drill begins: its alerts are not read yet", tone=Tone.CALM)
    elif not snapshot.sources:
        yield Hint("no source is being watched: nothing here means nothing is known; add one to the config")
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


def shift_end(snapshot: Snapshot, who: Viewer, now: datetime) -> Iterator[Hint]:
    """Yield the handover once the viewer's own shift ends soon."""
    ending = my_duty(snapshot.duties, who.id)
    if ending is None or ending.until is None or ending.until - now > HANDOVER_WITHIN:
        return
    hint = handing.ending(snapshot, ending, now)
    if hint is not None:
        yield hint


def my_duty(duties: tuple[Duty, ...], me: str) -> Duty | None:
    """Return the duty to show for a person: a primary one, then the one that ends first."""
    held = [duty for duty in duties if duty.person == me]
    last = float("inf")
    ends = ((one.role != "primary", one.until.timestamp() if one.until else last) for one in held)
    return min(zip(ends, held, strict=True), key=lambda pair: pair[0], default=(None, None))[1]
