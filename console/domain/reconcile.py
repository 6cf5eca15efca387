"""What a successful poll means for the incidents that are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.book import Book
from console.domain.commands import ObserveAlerts, Open, Reopen
from console.domain.grouping import group_key
from console.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Plan:
    """The commands a poll gives rise to. Empty where nothing has changed.

    ``reopens`` are to be carried out one after the other on the incident: Reopen, then ObserveAlerts.
    """

    observe: tuple[tuple[str, ObserveAlerts], ...] = ()
    opens: tuple[Open, ...] = ()
    reopens: tuple[tuple[str, Reopen, ObserveAlerts], ...] = ()

    @property
    def empty(self) -> bool:
        """True where there is nothing to do."""
        return not (self.observe or self.opens or self.reopens)


def reconcile(poll: Poll, known: Book, policy: Policy, now: datetime) -> Plan:
    """Return what a poll changes. Only a complete one may clear alerts (V21).

    An alert held back by its source opens nothing and reopens nothing, but it fires on (it has
    not cleared) and joins an incident that is open for its key. What fired when its incident was
    resolved by hand is left alone until it has cleared once or got worse.
    """
    alerts = _one_each(poll.alerts)
    seen = known.alerts(poll.source)
    fired: dict[str, list[Alert]] = {}
    fresh: list[Alert] = []
    for fingerprint, alert in alerts.items():
        before = seen.get(fingerprint)
        if before is None or (before.dismissed and alert.priority < before.alert.priority):
            fresh.append(alert)
        elif before.firing and (before.alert is alert or before.alert == alert):
            continue
        elif not before.dismissed:
            fired.setdefault(before.incident, []).append(alert)
    gone: dict[str, list[AlertRef]] = {}
    if poll.complete:
        # Sorted: what comes out of a set has another order in each process, and logs are to be alike.
        for fingerprint in sorted(known.firing(poll.source) - alerts.keys()):
            before = seen[fingerprint]
            gone.setdefault(before.incident, []).append(before.alert.ref)
    if not (fired or fresh or gone):
        return Plan()
    opens, reopens = _place(fresh, fired, known, policy, now)
    observe = tuple(
        (incident, ObserveAlerts(tuple(fired.get(incident, ())), tuple(gone.get(incident, ()))))
        for incident in dict.fromkeys((*fired, *gone))
    )
    return Plan(observe, tuple(opens), tuple(reopens))


def _place(
    fresh: list[Alert], fired: dict[str, list[Alert]], known: Book, policy: Policy, now: datetime
) -> tuple[list[Open], list[tuple[str, Reopen, ObserveAlerts]]]:
    """Find each new alert its incident: an open one of its key, a recent one, or a new one."""
    groups: dict[str, list[Alert]] = {}
    for alert in fresh:
        groups.setdefault(group_key(alert, policy.grouping), []).append(alert)
    opens: list[Open] = []
    reopens: list[tuple[str, Reopen, ObserveAlerts]] = []
    for key, alerts in groups.items():
        entry = known.latest(key)
        if entry is not None and entry.is_open:
            fired.setdefault(entry.id, []).extend(alerts)
            continue
        if all(_held(alert, now) for alert in alerts):
            continue
        window = policy.grouping.reopen_window
        ended = entry.resolved_at if entry is not None and not entry.closed else None
        if entry is not None and ended is not None and now - ended <= window:
            reopens.append((entry.id, Reopen("it fires again"), ObserveAlerts(tuple(alerts))))
        else:
            opens.append(_open(key, alerts, entry.id if entry else ""))
    return opens, reopens


def _open(key: str, alerts: list[Alert], recurrence_of: str) -> Open:
    """Return a new incident, named after its worst alert."""
    worst = min(
        alerts, key=lambda alert: (alert.priority, alert.muted_until is not None, alert.ref.fingerprint)
    )
    return Open(
        title=worst.title.strip() or worst.name.strip() or key,
        service=worst.service,
        key=key,
        alert_name=worst.name,
        alerts=tuple(alerts),
        recurrence_of=recurrence_of,
    )


def _held(alert: Alert, now: datetime) -> bool:
    return alert.muted_until is not None and alert.muted_until > now


def _one_each(alerts: tuple[Alert, ...]) -> dict[str, Alert]:
    """Return the alerts by fingerprint; of one that is there twice, the worse and louder always counts."""
    found = {alert.ref.fingerprint: alert for alert in alerts}
    if len(found) == len(alerts):
        return found
    found = {}
    for alert in alerts:
        other = found.get(alert.ref.fingerprint)
        if other is None or _loudness(alert) < _loudness(other):
            found[alert.ref.fingerprint] = alert
    return found


def _loudness(alert: Alert) -> tuple[int, bool, str]:
    return alert.priority, alert.muted_until is not None, repr(alert)
