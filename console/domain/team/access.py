"""A tool that somebody on call cannot get into: the P4 that is opened for it, once for each shift."""

from __future__ import annotations

from dataclasses import replace

from console.domain.commands import Open
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.team.commands import AnswerItem
from console.domain.team.facts import ItemState
from console.domain.team.readiness import ItemStatus, ListStatus
from console.domain.vocabulary import ReporterKind


def answer(
    status: ListStatus, one: ItemStatus, state: ItemState, *, value: str = "", text: str = ""
) -> AnswerItem:
    """Return the command that answers an item of a list for its occasion; a failure keeps its incident."""
    incident = one.incident if state is ItemState.FAILED else ""
    return AnswerItem(status.checklist.id, one.item.id, status.occasion.key, state, value, text, incident)


def report(status: ListStatus, one: ItemStatus, command: AnswerItem, policy: Policy) -> Open | None:
    """Return the incident to open for an answer; None where it is no failed access, or one was opened already."""
    if command.state is not ItemState.FAILED or not one.item.access or command.incident:
        return None
    who = policy.name_of(status.person)
    body = f"{who} holds {status.occasion.role} of {status.occasion.team} and is not ready: {one.item.text}."
    return Open(
        title=f"{who} cannot get access: {one.item.text}",
        service=_service(policy, status.occasion.team),
        priority=Priority.P4,
        reporter=ReporterKind.TEAM,
        reported_by=status.person,
        body=f"{body}\n\n{command.text}" if command.text else body,
    )


def with_incident(command: AnswerItem, incident: str) -> AnswerItem:
    """Return the answer with the incident that was opened for it."""
    return replace(command, incident=incident)


def op_of(command: AnswerItem, person: str) -> str:
    """Return the operation id of the incident: the same failure of the same shift opens one only."""
    return f"checklist {person} {command.occasion} {command.checklist} {command.item}"


def _service(policy: Policy, team: str) -> str:
    """Return a service by which the incident becomes the team's: one of theirs, else the team's own name."""
    return next((name for name, service in policy.services.items() if service.team == team), team)
