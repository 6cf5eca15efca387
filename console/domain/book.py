"""The engine's memory of its incidents: who owns which alert, and which incident is the latest of its key.

Rebuilt from the store when an engine starts, then kept up to date write by write. The one
mutable thing in the domain: ten thousand unchanged alerts are looked up in it at every poll.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Alert, AlertRef
from console.domain.incident import Incident, Member, State
from console.domain.storms.troubles import Troubles
from console.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as an incident knows it. An incident that is over keeps only what fired on at its end."""

    incident: str
    alert: Alert
    firing: bool
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What has to be known of an incident to find the right one for a new alert."""

    id: str
    key: str
    is_open: bool
    closed: bool
    reported_at: datetime
    resolved_at: datetime | None
    merged_into: str
    root: str
    apart: tuple[str, ...] = ()


class Book:
    """An index over incidents. Feed it every open incident, and those that ended while alerts fired.

    Others that are over only matter for reopening and recurrence: ``remember`` takes their rows.
    """

    def __init__(self, incidents: Iterable[Incident] = (), past: Iterable[Summary] = ()) -> None:
        self._entries: dict[str, Entry] = {}
        self._latest: dict[str, str] = {}  # key -> the incident that stands for it
        self._seen: dict[str, dict[str, Seen]] = {}  # source -> fingerprint -> alert
        self._firing: dict[str, set[str]] = {}  # source -> fingerprints that fire
        self._split: dict[tuple[str, str], str] = {}  # incident, service -> what was split off it
        self._known: dict[str, Incident] = {}  # those with alerts in the index, as they were taken in
        self.troubles = Troubles()
        for row in past:
            self.remember(row)
        for incident in incidents:
            self.update(incident)

    def remember(self, row: Summary) -> None:
        """Take in a row without its alerts."""
        self._enter(
            Entry(
                row.id,
                row.key,
                row.is_open,
                row.state is State.CLOSED,
                row.reported_at,
                row.resolved_at,
                row.merged_into,
                row.root,
            )
        )

    def update(self, incident: Incident) -> None:
        """Take in an incident as it is now; what is done costs as much as it has alerts that changed."""
        self._enter(
            Entry(
                incident.id,
                incident.key,
                incident.is_open,
                incident.state is State.CLOSED,
                incident.reported_at,
                incident.epoch.resolved_at,
                incident.merged_into,
                incident.root,
                incident.apart,
            )
        )
        if incident.split_from and incident.is_open:
            self._split |= {(incident.split_from, service): incident.id for service in incident.services}
        changed, gone = _differences(self._known.get(incident.id), incident)
        for ref in gone:
            self._forget(ref, incident.id)
        for ref, member in changed:
            firing = member.cleared_at is None
            if incident.merged_into or not (incident.is_open or firing):
                self._forget(ref, incident.id)
            else:
                self._note(ref, Seen(incident.id, member.alert, firing, dismissed=not incident.is_open))
        self.troubles.update(incident, changed, gone)
        if incident.is_open or (incident.firing and not incident.merged_into):
            self._known[incident.id] = incident
        else:
            self._known.pop(incident.id, None)

    def forget(self, before: datetime, keep: AbstractSet[str]) -> None:
        """Drop incidents that were over before then, so that the book does not grow for ever; ``keep`` stay."""
        old = [
            entry
            for entry in self._entries.values()
            if not entry.is_open
            and entry.id not in keep
            and (entry.resolved_at or entry.reported_at) < before
        ]
        for entry in old:
            del self._entries[entry.id]
            if self._latest.get(entry.key) == entry.id:
                del self._latest[entry.key]
        self._split = {
            place: name for place, name in self._split.items() if {place[0], name} <= self._entries.keys()
        }

    def _enter(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        if not entry.key:
            return
        other = self._entries.get(self._latest.get(entry.key, ""))
        if other is None or entry.is_open or (not other.is_open and entry.reported_at >= other.reported_at):
            self._latest[entry.key] = entry.id

    def _note(self, ref: AlertRef, seen: Seen) -> None:
        by_fingerprint = self._seen.setdefault(ref.source, {})
        firing = self._firing.setdefault(ref.source, set())
        before = by_fingerprint.get(ref.fingerprint)
        others = before is not None and before.incident != seen.incident
        if others and (seen.dismissed or (not seen.firing and ref.fingerprint in firing)):
            return  # another incident has it: a later one, or since this one was over
        by_fingerprint[ref.fingerprint] = seen
        (firing.add if seen.firing else firing.discard)(ref.fingerprint)

    def _forget(self, ref: AlertRef, incident: str) -> None:
        by_fingerprint = self._seen.get(ref.source, {})
        seen = by_fingerprint.get(ref.fingerprint)
        if seen is not None and seen.incident == incident:
            del by_fingerprint[ref.fingerprint]
            self._firing[ref.source].discard(ref.fingerprint)

    def alerts(self, source: str) -> Mapping[str, Seen]:
        """Return what is known of a source's alerts, by fingerprint."""
        return self._seen.get(source, {})

    def firing(self, source: str) -> AbstractSet[str]:
        """Return the fingerprints of a source that fired when last seen."""
        return self._firing.get(source, set())

    def firing_alerts(self, source: str) -> tuple[Alert, ...]:
        """Return a source's alerts that fired when last seen, as they were then."""
        return tuple(seen.alert for seen in self.alerts(source).values() if seen.firing)

    def latest(self, key: str) -> Entry | None:
        """Return the incident that stands for a key: the open one, else the last; merged ones lead to their parent."""
        return self._whole(self._entries.get(self._latest.get(key, "")))

    def home(self, key: str, service: str) -> Entry | None:
        """Return the open incident that an alert of a key and a service joins, or None.

        What a person split off is not brought back by a key that leads there: it joins what was split off.
        """
        entry = self.latest(key)
        if entry is None or not entry.is_open:
            return None
        if service in entry.apart and entry.key != key:
            entry = self._whole(self._entries.get(self._split.get((entry.id, service), "")))
        return entry if entry is not None and entry.is_open else None

    def _whole(self, entry: Entry | None) -> Entry | None:
        for _ in range(len(self._entries)):
            if entry is None or not entry.merged_into:
                break
            entry = self._entries.get(entry.merged_into)
        return entry


def _differences(
    before: Incident | None, incident: Incident
) -> tuple[Sequence[tuple[AlertRef, Member]], Sequence[AlertRef]]:
    """Return the alerts that are not as they were, by identity, and those that went elsewhere.

    All of them where the incident stands differently to its alerts, such as one that is over now.
    """
    members = incident.members
    if before is None or before.is_open != incident.is_open or before.merged_into != incident.merged_into:
        return members, ()
    pairs = list(zip(members, before.members, strict=False))
    moved = [pair for pair in pairs if pair[0][1] is not pair[1][1]]
    changed = (*(after for after, _ in moved), *members[len(before.members) :])
    if len(members) >= len(before.members) and all(after[0] == was[0] for after, was in moved):
        return changed, ()
    return changed, tuple(dict(before.members).keys() - dict(members).keys())
