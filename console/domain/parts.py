"""What an incident of several services is made of: who fails how badly, since when, and where it probably begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain import events as ev
from console.domain.alert import AlertRef
from console.domain.human import age, count, listed
from console.domain.incident import Incident, Member
from console.domain.policy import Policy
from console.domain.priority import Priority

MOST = 10
"""Services that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """The alerts of one service. ``since`` (UTC) is when the first of them began, ``children`` brought some along.

    ``priority`` is the worst of what fires, or of all where nothing fires any more. ``root``: it probably
    begins here. ``steps`` is how far it stands from there in the service graph, None where that is unknown.
    """

    service: str
    firing: int
    total: int
    since: datetime
    priority: Priority
    children: tuple[str, ...] = ()
    root: bool = False
    steps: int | None = None

    def words(self, now: datetime) -> str:
        """Return it on one line: ``3/4 firing, P1, for 12m, from INC-7``."""
        some = f"{self.firing}/{self.total} firing" if self.firing else f"{self.total} cleared"
        origin = f", from {listed(self.children)}" if self.children else ""
        return f"{some}, {self.priority.label}, for {age(now - self.since)}{origin}"


def parts_of(incident: Incident, events: Sequence[ev.Event], policy: Policy) -> tuple[Part, ...]:
    """Return the services of an incident, the root first, then by how far they are from it, then by age.

    ``events`` is its log: that tells which merged incident brought which alerts. Empty where there is one
    service only and nothing was merged into it.
    """
    brought = _brought(events)
    by_service: dict[str, list[tuple[AlertRef, Member]]] = {}
    for ref, member in incident.members:
        by_service.setdefault(member.alert.service, []).append((ref, member))
    if len(by_service) == 1 and not incident.children:
        return ()
    away = _steps_from(incident.root, policy)
    found = [
        _part(service, members, brought, incident, away.get(service))
        for service, members in by_service.items()
    ]
    found.sort(key=lambda one: (not one.root, one.steps or len(away) + 1, one.since, one.service))
    return tuple(found)


def _part(
    service: str,
    members: Sequence[tuple[AlertRef, Member]],
    brought: Mapping[AlertRef, str],
    incident: Incident,
    steps: int | None,
) -> Part:
    firing = [member for _, member in members if member.cleared_at is None]
    children = dict.fromkeys(brought[ref] for ref, _ in members if ref in brought)
    return Part(
        service,
        len(firing),
        len(members),
        min(_began(member) for _, member in members),
        min(member.alert.priority for member in firing or [member for _, member in members]),
        tuple(one for one in children if one in incident.children),
        root=bool(incident.root) and service == incident.root,
        steps=steps,
    )


def _began(member: Member) -> datetime:
    started = member.alert.started_at
    return min(started, member.first_seen) if started else member.first_seen


def children_of(incident: Incident, events: Iterable[ev.Event]) -> tuple[tuple[str, int, int], ...]:
    """Return (child, firing, total) of the alerts that each merged incident brought and that are here still."""
    brought = _brought(events)
    mine: dict[str, list[Member]] = {child: [] for child in incident.children}
    for ref, member in incident.members:
        if (child := brought.get(ref, "")) in mine:
            mine[child].append(member)
    return tuple(
        (child, sum(one.cleared_at is None for one in members), len(members))
        for child, members in mine.items()
    )


def _brought(events: Iterable[ev.Event]) -> dict[AlertRef, str]:
    """Return which merged incident brought each alert: a merge writes both at once."""
    found: dict[AlertRef, str] = {}
    child, place = "", 0
    for event in events:
        if isinstance(event.body, ev.Absorbed):
            child, place = event.body.child, event.n
        elif isinstance(event.body, ev.AlertsFired) and child and event.n == place + 1:
            found |= dict.fromkeys((alert.ref for alert in event.body.alerts), child)
    return found


def _steps_from(root: str, policy: Policy) -> dict[str, int]:
    """Return how many steps each service that depends on the root stands from it."""
    if not root:
        return {}
    users: dict[str, list[str]] = {}
    for service in policy.services.values():
        for needed in service.depends_on:
            users.setdefault(needed, []).append(service.name)
    found, edge = {root: 0}, [root]
    while edge:
        edge = list(dict.fromkeys(user for one in edge for user in users.get(one, ()) if user not in found))
        found |= dict.fromkeys(edge, max(found.values()) + 1)
    return found


def rest_of(parts: Sequence[Part], most: int = MOST) -> str:
    """Return what is behind the first ``most`` services: ``and 9 more services, 31 alerts firing``; empty: nothing."""
    rest = parts[most:]
    if not rest:
        return ""
    return f"and {count(len(rest), 'more service')}, {count(sum(one.firing for one in rest), 'alert')} firing"


def root_words(incident: Incident) -> str:
    """Return where it probably begins and why, said as the guess that it is; empty where nothing is known."""
    if not incident.root:
        return ""
    why = f": {incident.root_why}" if incident.root_why else ""
    return f"probably begins at {incident.root}{why} (a guess)"


def merged_words(incident: Incident) -> str:
    """Return which incidents were merged into it; empty where none was."""
    return f"merged into it: {listed(incident.children, MOST)}" if incident.children else ""


def origin_words(incident: Incident) -> str:
    """Return what it was split off, or what it is part of; empty where it is neither."""
    if incident.merged_into:
        return f"part of {incident.merged_into} now: go on there"
    return f"split off {incident.split_from}" if incident.split_from else ""
