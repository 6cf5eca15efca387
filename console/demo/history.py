"""What happened before the demo began: the shift so far, written with the clock turned back.

The store is the demo's own; nothing else ever writes with a clock that is not the store's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.demo.folder import identity
from console.demo.scenario import Fault, faults
from console.desk.executor import Executor
from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef
from console.domain.commands import (
    Ack,
    Advance,
    Command,
    MarkStep,
    Note,
    ObserveAlerts,
    Open,
    Resolve,
    SetPriority,
    Snooze,
)
from console.domain.grouping import group_key
from console.domain.policy import Grouping
from console.domain.priority import Priority
from console.domain.vocabulary import StepState, Sufficed
from console.ports.desk import Outcome, Saved

SEVERITIES = {"critical": Priority.P1, "high": Priority.P2, "warning": Priority.P3, "info": Priority.P4}

Deed = tuple[timedelta, str, Command]  # how long before now, who, what


class TurnedBack:
    """A clock that stands where it is put."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return where it stands."""
        return self.moment


@dataclass(frozen=True, slots=True)
class Past:
    """An incident from before: its alerts, when it opened (before now), what was done."""

    opened: timedelta
    alerts: tuple[Alert, ...]
    deeds: tuple[Deed, ...] = ()


def write(executor: Executor, clock: TurnedBack, now: datetime) -> int:
    """Write the shift so far and return how many incidents it has. ``clock`` is the store's own."""
    steps: list[tuple[datetime, int, str, Command]] = []
    pasts = tuple(_pasts(now))
    for number, past in enumerate(pasts):
        steps += [(now - before, number, who, command) for before, who, command in past.deeds]
        steps += [
            (now - past.opened, number, "engine", _open(past)),
            (now - past.opened, number, "engine", Advance()),
        ]
    ids: dict[int, str] = {}
    for index, (at, number, who, command) in enumerate(sorted(steps, key=lambda step: step[0])):
        clock.moment = at
        actor = ENGINE if who == "engine" else Actor(who)
        told = executor.carry_out(ids.get(number, ""), command, actor, f"history-{index}")
        if isinstance(command, Open):
            ids[number] = _saved(told)
    clock.moment = now
    return len(ids)


def _saved(told: Outcome) -> str:
    if not isinstance(told, Saved):
        raise TypeError(f"the demo's own history was refused: {told}")
    return told.incident


def _open(past: Past) -> Open:
    first = past.alerts[0]
    return Open(
        title=first.title,
        service=first.service,
        key=group_key(first, Grouping()),
        alert_name=first.name,
        alerts=past.alerts,
    )


def alert_of(fault: Fault, started: datetime) -> Alert:
    """Return the alert that the replay will report for a fault."""
    labels = {
        "alertname": fault.name,
        "instance": fault.where,
        "service": fault.service,
        "severity": fault.severity,
    }
    return Alert(
        ref=AlertRef(fault.source, identity(fault)),
        name=fault.name,
        title=fault.title,
        service=fault.service,
        priority=SEVERITIES[fault.severity],
        started_at=started,
        labels=tuple(sorted(labels.items())),
    )


def minutes(count: float) -> timedelta:
    """Return a span of minutes."""
    return timedelta(minutes=count)


def hours(count: float) -> timedelta:
    """Return a span of hours."""
    return timedelta(hours=count)


def _pasts(now: datetime) -> Iterator[Past]:
    yield from _still_open(now)
    yield from _over(now)


def _still_open(now: datetime) -> Iterator[Past]:
    def past(name: str, opened: timedelta, *deeds: Deed) -> Past:
        named = [one for one in faults() if one.at == 0 and one.name == name]
        return Past(opened, tuple(alert_of(one, now - opened) for one in named), deeds)

    yield past("HighErrorRate", timedelta(minutes=3, seconds=12))
    yield past("Latency", timedelta(minutes=5, seconds=41))
    yield past(
        "ReplicationLag", minutes(18),
        (minutes(16), "asha", Ack()),
        (minutes(15.5), "asha", SetPriority(Priority.P2)),
        (minutes(12), "asha", MarkStep(1, StepState.DONE, "Look for a long transaction on the primary", "ReplicationLag.md")),
        (minutes(9), "asha", Note("nightly export holds a transaction since 02:10; owner told")),
    )  # fmt: skip
    yield past(
        "IndexStale", minutes(81),
        (minutes(78), "rina", Ack()),
        (minutes(77), "rina", SetPriority(Priority.P2)),
        (minutes(34), "rina", Note("restarted the indexer, watching")),
    )  # fmt: skip
    yield past(
        "QueueDepth", minutes(130),
        (minutes(127), "asha", Ack(take=True)),
        (minutes(126), "asha", SetPriority(Priority.P3)),
        (minutes(120), "asha", Snooze(now + minutes(44), "provider works on it, their ticket 4711")),
    )  # fmt: skip
    yield past("CertExpiry", minutes(190), (minutes(187), "rina", Ack()))
    cached = Fault(0, "probes", "CacheMissStorm", "cdn", "warning", "Cache misses doubled", "edge-ams")
    gone = alert_of(cached, now - minutes(9))
    yield Past(minutes(9), (gone,), ((minutes(6), "engine", ObserveAlerts(cleared=(gone.ref,))),))


def _over(now: datetime) -> Iterator[Past]:
    table = (
        (148, "HighErrorRate", "payments", "critical", "5xx 9 % on api-gw", "asha", Priority.P1, 0.37,
         "deploy", "rolled back deploy 8f2c", Sufficed.YES),
        (52, "ReplicationLag", "orders-db", "high", "ReplicationLag 61s", "budi", Priority.P2, 0.8,
         "batch job", "stopped the nightly export", Sufficed.YES),
        (29, "DiskWillFill", "reports", "warning", "Disk full in 3 hours", "rina", Priority.P3, 2.0,
         "capacity", "removed old exports", Sufficed.NO),
        (21, "ThirdPartyDown", "shipping", "warning", "Carrier API answers 503", "fajar", Priority.P3, 1.4,
         "vendor", "carrier fixed it", Sufficed.NO_RUNBOOK),
        (7, "LoginFailures", "auth", "high", "failed logins 11× the usual rate", "rina", Priority.P2, 0.6,
         "attack", "blocked one network", Sufficed.NO),
        (5, "SmokeTestFailing", "checkout", "high", "Smoke test: cannot pay with a voucher", "fajar", Priority.P2, 1.1,
         "deploy", "feature flag off", Sufficed.YES),
    )  # fmt: skip
    for ago, name, service, severity, title, who, priority, took, cause, note, sufficed in table:
        alert = alert_of(
            Fault(0, "metrics", name, service, severity, title, f"{service}-past"), now - hours(ago)
        )
        end = hours(ago - took)
        yield Past(
            hours(ago),
            (alert,),
            (
                (hours(ago) - timedelta(minutes=2, seconds=ago), who, Ack(take=True)),
                (hours(ago) - timedelta(minutes=4), who, SetPriority(priority)),
                (end + timedelta(minutes=1), "engine", ObserveAlerts(cleared=(alert.ref,))),
                (end, who, Resolve(note, cause, sufficed)),
            ),
        )
