"""What a successful poll means for the incidents that are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.book import Book, Entry, Seen
from console.domain.commands import ObserveAlerts, Open, Reopen
from console.domain.elsewhere import Told, acked_there, ended_there
from console.domain.grouping import group_key
from console.domain.opening import opening
from console.domain.policy import Policy
from console.domain.storms.gather import gather


@dataclass(frozen=True, slots=True)
class Plan:
    """The commands a poll gives rise to. Empty where nothing has changed.

    ``reopens`` are to be carried out one after the other on the incident: Reopen, then ObserveAlerts.
    ``told`` is what was done where incidents are kept, by the incident's id, or by its key where it is
    a new one; it comes after what was observed.
    """

    observe: tuple[tuple[str, ObserveAlerts], ...] = ()
    opens: tuple[Open, ...] = ()
    reopens: tuple[tuple[str, Reopen, ObserveAlerts], ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """True where there is nothing to do."""
        return not (self.observe or self.opens or self.reopens)


def reconcile(poll: Poll, known: Book, policy: Policy, now: datetime) -> Plan:
    """Return what a poll changes. Only a complete one may clear alerts (V21), or one that says what became of them.

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
    left = [seen[name] for name in _left(poll, known, alerts.keys())]
    gone: dict[str, list[AlertRef]] = {}
    for one in left:
        gone.setdefault(one.incident, []).append(one.alert.ref)
    if not (fired or fresh or gone):
        return Plan()
    opens, reopens = _place(fresh, fired, known, policy, now)
    placed: dict[str, Iterable[Alert]] = {
        **{opening.key: opening.alerts for opening in opens},
        **{incident: observed.fired for incident, _, observed in reopens},
        **fired,
    }
    for incident, ref in _moved(placed, seen):
        gone.setdefault(incident, []).append(ref)
    told: dict[str, Told] = {}
    for place, words in (*_endings(poll, left, policy), *_acks(placed, seen, policy)):
        told[place] = told.get(place, ()) + words
    observe = tuple(
        (incident, ObserveAlerts(tuple(fired.get(incident, ())), tuple(gone.get(incident, ()))))
        for incident in dict.fromkeys((*fired, *gone))
    )
    return Plan(observe, tuple(opens), tuple(reopens), told)


def _left(poll: Poll, known: Book, listed: AbstractSet[str]) -> list[str]:
    """Return what fired and is listed no more: all of it where the poll is complete, else what it tells of."""
    # Sorted: what comes out of a set has another order in each process, and logs are to be alike.
    left = sorted(known.firing(poll.source) - listed)
    if poll.complete:
        return left
    ended = {one.ref.fingerprint for one in poll.ended}
    return [name for name in left if name in ended]


def _moved(placed: Mapping[str, Iterable[Alert]], seen: Mapping[str, Seen]) -> Iterator[tuple[str, AlertRef]]:
    """Yield what fired on when its incident was resolved and is part of another now: reopened, it must not have it too."""
    for place, alerts in placed.items():
        for alert in alerts:
            before = seen.get(alert.ref.fingerprint)
            if before is not None and before.dismissed and before.firing and before.incident != place:
                yield before.incident, alert.ref


def _endings(poll: Poll, left: Iterable[Seen], policy: Policy) -> Iterator[tuple[str, Told]]:
    """Yield what the products say about incidents that left their lists, by our incident."""
    ended = {one.ref.fingerprint: one for one in poll.ended}
    for seen in left:
        if not seen.dismissed and (one := ended.get(seen.alert.ref.fingerprint)):
            yield seen.incident, ended_there(one, policy)


def _acks(
    placed: Mapping[str, Iterable[Alert]], seen: Mapping[str, Seen], policy: Policy
) -> Iterator[tuple[str, Told]]:
    """Yield what was done about incidents in the products that keep them, by our incident or its key."""
    for place, alerts in placed.items():
        for alert in alerts:
            if words := acked_there(_before(seen, alert, place), alert, policy):
                yield place, words


def _before(seen: Mapping[str, Seen], alert: Alert, place: str) -> Alert | None:
    """Return what the incident knew of an alert while it fired; None where it is news to it."""
    known = seen.get(alert.ref.fingerprint)
    return known.alert if known is not None and known.firing and known.incident == place else None


def _place(
    fresh: list[Alert], fired: dict[str, list[Alert]], known: Book, policy: Policy, now: datetime
) -> tuple[list[Open], list[tuple[str, Reopen, ObserveAlerts]]]:
    """Find each new alert its incident: an open one of its key, a storm, a recent one, or a new one."""
    groups: dict[str, list[Alert]] = {}
    for alert in fresh:
        groups.setdefault(group_key(alert, policy.grouping), []).append(alert)
    for key in list(groups):
        left: list[Alert] = []
        for alert in groups.pop(key):
            home = known.home(key, alert.service)
            (left if home is None else fired.setdefault(home.id, [])).append(alert)
        if left:
            groups[key] = left
    gathered = gather(groups, known.troubles, policy, now)
    for key, incident in gathered.joins.items():
        fired.setdefault(incident, []).extend(groups.pop(key))
    joining: dict[str, list[Alert]] = {}
    for key, lead in gathered.under.items():
        joining.setdefault(lead, []).extend(groups.pop(key))
    opens: list[Open] = []
    reopens: list[tuple[str, Reopen, ObserveAlerts]] = []
    for key, alerts in groups.items():
        if all(_held(alert, now) for alert in alerts):
            continue
        entry, more = known.latest(key), joining.get(key, [])
        if entry is not None and _may_reopen(entry, key, alerts, policy, now):
            reopens.append((entry.id, Reopen("it fires again"), ObserveAlerts((*alerts, *more))))
        else:
            before = entry.id if entry is not None and not entry.is_open else ""
            opened = opening(key, alerts, before, now)
            opens.append(replace(opened, alerts=(*opened.alerts, *more)) if more else opened)
    return opens, reopens


def _may_reopen(entry: Entry, key: str, alerts: list[Alert], policy: Policy, now: datetime) -> bool:
    """Return whether alerts reopen the last incident of their key: one that is over, not for long and not filed.

    What was merged into a storm does not bring the whole storm back, unless it is where that began.
    """
    if entry.is_open or entry.closed or entry.resolved_at is None:
        return False
    if entry.root and entry.key != key and all(alert.service != entry.root for alert in alerts):
        return False
    return now - entry.resolved_at <= policy.grouping.reopen_window


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
