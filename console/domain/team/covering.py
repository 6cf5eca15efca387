"""Covers: somebody else holds a role for a while. By request, by taking the pager, by swapping two shifts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.decisions.base import NoChange, Rejected
from console.domain.human import age, length
from console.domain.roster import Override, Shift, duty, shifts
from console.domain.team.commands import Cover, EndCover, Swap, TakePager
from console.domain.team.deciding import (
    LONGEST,
    Answer,
    Around,
    Arranged,
    first_wrong,
    found,
    unknown_person,
    unknown_role,
    wrong_span,
)
from console.domain.team.facts import CoverEnded, CoverMade

LONGEST_TAKE = timedelta(hours=24)
JUST = timedelta(seconds=30)
"""Two people take the pager at the same moment: the later one is told of the other, and can take it again then."""
_SWAPPED = re.compile(r"(S\d+)[ab]")


def cover(command: Cover, around: Around) -> Answer:
    """Let somebody cover a role; an empty person leaves it to nobody. What has passed stays as it was."""
    team, role, person = command.team, command.role, command.person
    refusal = first_wrong(
        (
            unknown_role(team, role, around),
            unknown_person(person, around) if person else "",
            wrong_span(command.start, command.end, around),
        )
    )
    if refusal:
        return refusal
    start = max(command.start, around.now)
    held = duty(around.policy.roster, team, role, start)
    if (held.person or "") == person and (held.until is None or held.until >= command.end):
        holds = around.does(person, "hold") if person else "nobody holds"
        return NoChange(f"{holds} {role} of {team} {around.span(start, command.end)} already")
    name = _next_cover(around)
    made = CoverMade(name, team, role, person, start, command.end, command.reason)
    covers = around.does(person, "cover") if person else "nobody holds"
    told = f"{covers} {role} of {team} {around.span(start, made.end)} ({name})"
    return Arranged((made,), f"{told}{_away(made, around)}")


def take(command: TakePager, around: Around) -> Answer:
    """Take a role oneself from now on, for a day at most."""
    me, team, role = around.actor.name, command.team, command.role
    refusal = first_wrong(
        (
            unknown_role(team, role, around),
            unknown_person(me, around),
            "" if command.span > timedelta(0) else "take it for how long?",
        )
    )
    if refusal:
        return refusal
    end = around.now + min(command.span, LONGEST_TAKE)
    held = duty(around.policy.roster, team, role, around.now)
    if held.person == me and (held.until is None or held.until >= end):
        ends = f"until {around.when(held.until)}" if held.until else "with no end in sight"
        return NoChange(f"you hold {role} of {team} {ends} already")
    other = _taken_just_now(team, role, around)
    if other is not None:
        since = age(around.now - other.start)
        return Rejected(
            f"{around.who(other.person)} took {role} of {team} {since} ago, until {around.when(other.end)}:"
            " take it in half a minute if it should be yours"
        )
    name = _next_cover(around)
    made = CoverMade(name, team, role, me, around.now, end, command.reason, kind="take")
    before = f" from {around.who(held.person)}" if held.person not in {None, me} and held.person else ""
    capped = f", {length(LONGEST_TAKE)} at most" if command.span > LONGEST_TAKE else ""
    return Arranged((made,), f"you took {role} of {team}{before} until {around.when(end)}{capped} ({name})")


def swap(command: Swap, around: Around) -> Answer:
    """Let two people take each other's shifts, what is left of them."""
    team, role = command.team, command.role
    refusal = first_wrong((unknown_role(team, role, around),))
    if refusal:
        return refusal
    shifts_found = [_shift(team, role, at, around) for at in (command.first_at, command.second_at)]
    for one in shifts_found:
        if isinstance(one, Rejected):
            return one
    first, second = (one for one in shifts_found if isinstance(one, Shift))
    refusal = first_wrong(wrong_span(one.start, one.end, around) for one in (first, second))
    if refusal:
        return refusal
    if first.person == second.person:
        return Rejected(f"both shifts are {around.policy.name_of(first.person)}'s: there is nothing to swap")
    pair = f"S{1 + sum(1 for one in around.state.covers if one.id.endswith('a'))}"
    facts = tuple(
        CoverMade(f"{pair}{half}", team, role, person, one.start, one.end, command.reason, "swap", pair)
        for half, person, one in (("a", second.person, first), ("b", first.person, second))
    )
    told = " and ".join(
        f"{around.does(one.person, 'has', 'have')} {role} of {team} {around.span(one.start, one.end)}"
        f"{_away(one, around)}"
        for one in facts
    )
    return Arranged(facts, f"{told} ({pair})")


def end(command: EndCover, around: Around) -> Answer:
    """Withdraw a cover from now on; of a swap both halves."""
    wanted = _SWAPPED.sub(r"\1", command.id)
    halves = [
        one for one in around.state.covers if _SWAPPED.sub(r"\1", one.id) == wanted and one.id != wanted
    ]
    if halves:
        left = [one for one in halves if one.end > max(around.now, one.start)]
        if not left:
            return NoChange(f"{wanted} is over already")
        ended = tuple(CoverEnded(one.id, around.now) for one in left)
        return Arranged(ended, f"the swap {wanted} is taken back{_from_now(left, around)}")
    one = found(around.state.covers, command.id, "cover", around)
    if not isinstance(one, Override):
        return one if isinstance(one, NoChange | Rejected) else Rejected(f"{command.id} is no cover")
    roster = around.policy.roster
    others = tuple(other for other in roster.overrides if other.id != one.id)
    whose = duty(replace(roster, overrides=others), one.team, one.role, max(one.start, around.now)).person
    back = f"{around.does(whose, 'hold')} it" if whose else "nobody holds it"
    return Arranged(
        (CoverEnded(one.id, around.now),),
        f"{one.id} ({one.role} of {one.team}) is withdrawn: {back}{_from_now([one], around)}",
    )


def _next_cover(around: Around) -> str:
    return f"C{1 + sum(1 for one in around.state.covers if one.id.startswith('C'))}"


def _away(made: CoverMade, around: Around) -> str:
    """Return that whoever covers is on leave then; empty where they are there."""
    away = any(
        one.person == made.person and one.start < made.end and made.start < one.end
        for one in around.policy.roster.absences
    )
    return f", though {around.does(made.person, 'is', 'are')} on leave" if away else ""


def _taken_just_now(team: str, role: str, around: Around) -> Override | None:
    """Return the cover by which somebody else took a role for themselves a moment ago."""
    for one in reversed(around.state.covers):
        if (one.team, one.role) == (team, role) and one.start <= around.now < one.end:
            mine = one.person == around.actor.name
            return one if one.by == one.person and not mine and around.now - one.start < JUST else None
    return None


def _shift(team: str, role: str, at: datetime, around: Around) -> Shift | Rejected:
    """Return what is left of the shift that runs at an instant."""
    for one in shifts(around.policy.roster, team, role, at - LONGEST, at + LONGEST):
        if one.start <= at < one.end and one.person:
            if one.end <= around.now:
                return Rejected(f"the shift at {around.when(at)} is over")
            return replace(one, start=max(one.start, around.now))
    return Rejected(f"nobody holds {role} of {team} at {around.when(at)}")


def _from_now(left: list[Override], around: Around) -> str:
    return " from now on" if any(one.start <= around.now for one in left) else ""
