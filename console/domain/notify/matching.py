"""Whom a fact reaches, and by which channels: the rules of the config, or sensible ones where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.notify.channels import Channel
from console.domain.notify.notification import Topic
from console.domain.notify.rules import Quiet, Rule
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import duty, roles
from console.domain.zones import zone_of

PERSONAL = frozenset(
    {Topic.PAGED, Topic.NUDGE, Topic.WARNING, Topic.BREACH, Topic.COMMS, Topic.HANDOVER, Topic.ROSTER}
    | {Topic.BLIND, Topic.TRACK, Topic.JOINED, Topic.REVIEW}
)
"""What concerns somebody: it goes to their own address."""

SHARED = frozenset(
    {Topic.OPENED, Topic.ACKED, Topic.RESOLVED, Topic.REOPENED, Topic.SKIPPED, Topic.BLIND, Topic.BREACH}
    | {Topic.ROSTER}
)
"""What everybody may know: it goes to the channels' rooms."""

CONCERNED = "paged"
"""Stands in ``to`` for whom a fact concerns: those paged, the owner."""


@dataclass(frozen=True, slots=True)
class About:
    """A fact as far as rules ask: ``people`` (ids) are those it concerns.

    ``priority`` None: it is about no incident. ``team`` empty: it is about all of them.
    """

    topic: Topic
    people: tuple[str, ...] = ()
    priority: Priority | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to somebody: ``person`` is empty where it is the channel's room."""

    channel: Channel
    person: str
    address: str
    after: timedelta = timedelta(0)
    quiet: Quiet | None = None


def rules_of(policy: Policy) -> tuple[Rule, ...]:
    """Return the config's rules; with none: each channel tells people what concerns them, and its room the rest."""
    if policy.rules:
        return policy.rules
    via = tuple(channel.name for channel in policy.channels)
    return (Rule(PERSONAL | SHARED, via),) if via else ()


def ways(about: About, policy: Policy, at: datetime) -> tuple[Way, ...]:
    """Return the ways by which a fact of ``at`` is told, each (channel, person) once: of several the soonest."""
    channels = {channel.name: channel for channel in policy.channels}
    found = [
        way
        for rule in rules_of(policy)
        if _fits(rule, about)
        for name in rule.via
        if name in channels  # an unknown name is the config check's business
        for way in _by_rule(rule, channels[name], about, policy, at)
    ]
    return soonest(found, about, policy, at)


def soonest(found: Sequence[Way], about: About, policy: Policy, at: datetime) -> tuple[Way, ...]:
    """Return each (channel, person) once, by the way that may be used first: no quiet hours of another hold it back."""
    best: dict[tuple[str, str], Way] = {}
    for way in found:
        key = way.channel.name, way.person
        known = best.get(key)
        if known is None or not_before(way, about, policy, at) < not_before(known, about, policy, at):
            best[key] = way
    return tuple(best.values())


def people_named(names: Sequence[str], team: str, policy: Policy, at: datetime) -> tuple[str, ...]:
    """Return the people that names mean at an instant: people, roles of the team (of all, if none), whole teams."""
    return tuple(dict.fromkeys(who for name in names for who in _named(name, team, policy, at)))


def rooms(names: Sequence[str], policy: Policy) -> tuple[Way, ...]:
    """Return the rooms of channels by name."""
    return tuple(
        Way(channel, "", channel.room)
        for channel in policy.channels
        if channel.name in names and channel.room
    )


def not_before(way: Way, about: About, policy: Policy, at: datetime) -> datetime:
    """Return when a way may be used for a fact of ``at``: after the rule's delay and outside quiet hours.

    A page about a P1 or P2 is never held back.
    """
    due = at + way.after
    if (
        way.quiet is None
        or is_urgent(about)
        or (about.priority is not None and about.priority in way.quiet.but)
    ):
        return due
    return way.quiet.hours.end_after(due, way.quiet.zone or zone_of(way.person, about.team, policy))


def is_urgent(about: About) -> bool:
    """Return whether it is a page that must not wait (PagerDuty: high urgency)."""
    return about.topic is Topic.PAGED and about.priority in {Priority.P1, Priority.P2}


def _fits(rule: Rule, about: About) -> bool:
    if about.topic not in rule.topics:
        return False
    if rule.priorities and about.priority is not None and about.priority not in rule.priorities:
        return False
    return not rule.teams or not about.team or about.team in rule.teams


def _by_rule(rule: Rule, channel: Channel, about: About, policy: Policy, at: datetime) -> Iterator[Way]:
    """Yield a rule's ways by one channel.

    Without ``to`` what everybody may know goes to the room, and what concerns somebody to them; by a
    channel that reaches nobody alone all of it goes to the room.
    """
    people: tuple[str, ...] = ()
    if rule.to:
        named = people_named(rule.to, about.team, policy, at)
        people = tuple(dict.fromkeys((*named, *(about.people if CONCERNED in rule.to else ()))))
    elif about.topic in PERSONAL:
        people = about.people
    if channel.room and (not channel.contact or (not rule.to and about.topic in SHARED)):
        yield Way(channel, "", channel.room, rule.after, rule.quiet)
    for person in people:
        known = policy.people.get(person)
        address = channel.address(known) if known is not None else ""
        if address:
            yield Way(channel, person, address, rule.after, rule.quiet)


def _named(name: str, team: str, policy: Policy, at: datetime) -> Iterator[str]:
    roster = policy.roster
    if name in policy.people:
        yield name
        return
    if name in policy.teams:
        held = [duty(roster, name, role, at).person for role in roles(roster, name)]
    else:
        of = (team,) if team else policy.teams
        held = [duty(roster, one, name, at).person for one in of if name in roles(roster, one)]
    yield from (person for person in held if person)
