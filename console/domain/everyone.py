"""Levels that everyone has to ack: whoever has not yet is paged again (GoAlert #4545).

The first ack stops the clocks and the chain as ever. Whether a level is one of these was written
down when it was paged; how often and how long follows from the chain as it is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.escalation import chain_of, place
from console.domain.holds import Paged, elapsed, hold_at
from console.domain.incident import State
from console.domain.policy import Level, Policy


@dataclass(frozen=True, slots=True)
class Again:
    """``people`` (ids) of a level have not acked and are paged again at ``at`` (UTC), for the ``time``-th time."""

    at: datetime
    level: int
    people: tuple[str, ...]
    time: int


def again(row: Paged, policy: Policy, now: datetime | None = None) -> Again | None:
    """Return the next repeated page, None where none will come; ``now`` as in ``page_due``."""
    number, level = _level(row, policy)
    if level is None or not row.chased or row.repages >= level.most:
        return None
    still = (
        not row.is_open
        or bool(row.merged_into)
        or row.snoozed_until is not None
        or row.bot_acked_at is not None
        or row.state is State.CLEARED_UNACKED
    )
    if still:
        return None
    since = row.repaged_at or row.level_at or row.epoch_at
    at, _ = elapsed(row, policy, since, level.again)
    if row.held_until is not None:
        at = max(at, row.held_until)
    look = at if now is None else max(at, now)
    held = hold_at(row, policy, look, lambda _: row.chased)
    return Again(held.until if held else at, number, row.chased, row.repages + 1)


def _level(row: Paged, policy: Policy) -> tuple[int, Level | None]:
    """Return the level that was paged last, None where the chain has no such level, or does not chase by now."""
    chain = chain_of(row, policy)
    number, _ = place(row, chain)
    if chain is None or number is None or number >= len(chain.levels):
        return 0, None
    level = chain.levels[number]
    return number, level if level.everyone else None
