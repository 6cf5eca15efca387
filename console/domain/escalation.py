"""Who is paged next, and when: the chain as a calculation over the incident, the policy and the roster.

One reading serves the engine, the screen and the command line, so that what is previewed is what
happens. A level's turn comes so long after the level before it as the chain says (PagerDuty: a
timeout per level); late is never made up for by paging several levels at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.domain.human import listed
from console.domain.incident import ACKED_STATES, Incident, State
from console.domain.policy import Level, Policy
from console.domain.roster import duty, roles
from console.domain.summary import Summary

Paged = Incident | Summary
"""The whole incident, or its row: both say all that the chain goes by."""

ROUND_GAP = timedelta(minutes=5)
"""Before a chain starts again where its last step has no length (PagerDuty: 5 min per level)."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A level with nobody new to page, and why."""

    level: int
    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens at ``at`` (UTC) if nobody does anything: ``people`` (ids) of a level are paged.

    ``people`` is empty where every level left had to be skipped. ``name`` is the level's name,
    ``note`` says what was skipped on the way; ``skips`` are those levels.
    """

    at: datetime
    level: int
    people: tuple[str, ...]
    name: str
    note: str = ""
    round: int = 0
    skips: tuple[Skip, ...] = ()


def preview(row: Summary, policy: Policy, now: datetime, limit: int = 5) -> tuple[Planned, ...]:
    """Return the next automatic steps of the chain in order; empty where none will come (``standstill``)."""
    plan: list[Planned] = []
    at = page_due(row, policy)
    while at is not None and len(plan) < limit:
        step = page_at(row, policy, max(at, now))
        plan.append(step)
        row = replace(
            row,
            level=step.level,
            level_round=step.round,
            level_at=step.at,
            paged_now=step.people or row.paged_now,
        )
        at = page_due(row, policy)
    return tuple(plan)


def page_due(row: Paged, policy: Policy) -> datetime | None:
    """Return when the chain's next step falls due (it may lie in the past), or None where none will."""
    if standstill(row, policy):
        return None
    levels = _levels(row, policy)
    if row.level is None:
        due = (row.level_at or row.epoch_at) + levels[0].after
    elif row.level < len(levels) - 1:
        gap = levels[row.level + 1].after - levels[row.level].after
        due = (row.level_at or row.epoch_at) + max(gap, timedelta(0))
    else:
        due = (row.level_at or row.epoch_at) + _round_gap(levels)
    return due if row.held_until is None else max(due, row.held_until)


def page_at(row: Paged, policy: Policy, at: datetime) -> Planned:
    """Return the chain's next step if it is carried out at ``at``, whether or not it is due by then.

    Raises ``ValueError`` where the chain stands still.
    """
    if reason := standstill(row, policy):
        raise ValueError(f"{row.id}: {reason}")
    levels = _levels(row, policy)
    first, turn = 0, row.level_round
    if row.level is not None:
        first = row.level + 1
        if first >= len(levels):
            first, turn = 0, turn + 1
    before = frozenset(row.paged_now) if first else frozenset()  # a new round pages whoever it finds
    return _Walk(row.team, levels, policy, at).onward(first, turn, before)


def next_level(row: Paged, policy: Policy, now: datetime, by: str = "") -> Planned | None:
    """Return the level that "escalate" by hand pages now, or None where there is none above.

    Unlike the automatic step it is not limited by the priority. A level whose only target is the
    owner, the person asking (``by``) or the one paged last is passed over.
    """
    chain = policy.chains.get(row.team)
    if chain is None or not chain.levels:
        return None
    first = 0 if row.level is None else row.level + 1
    passed = frozenset({row.owner, by, *row.paged_now} - {""})
    step = _Walk(row.team, chain.levels, policy, now).onward(first, row.level_round, passed)
    return step if step.people else None


def people_of(level: Level, team: str, policy: Policy, at: datetime) -> tuple[str, ...]:
    """Return whom a level pages at an instant: roles of the team by the roster, people, whole teams."""
    return tuple(dict.fromkeys(who for name in level.notify for who in _resolve(name, team, policy, at)))


def level_name(level: Level) -> str:
    """Return what a level is called, else whom it notifies."""
    return level.name or ", ".join(level.notify)


def standstill(row: Paged, policy: Policy) -> str:
    """Return why nothing will be paged by itself, in a few words; empty where something will."""
    chain = policy.chains.get(row.team)
    reasons = (
        (bool(row.merged_into), f"part of {row.merged_into}"),
        (not row.is_open, f"{row.state}"),
        (row.state in ACKED_STATES, f"acked by {policy.name_of(row.acker)}"),
        (row.snoozed_until is not None, "snoozed"),
        (row.state is State.CLEARED_UNACKED, "cleared by itself; it waits for a look"),
        (row.bot_acked_at is not None, "a bot acked it; no person has"),
        (chain is None or not chain.levels, f"no escalation chain for {row.team or 'no team'}"),
    )
    reason = next((words for holds, words in reasons if holds), "")
    if reason or chain is None or row.level is None or row.level < len(_levels(row, policy)) - 1:
        return reason
    target = policy.target(row.effective_priority)
    if not target.escalates:
        return f"{row.effective_priority.label if row.effective_priority else 'P?'} never escalates by itself"
    if chain.repeat >= 0 and row.level_round >= chain.repeat:
        return "the end of the chain is reached"
    return ""


def _levels(row: Paged, policy: Policy) -> tuple[Level, ...]:
    """Return the levels that the priority lets the engine use: P4 the first page only, P3 up to ``max_level``."""
    levels = policy.chains[row.team].levels
    target = policy.target(row.effective_priority)
    last = 0 if not target.escalates else target.max_level
    return levels if last is None else levels[: last + 1]


def _round_gap(levels: tuple[Level, ...]) -> timedelta:
    gap = levels[-1].after - levels[-2].after if len(levels) > 1 else timedelta(0)
    return gap if gap > timedelta(0) else ROUND_GAP


@dataclass(frozen=True, slots=True)
class _Walk:
    """Looks along some levels for the first that has somebody new to page at ``at``."""

    team: str
    levels: tuple[Level, ...]
    policy: Policy
    at: datetime

    def onward(self, first: int, turn: int, unresponsive: frozenset[str]) -> Planned:
        """Return the step from level ``first`` on; one without people where there is nobody left."""
        skips: list[Skip] = []
        for n, level in enumerate(self.levels[first:], first):
            people = people_of(level, self.team, self.policy, self.at)
            if people and not (len(people) == 1 and people[0] in unresponsive):
                return Planned(self.at, n, people, level_name(level), _note(skips), turn, tuple(skips))
            who = f"only {self.policy.name_of(people[0])}, paged already" if people else "nobody is on call"
            skips.append(Skip(n, turn, f"{level_name(level)}: {who}"))
        last = len(self.levels) - 1
        if turn and first == 0:  # said level by level the first time round; from then on in one line
            skips = [Skip(last, turn, f"nobody to page at any level, round {turn + 1}")]
        return Planned(self.at, last, (), "", _note(skips), turn, tuple(skips))


def _note(skips: list[Skip]) -> str:
    return listed(tuple(f"level {skip.level} skipped ({skip.reason})" for skip in skips))


def _resolve(name: str, team: str, policy: Policy, at: datetime) -> Iterator[str]:
    roster = policy.roster
    if name in roles(roster, team):
        held = [duty(roster, team, name, at).person]
    elif name in policy.people:
        held = [name]
    else:
        held = [duty(roster, name, role, at).person for role in roles(roster, name)]
    yield from (person for person in held if person)
