"""What fails where: the alerts of open incidents by service, kept up to date change by change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.domain.alert import Alert, AlertRef
from console.domain.incident import Incident, Member


@dataclass(slots=True)
class Trouble:
    """A service fails since then (UTC), and these incidents hold its alerts."""

    since: datetime
    incidents: dict[str, Incident] = field(default_factory=dict)


@dataclass(slots=True)
class _Held:
    """An open incident, its alerts by service, and when one last joined it."""

    incident: Incident
    alerts: dict[str, dict[AlertRef, Member]] = field(default_factory=dict)
    service_of: dict[AlertRef, str] = field(default_factory=dict)
    joined: datetime | None = None


class Troubles:
    """Part of the engine's book: only incidents that are open, and none that other products keep."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._where: dict[str, set[str]] = {}  # service -> incidents that have alerts of it
        self.stirred = 0  # grows whenever something begins to fail that may be part of a storm

    def update(
        self, incident: Incident, changed: Iterable[tuple[AlertRef, Member]], gone: Iterable[AlertRef]
    ) -> None:
        """Take in an incident and those of its alerts that are not as they were."""
        if not incident.is_open or any(is_kept(member.alert) for _, member in incident.members[:1]):
            self._drop(incident.id)
            return
        held = self._held.setdefault(incident.id, _Held(incident))
        in_storm = bool(held.incident.root)
        held.incident = incident
        for ref in gone:
            self._forget(held, ref)
        for ref, member in changed:
            service = member.alert.service
            known = held.service_of.get(ref)
            if known is None:
                held.joined = max(held.joined or member.first_seen, member.first_seen)
            elif known != service:
                self._forget(held, ref)
            there = held.alerts.setdefault(service, {})
            if not (in_storm and any(one.cleared_at is None for one in there.values())):
                self.stirred += member.cleared_at is None
            there[ref] = member
            held.service_of[ref] = service
            self._where.setdefault(service, set()).add(incident.id)

    def _forget(self, held: _Held, ref: AlertRef) -> None:
        service = held.service_of.pop(ref, None)
        if service is None:
            return
        del held.alerts[service][ref]
        if not held.alerts[service]:
            del held.alerts[service]
            self._where[service].discard(held.incident.id)

    def _drop(self, name: str) -> None:
        held = self._held.pop(name, None)
        for service in held.alerts if held else ():
            self._where[service].discard(name)

    def members(self, service: str) -> Iterator[tuple[Incident, Mapping[AlertRef, Member]]]:
        """Yield the open incidents with alerts of a service, and these alerts, the oldest incident first."""
        names = self._where.get(service, ())
        for held in sorted((self._held[name] for name in names), key=lambda one: age_of(one.incident)):
            yield held.incident, held.alerts[service]

    def gathers(self, incident: Incident, now: datetime, window: timedelta) -> bool:
        """Return whether an incident is a storm that something joined within the window."""
        held = self._held.get(incident.id)
        return bool(incident.root and held and held.joined and now - held.joined <= window)

    def failing(self, now: datetime, window: timedelta) -> dict[str, Trouble]:
        """Return the services that began to fail within the window, or belong to a storm that still gathers."""
        found: dict[str, Trouble] = {}
        for service in self._where:
            for incident, members in self.members(service):
                grows = self.gathers(incident, now, window)
                earliest = (min(incident.reported_at, now) if grows else now) - window
                began = [
                    at
                    for one in members.values()
                    if fails(one, incident) and (at := began_at(one.alert, one.first_seen)) >= earliest
                ]
                if began:
                    trouble = found.setdefault(service, Trouble(min(began)))
                    trouble.since = min(trouble.since, *began)
                    trouble.incidents[incident.id] = incident
        return found

    def began(self, incident: Incident) -> datetime:
        """Return when the trouble of an incident began: its first alert, or it was opened or reopened."""
        return min(self._began(incident))

    def root_since(self, incident: Incident) -> datetime:
        """Return when the first alert of a storm's root began; of any of them, where the root has none."""
        held = self._held[incident.id].alerts.get(incident.root, {})
        own = [began_at(one.alert, one.first_seen) for one in held.values()]
        return min(own) if own else self.began(incident)

    def _began(self, incident: Incident) -> Iterator[datetime]:
        yield incident.epoch_at
        for members in self._held[incident.id].alerts.values():
            yield from (began_at(one.alert, one.first_seen) for one in members.values())

    def fails_in(self, incident: Incident) -> frozenset[str]:
        """Return the services that fail in an incident, whenever they began to."""
        alerts = self._held[incident.id].alerts
        return frozenset(
            service
            for service, members in alerts.items()
            if any(fails(one, incident) for one in members.values())
        )


def age_of(incident: Incident) -> tuple[datetime, str, str]:
    """Return what sorts incidents by age; by key where one poll opened them, so that the order of alerts is no matter."""
    return incident.reported_at, incident.key, incident.id


def is_kept(alert: Alert) -> bool:
    """Return whether an alert is an incident of another product, which gathers its alerts itself."""
    return alert.upstream is not None


def fails(member: Member, incident: Incident) -> bool:
    """Return whether an alert says that its service fails: it fires and nobody but us holds it back."""
    return member.cleared_at is None and (
        member.alert.muted_until is None or incident.acts_at(member.alert.ref.source)
    )


def began_at(alert: Alert, reached: datetime) -> datetime:
    """Return when trouble began: by its source, where that says so, but never after it reached us.

    Not simply when it reached us: what a new engine, or one that was away, finds at its first poll has
    not begun at one time.
    """
    return min(alert.started_at, reached) if alert.started_at else reached
