"""The team's log as it stands after each entry. Never fails: what makes no sense changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from console.domain.roster import Absence, Override
from console.domain.team.facts import (
    CoverEnded,
    CoverMade,
    Fact,
    ItemAnswered,
    LeaveEnded,
    LeaveTaken,
    MaintenanceEnded,
    MaintenanceSet,
)
from console.domain.team.handoverfacts import HandoverAccepted
from console.domain.team.handovers import Handing, HandoverFact, after, comms_after, find
from console.domain.team.state import NO_TEAM_STATE, Answer, Maintenance, TeamState

AnswerKey = tuple[str, str, str, str]


class Spanned(Protocol):
    """What holds from one instant to another, under an id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def start(self) -> datetime:
        """From when it holds (UTC)."""
        ...

    @property
    def end(self) -> datetime:
        """Until when it holds (UTC)."""
        ...


Part = TypeVar("Part", Override, Absence, Maintenance)


def fold(facts: Sequence[Fact], before: TeamState = NO_TEAM_STATE) -> TeamState:
    """Return the state after facts that follow ``before``."""
    if not facts:
        return before
    covers, absences = list(before.covers), list(before.absences)
    maintenance = list(before.maintenance)
    answers = {answer_key(one.body): one for one in before.answers}
    for fact in facts:
        match fact.body:
            case CoverMade() as made:
                covers.append(_cover(made, fact.actor.name))
            case CoverEnded(name, at):
                _end(covers, name, at)
            case LeaveTaken(name, person, start, end, reason):
                absences.append(Absence(person, start, end, name, reason))
            case LeaveEnded(name, at):
                _end(absences, name, at)
            case MaintenanceSet(name, services, teams, start, end, reason):
                maintenance.append(Maintenance(start, end, services, teams, reason, name, fact.actor.name))
            case MaintenanceEnded(name, at):
                _end(maintenance, name, at)
            case ItemAnswered() as given:
                answers[answer_key(given)] = Answer(fact.at, given)
    n = facts[-1].n
    handovers, comms = _handed(facts, before)
    return TeamState(
        n,
        tuple(covers),
        tuple(absences),
        tuple(maintenance),
        tuple(answers.values()),
        handovers,
        comms,
    )


def _handed(
    facts: Sequence[Fact], before: TeamState
) -> tuple[tuple[Handing, ...], tuple[tuple[str, str], ...]]:
    """Return the handovers after the facts, and by team who tells clients."""
    handovers, comms = before.handovers, before.comms
    for fact in facts:
        if isinstance(fact.body, HandoverAccepted):
            comms = comms_after(comms, find(handovers, fact.body.handover), fact.body)
        if isinstance(fact.body, HandoverFact):
            handovers = after(handovers, fact.body, fact.at, fact.actor.name)
    return handovers, comms


def answer_key(answer: ItemAnswered) -> AnswerKey:
    """Return what an answer is to: of two to the same the later one counts."""
    return answer.checklist, answer.item, answer.person, answer.occasion


def _cover(made: CoverMade, by: str) -> Override:
    return Override(made.team, made.role, made.person, made.start, made.end, made.id, by, made.reason)


def _end(parts: list[Part], name: str, at: datetime) -> None:
    """Let what has this id end at ``at``; what had not begun by then never does."""
    for place, one in enumerate(parts):
        if one.id == name:
            parts[place] = replace(one, end=max(one.start, min(one.end, at)))
