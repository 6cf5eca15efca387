"""Escalate by hand."""

from __future__ import annotations

from datetime import timedelta

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.byhand import planned
from console.domain.decisions.base import (
    Context,
    Decision,
    EffectWish,
    NoChange,
    Rejected,
    accept,
    ago,
)
from console.domain.decisions.effects import ask, take_back
from console.domain.decisions.paging import page_bodies
from console.domain.escalation import Planned
from console.domain.human import listed
from console.domain.incident import Incident
from console.domain.levels import whom
from console.domain.vocabulary import EffectKind

PAGE_ONCE = timedelta(seconds=60)
"""Paging the same person again within this span is taken for the same wish (S12)."""


def escalate(incident: Incident, command: cmd.Escalate, context: Context) -> Decision:
    """Page the next level, a certain one, a person or a team's primary; an acked incident is triggered again (S6, GoAlert).

    Somebody else may have done it since the key was pressed: then nothing is repeated (S12).
    """
    names = listed(tuple(context.policy.name_of(person) for person in incident.paged_now))
    when = ago(incident.level_at, context)
    if command.seen_level is not None and command.seen_level != incident.level:
        what = "its chain has started anew" if incident.level is None else f"it is at level {incident.level}"
        return NoChange(
            f"{incident.id} has moved on meanwhile: {what}{f' ({names}, {when})' if names else ''}"
        )
    plan = planned(incident, command, context.policy, context.now, context.actor.name)
    if isinstance(plan, str):
        return Rejected(plan)
    if command.person or command.team:
        (person,) = plan.people
        if _just_paged(incident, person, context):
            return NoChange(f"{context.policy.name_of(person)} was paged {when}")
        there = ask(incident, context, EffectKind.ASSIGN, text=person)
    else:
        there = ask(incident, context, EffectKind.ESCALATE, text=str(plan.level))
    return _page(incident, plan, command.reason, context, there)


def _just_paged(incident: Incident, person: str, context: Context) -> bool:
    return (
        not incident.is_acked
        and incident.level_at is not None
        and person in incident.paged_now
        and context.now - incident.level_at < PAGE_ONCE
    )


def _page(
    incident: Incident, plan: Planned, reason: str, context: Context, there: tuple[EffectWish, ...]
) -> Decision:
    bodies: list[ev.Body] = [ev.Woke("escalated")] if incident.snoozed_until else []
    bodies += page_bodies(incident, plan, context, auto=False, reason=reason)
    names = whom(plan, context.policy)
    effects = take_back(incident, context, EffectKind.SNOOZE) if incident.snoozed_until else ()
    return accept(f"escalated {incident.id} to {names} ({plan.name})", *bodies, effects=(*there, *effects))
