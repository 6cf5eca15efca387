"""How the parts are: sources, engine, store. Unknown is a value of its own and never looks like quiet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.human import age
from console.domain.notify.channels import ChannelHealth
from console.domain.oncall import OnCall
from console.domain.watchdogs import Seen

_DAY = timedelta(days=1).total_seconds()


class SourceStatus(StrEnum):
    """As scripts see it in JSON."""

    LIVE = "live"
    STALE = "stale"
    FAILED = "failed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source as the engine last saw it. Ages are for the front end to compute from its own ``now``.

    ``misses`` counts failed polls since the last success; ``interval`` is seconds between polls.
    ``error`` is one line, ``hint`` what to do. ``alerts`` is how many it reported last.
    ``complete`` False: the last answer was only part of the truth. ``watchdogs``: when each alert that
    must always fire was last seen. ``on_call``: who it says is on call, as of ``on_call_at``.
    ``permanent``: it fails until somebody changes something; ``parked``: that is our credentials or rights.
    A feed of changes is kept in the same words; it has no alerts.
    """

    name: str
    kind: str
    interval: float
    last_success: datetime | None = None
    last_attempt: datetime | None = None
    misses: int = 0
    error: str = ""
    hint: str = ""
    permanent: bool = False
    complete: bool = True
    alerts: int | None = None
    problems: tuple[str, ...] = ()
    watchdogs: Seen = ()
    on_call: tuple[OnCall, ...] = ()
    on_call_at: datetime | None = None
    parked: bool = False


@dataclass(frozen=True, slots=True)
class CalendarHealth:
    """One calendar as the engine last read it. ``interval`` is seconds between readings.

    ``count`` is how many shifts it has, ``until`` how far they are known (UTC). ``error`` is why the last
    reading failed, ``hint`` what to do: the shifts of ``last_success`` still count. ``problems`` are what it
    says that could not be used, one line each.
    """

    name: str
    team: str
    role: str
    interval: float
    last_success: datetime | None = None
    last_attempt: datetime | None = None
    error: str = ""
    hint: str = ""
    count: int = 0
    until: datetime | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineReport:
    """The engine's heartbeat, kept in the lease row: who runs it, since when, how its sources are.

    ``kind`` says what it is: ``service`` (``oncall watch``), ``console`` (a console's own child, gone
    when that console is closed), ``once`` (a single cycle); empty where an older version wrote it.
    A screen shows it with ``host``: "engine: db1 (service)", "engine: Rina's laptop (console)".
    """

    holder: str
    host: str
    pid: int
    token: int
    started_at: datetime
    beat_at: datetime
    expires_at: datetime
    policy_digest: str = ""
    sources: tuple[SourceHealth, ...] = ()
    kind: str = ""
    channels: tuple[ChannelHealth, ...] = ()
    calendars: tuple[CalendarHealth, ...] = ()
    feeds: tuple[SourceHealth, ...] = ()


def status(source: SourceHealth, engine: EngineReport | None, now: datetime) -> SourceStatus:
    """Return how far a source can be trusted at ``now`` (store time).

    Never a success: never. Failing for good, or three misses, or an answer that says so: failed
    or stale. A source whose engine is silent past its lease is stale whatever it said last
    (peer bug B23: no word is not good news). Three intervals without a success: stale (V21).
    """
    how = polled(source, now)
    silent = engine is None or now > engine.expires_at
    return SourceStatus.STALE if silent and how is SourceStatus.LIVE else how


def polled(source: SourceHealth, now: datetime) -> SourceStatus:
    """Return how far a source can be trusted by those who poll it themselves: see ``status``."""
    if source.last_success is None:
        return SourceStatus.FAILED if source.error else SourceStatus.NEVER
    if source.permanent:
        return SourceStatus.FAILED
    overdue = (now - source.last_success).total_seconds() > max(3 * source.interval, source.interval + 10)
    if overdue or source.misses >= 3:
        return SourceStatus.STALE
    return SourceStatus.LIVE if source.complete else SourceStatus.STALE


def not_live(
    sources: Iterable[SourceHealth], engine: EngineReport | None, now: datetime
) -> tuple[SourceHealth, ...]:
    """Return the sources, or feeds of changes, that cannot be relied on at ``now``: what they would tell is not known."""
    return tuple(one for one in sources if status(one, engine, now) is not SourceStatus.LIVE)


def trust_word(source: SourceHealth, how: SourceStatus) -> str:
    """Return the word for how far a source can be trusted; one that failed over our credentials is "parked"."""
    return "parked" if source.parked and how is SourceStatus.FAILED else how.value


def old_calendars(calendars: Sequence[CalendarHealth], now: datetime) -> tuple[CalendarHealth, ...]:
    """Return the calendars that were read once, but not for so long that they may say something else by now.

    That is after three readings that did not come, whether they failed or nobody is there to read; a calendar
    that is read less than twice a day is old a day after its time.
    """
    return tuple(
        one
        for one in calendars
        if one.last_success is not None
        and (now - one.last_success).total_seconds() > min(3 * one.interval, one.interval + _DAY)
    )


def old_calendar_words(one: CalendarHealth, now: datetime) -> str:
    """Return how old what is known of a calendar is, and why."""
    known = now if one.last_success is None else one.last_success
    why = f": {one.error}" if one.error else ""
    return f"calendar {one.name} was last read {age(now - known)} ago{why}"
