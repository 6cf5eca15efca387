"""Escalate by hand."""

from __future__ import annotations

from datetime import timedelta

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.decisions.base import (
    Context,
    Decision,
    EffectWish,
    NoChange,
    Rejected,
    accept,
    ago,
    stranger,
)
from console.domain.decisions.effects import ask, take_back
from console.domain.escalation import Planned, level_name, next_level, people_of
from console.domain.human import listed
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind

PAGE_ONCE = timedelta(seconds=60)
"""Paging the same person again within this span is taken for the same wish (S12)."""


def escalate(incident: Incident, command: cmd.Escalate, context: Context) -> Decision:
    """Page the next level, a certain one, or a person; an acked incident is triggered again (S6, GoAlert).

    Somebody else may have done it since the key was pressed: then nothing is repeated (S12).
    """
    names = listed(tuple(context.policy.name_of(person) for person in incident.paged_now))
    when = ago(incident.level_at, context)
    if command.seen_level is not None and command.seen_level != incident.level:
        what = "its chain has started anew" if incident.level is None else f"it is at level {incident.level}"
        return NoChange(
            f"{incident.id} has moved on meanwhile: {what}{f' ({names}, {when})' if names else ''}"
        )
    if command.person:
        if reason := stranger(command.person, context.policy):
            return Rejected(reason)
        if _just_paged(incident, command.person, context):
            return NoChange(f"{context.policy.name_of(command.person)} was paged {when}")
        there = ask(incident, context, EffectKind.ASSIGN, text=command.person)
        return _page(incident, _to_person(incident, command.person, context), command.reason, context, there)
    plan = _planned(incident, command, context)
    if isinstance(plan, str):
        return Rejected(plan)
    there = ask(incident, context, EffectKind.ESCALATE, text=str(plan.level))
    return _page(incident, plan, command.reason, context, there)


def _planned(incident: Incident, command: cmd.Escalate, context: Context) -> Planned | str:
    """Return whom to page, or why nobody can be."""
    chain = context.policy.chains.get(incident.team)
    if chain is None or not chain.levels:
        return f"no escalation chain for {incident.team or 'a service without a team'}: escalate to a person"
    if command.level is None:
        plan = next_level(incident, context.policy, context.now, context.actor.name)
        top = f"level {len(chain.levels) - 1}, {level_name(chain.levels[-1])}"
        return plan or f"nobody new to page above this level (the last is {top}): choose a level or a person"
    if not 0 <= command.level < len(chain.levels):
        return f"there is no level {command.level}: 0 to {len(chain.levels) - 1}"
    level = chain.levels[command.level]
    people = people_of(level, incident.team, context.policy, context.now)
    if not people:
        return (
            f"level {command.level}, {level_name(level)}: nobody is on call; choose another level or a person"
        )
    return Planned(context.now, command.level, people, level_name(level), round=incident.level_round)


def _to_person(incident: Incident, person: str, context: Context) -> Planned:
    level = incident.level or 0
    return Planned(context.now, level, (person,), context.policy.name_of(person), round=incident.level_round)


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
    bodies += [ev.LevelSkipped(skip.level, skip.reason, skip.round) for skip in plan.skips]
    bodies.append(
        ev.Escalated(plan.level, plan.people, auto=False, round=plan.round, name=plan.name, reason=reason)
    )
    names = listed(tuple(context.policy.name_of(person) for person in plan.people))
    effects = take_back(incident, context, EffectKind.SNOOZE) if incident.snoozed_until else ()
    return accept(f"escalated {incident.id} to {names} ({plan.name})", *bodies, effects=(*there, *effects))
