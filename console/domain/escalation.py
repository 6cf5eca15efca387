"""Who is paged next, and when: the chain as a calculation over the incident, the policy and the roster.

One reading serves the engine, the screen and the command line, so that what is previewed is what
happens. A level's turn comes so long after the level before it as the chain says (PagerDuty: a
timeout per level); late is never made up for by paging several levels at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.holds import Hold, HoldKind, Paged, elapsed, hold_at
from console.domain.incident import ACKED_STATES, State
from console.domain.levels import Planned, Skip, Walk, level_name, people_of
from console.domain.policy import Chain, Level, Policy
from console.domain.summary import Summary

__all__ = [
    "ROUND_GAP",
    "Paged",
    "Planned",
    "Skip",
    "chain_of",
    "level_name",
    "next_level",
    "page_at",
    "page_due",
    "people_of",
    "place",
    "preview",
    "standstill",
]

ROUND_GAP = timedelta(minutes=5)
"""Before a chain starts again where its last step has no length (PagerDuty: 5 min per level)."""


def chain_of(row: Paged, policy: Policy) -> Chain | None:
    """Return the chain that an incident uses now, None where there is none or it has no levels."""
    chain = policy.chain(row.team, row.service, row.effective_priority)
    return chain if chain is not None and chain.levels else None


def place(row: Paged, chain: Chain | None) -> tuple[int | None, int]:
    """Return where in a chain an incident is: its level (None before the first page) and round.

    In another chain than the one it was paged by, it stands at the beginning (semantics, section 2:
    policy of the new priority from now; GoAlert: another policy pages its first step at once).
    """
    if row.level is None or chain is None or row.chain != chain.scope:
        return None, 0
    return row.level, row.level_round


def preview(row: Summary, policy: Policy, now: datetime, limit: int = 5) -> tuple[Planned, ...]:
    """Return the next automatic steps of the chain in order; empty where none will come (``standstill``)."""
    plan: list[Planned] = []
    chain = chain_of(row, policy)
    due = _due(row, policy, now)
    while due is not None and chain is not None and len(plan) < limit:
        at, hold = due
        step = replace(page_at(row, policy, max(at, now)), hold=hold)
        plan.append(step)
        row = replace(
            row,
            level=step.level,
            level_round=step.round,
            level_at=step.at,
            paged_now=step.people or row.paged_now,
            chain=chain.scope,
        )
        due = _due(row, policy, now)
    return tuple(plan)


def page_due(row: Paged, policy: Policy, now: datetime | None = None) -> datetime | None:
    """Return when the chain's next step falls due (it may lie in the past), or None where none will.

    With ``now`` (UTC) it is not what was due but what is still to come for whoever looks only now: an
    engine that comes late into a maintenance or a night waits for its end.
    """
    due = _due(row, policy, now)
    return due[0] if due else None


def _due(row: Paged, policy: Policy, now: datetime | None) -> tuple[datetime, Hold | None] | None:
    """Return when the next step falls due and what it has to wait for."""
    chain = chain_of(row, policy)
    if chain is None or standstill(row, policy):
        return None
    levels = _levels(row, chain, policy)
    level, _ = place(row, chain)
    if level is None:
        gap = levels[0].after
    elif level < len(levels) - 1:
        gap = max(levels[level + 1].after - levels[level].after, timedelta(0))
    else:
        gap = _round_gap(levels)
    at, hold = elapsed(row, policy, row.level_at or row.epoch_at, gap)
    if row.held_until is not None and row.held_until > at:
        at, hold = row.held_until, Hold(HoldKind.SOURCE, row.held_until)
    look = at if now is None else max(at, now)
    held = hold_at(row, policy, look, lambda then: page_at(row, policy, then).people)
    if held is not None:
        return held.until, held
    return at, hold if hold is None or now is None or now < at else None


def page_at(row: Paged, policy: Policy, at: datetime) -> Planned:
    """Return the chain's next step if it is carried out at ``at``, whether or not it is due by then.

    Raises ``ValueError`` where the chain stands still.
    """
    chain = chain_of(row, policy)
    reason = standstill(row, policy)
    if chain is None or reason:
        raise ValueError(f"{row.id}: {reason}")
    levels = _levels(row, chain, policy)
    level, turn = place(row, chain)
    first = 0 if level is None else level + 1
    if first >= len(levels):
        first, turn = 0, turn + 1
    before = frozenset(row.paged_now) if first else frozenset()  # a new round pages whoever it finds
    return Walk(row.team, levels, policy, at).onward(first, turn, before)


def next_level(row: Paged, policy: Policy, now: datetime, by: str = "") -> Planned | None:
    """Return the level that "escalate" by hand pages now, or None where there is none above.

    Unlike the automatic step it is not limited by the priority, a maintenance or the night. A level
    whose only target is the owner, the person asking (``by``) or the one paged last is passed over.
    """
    chain = chain_of(row, policy)
    if chain is None:
        return None
    level, turn = place(row, chain)
    passed = frozenset({row.owner, by, *row.paged_now} - {""})
    walk = Walk(row.team, chain.levels, policy, now, rooms=False)
    step = walk.onward(0 if level is None else level + 1, turn, passed)
    return step if step.people else None


def standstill(row: Paged, policy: Policy) -> str:
    """Return why nothing will be paged by itself, in a few words; empty where something will.

    What only waits (a maintenance, the night) is no standstill: ``preview`` says until when.
    """
    chain = chain_of(row, policy)
    reasons = (
        (bool(row.merged_into), f"part of {row.merged_into}"),
        (not row.is_open, f"{row.state}"),
        (row.state in ACKED_STATES, f"acked by {policy.name_of(row.acker)}"),
        (row.snoozed_until is not None, "snoozed"),
        (row.state is State.CLEARED_UNACKED, "cleared by itself; it waits for a look"),
        (row.bot_acked_at is not None, "a bot acked it; no person has"),
        (chain is None, f"no escalation chain for {row.team or 'no team'}"),
    )
    reason = next((words for holds, words in reasons if holds), "")
    level, turn = place(row, chain)
    if reason or chain is None or level is None or level < len(_levels(row, chain, policy)) - 1:
        return reason
    target = policy.target(row.effective_priority)
    if not target.escalates:
        return f"{row.effective_priority.label if row.effective_priority else 'P?'} never escalates by itself"
    return "the end of the chain is reached" if chain.repeat >= 0 and turn >= chain.repeat else ""


def _levels(row: Paged, chain: Chain, policy: Policy) -> tuple[Level, ...]:
    """Return the levels that the priority lets the engine use: P4 the first page only, P3 up to ``max_level``."""
    target = policy.target(row.effective_priority)
    last = 0 if not target.escalates else target.max_level
    return chain.levels if last is None else chain.levels[: last + 1]


def _round_gap(levels: tuple[Level, ...]) -> timedelta:
    gap = levels[-1].after - levels[-2].after if len(levels) > 1 else timedelta(0)
    return gap if gap > timedelta(0) else ROUND_GAP
