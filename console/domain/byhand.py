"""Escalating by hand: whom it would page and what follows, for the preview and for the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.domain.commands import Escalate
from console.domain.decisions.base import stranger
from console.domain.escalation import Planned, chain_of, level_name, next_level, people_of, place
from console.domain.holds import Paged
from console.domain.incident import State
from console.domain.levels import primary_of
from console.domain.notify.heard import Hearing, hearings
from console.domain.notify.matching import About
from console.domain.notify.notification import Topic
from console.domain.notify.saying import effective
from console.domain.policy import Chain, Policy
from console.domain.summary import Summary


def planned(row: Paged, command: Escalate, policy: Policy, now: datetime, by: str) -> Planned | str:
    """Return whom an escalation that ``by`` asks for pages now, or why nobody can be."""
    if command.person or command.team:
        return _to_person(row, command, policy, now)
    chain = chain_of(row, policy)
    if chain is None:
        return f"no escalation chain for {row.team or 'a service without a team'}: escalate to a person"
    if command.level is None:
        plan = next_level(row, policy, now, by)
        top = f"level {len(chain.levels) - 1}, {level_name(chain.levels[-1])}"
        return plan or f"nobody new to page above this level (the last is {top}): choose a level or a person"
    if not 0 <= command.level < len(chain.levels):
        return f"there is no level {command.level}: 0 to {len(chain.levels) - 1}"
    return _to_level(row, command.level, chain, policy, now)


def heard(row: Paged, plan: Planned, policy: Policy) -> tuple[Hearing, ...]:
    """Return who hears of a page, by which channels and when."""
    about = About(Topic.PAGED, plan.people, effective(row), row.team)
    return hearings(policy, about, plan.at, plan.channels)


def afterwards(row: Summary, plan: Planned, policy: Policy) -> Summary:
    """Return the row as it is once a person has asked for a page: nobody's, and waiting for an ack (S6)."""
    chain = chain_of(row, policy)
    return replace(
        row,
        state=State.TRIGGERED,
        owner="",
        acked_by="",
        acked_at=None,
        snoozed_until=None,
        bot_acked_at=None,
        level=plan.level,
        level_at=plan.at,
        level_round=plan.round,
        paged_now=plan.people,
        chain=chain.scope if chain else "",
        chased=plan.people if plan.everyone else (),
        repages=0,
        repaged_at=None,
    )


def _to_level(row: Paged, number: int, chain: Chain, policy: Policy, now: datetime) -> Planned | str:
    level = chain.levels[number]
    people = people_of(level, row.team, policy, now)
    if not people:
        why = "nobody is on call" if level.notify else "it only tells a room"
        return f"level {number}, {level_name(level)}: {why}; choose another level or a person"
    _, turn = place(row, chain)
    return Planned(
        at=now,
        level=number,
        people=people,
        name=level_name(level),
        round=turn,
        channels=level.channels,
        everyone=level.everyone,
    )


def _to_person(row: Paged, command: Escalate, policy: Policy, now: datetime) -> Planned | str:
    person = command.person or primary_of(command.team, policy, now)
    if command.team and command.team not in policy.teams:
        return f'no team is called "{command.team}"; known: {", ".join(policy.teams) or "none"}'
    if command.team and not person:
        return f"nobody is on call for {command.team} now: choose a person"
    if reason := stranger(person, policy):
        return reason
    level, turn = place(row, chain_of(row, policy))
    name = policy.name_of(person)
    called = f"on call for {command.team}" if command.team else name
    return Planned(now, level or 0, (person,), called, round=turn)
