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
from console.domain.decisions.paging import page_bodies
from console.domain.escalation import Planned, chain_of, level_name, next_level, people_of, place
from console.domain.human import listed
from console.domain.incident import Incident
from console.domain.levels import primary_of, whom
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
    if command.person or command.team:
        person = command.person or primary_of(command.team, context.policy, context.now)
        if reason := _absent(person, command, context):
            return Rejected(reason)
        if _just_paged(incident, person, context):
            return NoChange(f"{context.policy.name_of(person)} was paged {when}")
        there = ask(incident, context, EffectKind.ASSIGN, text=person)
        page = _to_person(incident, person, command.team, context)
        return _page(incident, page, command.reason, context, there)
    plan = _planned(incident, command, context)
    if isinstance(plan, str):
        return Rejected(plan)
    there = ask(incident, context, EffectKind.ESCALATE, text=str(plan.level))
    return _page(incident, plan, command.reason, context, there)


def _planned(incident: Incident, command: cmd.Escalate, context: Context) -> Planned | str:
    """Return whom to page, or why nobody can be."""
    chain = chain_of(incident, context.policy)
    if chain is None:
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
        why = "nobody is on call" if level.notify else "it only tells a room"
        return f"level {command.level}, {level_name(level)}: {why}; choose another level or a person"
    _, turn = place(incident, chain)
    return Planned(
        context.now,
        command.level,
        people,
        level_name(level),
        round=turn,
        channels=level.channels,
        everyone=level.everyone,
    )


def _absent(person: str, command: cmd.Escalate, context: Context) -> str:
    """Return why the one meant cannot be paged; empty where they can."""
    if person or not command.team:
        return stranger(person, context.policy)
    if command.team not in context.policy.teams:
        return f'no team is called "{command.team}"; known: {", ".join(context.policy.teams) or "none"}'
    return f"nobody is on call for {command.team} now: choose a person"


def _to_person(incident: Incident, person: str, team: str, context: Context) -> Planned:
    level, turn = place(incident, chain_of(incident, context.policy))
    name = context.policy.name_of(person)
    return Planned(context.now, level or 0, (person,), f"{name} for {team}" if team else name, round=turn)


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
