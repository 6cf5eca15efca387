"""To whom an incident can be escalated by hand: the levels of its chain, people, other teams."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from console.domain.commands import Escalate
from console.domain.escalation import chain_of, level_name, people_of
from console.domain.human import listed
from console.domain.levels import primary_of
from console.domain.policy import Level, Policy
from console.domain.summary import Summary
from console.ui.screens.menu import Option


def targets_of(row: Summary, policy: Policy, now: datetime) -> list[Option[Escalate]]:
    """Return them in that order; each knows the level that the screen shows (S12)."""
    return [*_levels(row, policy, now), *_people(row, policy), *_teams(row, policy, now)]


def _levels(row: Summary, policy: Policy, now: datetime) -> Iterator[Option[Escalate]]:
    chain = chain_of(row, policy)
    for n, level in enumerate(chain.levels if chain else ()):
        command = Escalate(level=n, seen_level=row.level)
        yield Option(command, f"level {n} · {level_name(level)}", _who(level, row, policy, now))


def _who(level: Level, row: Summary, policy: Policy, now: datetime) -> str:
    people = people_of(level, row.team, policy, now)
    rooms = tuple(f"#{room}" for room in level.channels)
    return listed((*(map(policy.name_of, people) if people else ("nobody",)), *rooms))


def _people(row: Summary, policy: Policy) -> Iterator[Option[Escalate]]:
    for one in policy.people.values():
        contacts = "  ".join(value for _, value in one.contacts)
        known = contacts or "no contact known"
        yield Option(Escalate(person=one.id, seen_level=row.level), one.name, known)


def _teams(row: Summary, policy: Policy, now: datetime) -> Iterator[Option[Escalate]]:
    for team in policy.teams:
        if team != row.team:
            primary = primary_of(team, policy, now)
            who = policy.name_of(primary) if primary else "nobody is on call"
            yield Option(Escalate(team=team, seen_level=row.level), f"team {team}", who)
