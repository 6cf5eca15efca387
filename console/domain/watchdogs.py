"""Alerts that must always fire: one that is missing means that the alerting itself is broken.

The pattern of Prometheus' ``Watchdog``: a rule that is always true. While it fires it is no
incident; once a complete answer has not had it for a while, that is one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.priority import Priority


@dataclass(frozen=True, slots=True)
class Watchdogs:
    """The names of a source's watchdogs, and how long one may be missing."""

    names: tuple[str, ...]
    after: timedelta


Seen = tuple[tuple[str, datetime], ...]
"""When each watchdog was last seen (UTC), or first looked for."""


def watched(poll: Poll, rule: Watchdogs, seen: Seen, now: datetime) -> tuple[Poll, Seen]:
    """Return the poll without its watchdogs and with an alert for each one that is missing, and when each was seen.

    An incomplete answer proves nothing missing, and clears nothing that was found missing before.
    """
    wanted = frozenset(rule.names)
    present = {alert.name for alert in poll.alerts} & wanted
    known = dict(seen)
    last = {name: now if name in present else known.get(name, now) for name in rule.names}
    alerts = tuple(alert for alert in poll.alerts if alert.name not in wanted)
    missing = tuple(
        _missing(poll.source, name, at)
        for name, at in last.items()
        if poll.complete and now - at >= rule.after
    )
    return replace(poll, alerts=(*alerts, *missing)), tuple(last.items())


def _missing(source: str, name: str, since: datetime) -> Alert:
    return Alert(
        ref=AlertRef(source, f"watchdog:{name}"),
        name=f"{name}Missing",
        title=f"{name} no longer fires at {source}: alerts may not reach us",
        service=source,
        priority=Priority.P1,
        started_at=since,
        labels=(("alertname", f"{name}Missing"), ("watchdog", name)),
        description=f"{name} must always fire. {source} answers, but without it: look at what evaluates the rules.",
    )
