"""Which new alerts join which incident, and which incidents are part of another.

What joins opens nothing and pages nobody, so this errs towards leaving things apart: nothing joins without a
way through ``depends_on`` to a probable root, in the same window of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.domain.alert import Alert
from console.domain.commands import Command, MergeInto, NameCause
from console.domain.decisions.causes import worth_naming
from console.domain.grouping import group_key
from console.domain.human import length
from console.domain.incident import Incident
from console.domain.policy import Grouping, Policy
from console.domain.storms.causes import Cause, causes
from console.domain.storms.graph import graph_of
from console.domain.storms.hiding import in_time, in_work, lets_in, takes_in, untouched
from console.domain.storms.troubles import Trouble, Troubles, age_of, began_at, is_kept

TELLING_EARLIER = timedelta(minutes=1)

Groups = Mapping[str, Sequence[Alert]]
"""New alerts by the key of the incident that they would open."""


@dataclass(slots=True)
class Gathered:
    """``joins``: keys of groups and the open incident they join; ``under``: keys and the key of the group they join."""

    joins: dict[str, str] = field(default_factory=dict)
    under: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known while new alerts are given their places."""

    troubles: Troubles
    failing: Mapping[str, Trouble]
    policy: Policy
    now: datetime


def gather(groups: Groups, troubles: Troubles, policy: Policy, now: datetime) -> Gathered:
    """Return where groups of new alerts belong that no open incident has the key of; those of no storm are left out."""
    gathered = Gathered()
    graph = graph_of(policy)
    if graph.is_empty or not policy.grouping.graph:
        return gathered
    new: dict[str, Sequence[Alert]] = {}
    for key, alerts in groups.items():
        if any(map(is_kept, alerts)):
            continue
        home = _storm_of(key, alerts, troubles, policy, now)
        if home is not None:
            gathered.joins[key] = home.id
        elif recent := _recent(alerts, policy.grouping, now):
            new[key] = recent
    if not new:
        return gathered
    failing = troubles.failing(now, policy.grouping.window)
    began = {service: trouble.since for service, trouble in failing.items()}
    for alerts in new.values():
        for alert in alerts:
            at = began_at(alert, now)
            began[alert.service] = min(began.get(alert.service, at), at)
    for cause in causes(began, graph, policy.grouping):
        _settle(cause, new, _Look(troubles, failing, policy, now), gathered)
    return gathered


def _recent(alerts: Iterable[Alert], grouping: Grouping, now: datetime) -> list[Alert]:
    """Return the alerts that are not held back, where all of them began within the window."""
    loud = [one for one in alerts if one.muted_until is None or one.muted_until <= now]
    return loud if all(now - began_at(one, now) <= grouping.window for one in loud) else []


def _storm_of(
    key: str, alerts: Sequence[Alert], troubles: Troubles, policy: Policy, now: datetime
) -> Incident | None:
    """Return the open storm that has alerts of this key, or one that gathers and in which the services fail."""
    services = {one.service for one in alerts}
    first, *others = sorted(services)
    for incident, members in troubles.members(first):
        if not incident.root or services & set(incident.apart):
            continue
        if any(group_key(one.alert, policy.grouping) == key for one in members.values()):
            return incident
        if (
            not others
            and troubles.gathers(incident, now, policy.grouping.window)
            and in_time(_first(alerts, now), troubles.root_since(incident), policy.grouping)
            and first in troubles.fails_in(incident)
            and lets_in(incident, alerts, policy, now)
        ):
            return incident
    return None


def _first(alerts: Iterable[Alert], now: datetime) -> datetime:
    return min(began_at(one, now) for one in alerts)


def _settle(cause: Cause, new: Groups, look: _Look, gathered: Gathered) -> None:
    """Give the new groups that a cause explains their place: its incident, or the group that opens one."""
    mine = {
        key: alerts
        for key, alerts in new.items()
        if {one.service for one in alerts} <= cause.covers
        and in_time(_first(alerts, look.now), cause.since, look.policy.grouping)
    }
    home = home_of(cause, look.failing, look.troubles)
    own = [key for key, alerts in mine.items() if any(one.service == cause.service for one in alerts)]
    if home is not None and (home.service == cause.service or not own):
        apart = set(home.apart)
        gathered.joins |= {
            key: home.id
            for key, alerts in mine.items()
            if not apart & {one.service for one in alerts} and lets_in(home, alerts, look.policy, look.now)
        }
        return
    if not mine:
        return

    def order(key: str) -> tuple[bool, int, str]:
        return in_work(mine[key], look.policy, look.now), min(one.priority for one in mine[key]), key

    lead = min(own or mine, key=order)
    loud = [
        key
        for key in mine
        if not in_work(mine[lead], look.policy, look.now) or in_work(mine[key], look.policy, look.now)
    ]
    gathered.under |= {key: lead for key in loud if key != lead}


def home_of(cause: Cause, failing: Mapping[str, Trouble], troubles: Troubles) -> Incident | None:
    """Return the open incident that stands for a cause: its own, else the storm that was put down to it.

    For a silent cause without one, the oldest that nobody has touched and that fails by nothing else.
    """
    if not cause.silent:
        own = failing[cause.service].incidents.values() if cause.service in failing else ()
        named = sorted(
            own, key=lambda one: (one.root != cause.service, one.service != cause.service, age_of(one))
        )
        if named:
            return named[0]
    found = _incidents(cause, failing)
    storms = [one for one in found if one.root == cause.service]
    if storms or not cause.silent:
        return min(storms, key=age_of, default=None)
    alone = (one for one in found if untouched(one) and troubles.fails_in(one) <= cause.covers)
    return min(alone, key=age_of, default=None)


def _incidents(cause: Cause, failing: Mapping[str, Trouble]) -> list[Incident]:
    """Return the incidents in which something fails by a cause."""
    found = {
        name: incident
        for service in cause.covers
        if service in failing
        for name, incident in failing[service].incidents.items()
    }
    return sorted(found.values(), key=age_of)


def sweep(troubles: Troubles, policy: Policy, now: datetime) -> Iterator[tuple[str, Command]]:
    """Yield, by incident, the causes to name and the merges to make among what is open.

    Asked again after all of it is done it yields nothing.
    """
    graph = graph_of(policy)
    if graph.is_empty or not policy.grouping.graph:
        return
    failing = troubles.failing(now, policy.grouping.window)
    began = {service: trouble.since for service, trouble in failing.items()}
    homes: set[str] = set()
    for cause in causes(began, graph, policy.grouping):
        home = home_of(cause, failing, troubles)
        if home is not None and home.id not in homes:  # of two causes the better one is named
            homes.add(home.id)
            yield from _named(home, cause, cause.why)
        for one in _incidents(cause, failing):
            if one.id in homes or not troubles.fails_in(one) <= cause.covers:
                continue
            if home is None:
                yield from _named(one, cause, cause.why)
            elif (
                untouched(one)
                and in_time(troubles.began(one), cause.since, policy.grouping)
                and takes_in(home, one, policy, now)
            ):
                yield one.id, MergeInto(home.id)
            else:
                yield from _named(one, cause, f"{home.id}: {cause.why}{_lead(one, cause, troubles)}")


def _lead(one: Incident, cause: Cause, troubles: Troubles) -> str:
    """Return how much earlier than the root's an incident's own trouble began; empty where it did not."""
    began = troubles.began(one)
    early = cause.since is not None and cause.since - began >= TELLING_EARLIER
    return f"; this one began {length(cause.since - began)} before it" if early and cause.since else ""


def _named(incident: Incident, cause: Cause, why: str) -> Iterator[tuple[str, Command]]:
    if worth_naming(incident, cause.service, len(cause.explains)):
        yield incident.id, NameCause(cause.service, why, len(cause.explains))
