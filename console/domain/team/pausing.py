"""Leave and maintenance: people who are away, services that page nobody."""

from __future__ import annotations

from datetime import timedelta

from console.domain.decisions.base import NoChange, Rejected
from console.domain.human import listed
from console.domain.roster import Absence
from console.domain.team.commands import EndLeave, EndMaintenance, SetMaintenance, TakeLeave
from console.domain.team.deciding import (
    Answer,
    Around,
    Arranged,
    first_wrong,
    found,
    unknown,
    unknown_person,
    wrong_span,
)
from console.domain.team.facts import LeaveEnded, LeaveTaken, MaintenanceEnded, MaintenanceSet
from console.domain.team.state import Maintenance

LONGEST_LEAVE = timedelta(days=366)


def leave(command: TakeLeave, around: Around) -> Answer:
    """Let somebody be away; what has passed stays as it was."""
    person = command.person
    refusal = first_wrong(
        (
            unknown_person(person, around),
            wrong_span(command.start, command.end, around, LONGEST_LEAVE),
        )
    )
    if refusal:
        return refusal
    start = max(command.start, around.now)
    known = next(
        (
            one
            for one in around.policy.roster.absences
            if one.person == person and one.start <= start and command.end <= one.end
        ),
        None,
    )
    if known is not None:
        named = f" ({known.id})" if known.id else ""
        away = around.does(person, "is", "are")
        return NoChange(f"{away} on leave {around.span(known.start, known.end)} already{named}")
    name = f"L{1 + len(around.state.absences)}"
    made = LeaveTaken(name, person, start, command.end, command.reason)
    away = around.does(person, "is", "are")
    return Arranged((made,), f"{away} on leave {around.span(start, made.end)} ({name})")


def end_leave(command: EndLeave, around: Around) -> Answer:
    """Let somebody be back from now on."""
    one = found(around.state.absences, command.id, "leave", around)
    if not isinstance(one, Absence):
        return one if isinstance(one, NoChange | Rejected) else Rejected(f"{command.id} is no leave")
    text = f"{around.does(one.person, 'is', 'are')} back from now on"
    if one.start > around.now:
        whose = "your leave" if one.person == around.actor.name else f"the leave of {around.who(one.person)}"
        text = f"{whose} {around.span(one.start, one.end)} is withdrawn"
    return Arranged((LeaveEnded(one.id, around.now),), f"{text} ({one.id})")


def maintenance(command: SetMaintenance, around: Around) -> Answer:
    """Let some services page nobody for a while."""
    policy = around.policy
    refusal = first_wrong(
        (
            "" if command.services or command.teams else "maintenance of what? Name a service or a team",
            *(unknown("service", name, policy.services) for name in command.services),
            *(unknown("team", name, policy.teams) for name in command.teams),
            wrong_span(command.start, command.end, around),
        )
    )
    if refusal:
        return refusal
    start = max(command.start, around.now)
    for known in policy.maintenance:
        within = known.start <= start and command.end <= known.end
        if within and {*command.services} <= {*known.services} and {*command.teams} <= {*known.teams}:
            named = f" ({known.id})" if known.id else ""
            return NoChange(f"{_what(known)}: in maintenance until {around.when(known.end)} already{named}")
    name = f"M{1 + len(around.state.maintenance)}"
    made = MaintenanceSet(name, command.services, command.teams, start, command.end, command.reason)
    told = f"{_what(made)}: nobody is paged {around.span(start, made.end)} ({name})"
    return Arranged((made,), told)


def end_maintenance(command: EndMaintenance, around: Around) -> Answer:
    """End a maintenance now."""
    one = found(around.state.maintenance, command.id, "maintenance", around)
    if not isinstance(one, Maintenance):
        return one if isinstance(one, NoChange | Rejected) else Rejected(f"{command.id} is no maintenance")
    done = "is over" if one.start <= around.now else "is withdrawn"
    return Arranged(
        (MaintenanceEnded(one.id, around.now),), f"the maintenance of {_what(one)} {done} ({one.id})"
    )


def _what(one: Maintenance | MaintenanceSet) -> str:
    """Return what a maintenance is about: ``payments``, ``everything of team core``."""
    teams = tuple(f"everything of team {team}" for team in one.teams)
    return listed((*one.services, *teams))
