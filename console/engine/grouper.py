"""Successful polls become orders on incidents."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from console.desk.executor import TRIES, Order
from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Poll
from console.domain.commands import Advance
from console.domain.policy import Policy
from console.domain.reconcile import Plan, reconcile
from console.domain.storms.gather import sweep
from console.engine.board import Board
from console.engine.kit import Kit
from console.errors import Conflict

log = logging.getLogger(__name__)


class Grouper:
    """Carries out what polls change. A poll that changes nothing costs look-ups and no write."""

    def __init__(self, kit: Kit, board: Board) -> None:
        self._kit = kit
        self._board = board
        self._swept: tuple[int, Policy] | None = None  # up to which trouble, by which rules
        self.changed = 0  # incidents, since the start

    async def digest(self, poll: Poll) -> None:
        """Reconcile a poll with the board and write the difference.

        Where somebody else changed an incident meanwhile, the board is brought up to date and
        the plan made anew. Raises ``Conflict`` where that never ends, ``FenceLost``, ``StoreError``.
        """
        await self._digest(poll)
        await self.sweep()

    async def sweep(self) -> None:
        """Name probable causes and merge what belongs together, where something new fails since the last time.

        Made of what is open, not of the poll: what a crash or a conflict has cut short is made up for by the next
        sweep. Raises ``FenceLost``, ``StoreError``.
        """
        troubles, policy = self._board.book.troubles, self._kit.policy_of()
        if (troubles.stirred, policy) == self._swept:
            return
        for _ in range(TRIES):  # what is named may show what belongs together
            troubles = self._board.book.troubles
            seen = (troubles.stirred, policy)
            orders = [
                Order(incident, ((command, ENGINE),))
                for incident, command in sweep(troubles, policy, self._kit.now())
            ]
            try:
                changed = await self._board.write(orders) if orders else ()
            except Conflict as conflict:  # somebody has taken one of them meanwhile
                log.info("%s: looking at the storms again", conflict.message)
                await self._board.refresh()
            else:
                self._swept = seen
                self.changed += len(changed)
                if not changed:
                    return

    async def _digest(self, poll: Poll) -> None:
        for attempt in range(TRIES):
            plan = reconcile(poll, self._board.book, self._kit.policy_of(), self._kit.now())
            if plan.empty:
                return
            orders = tuple(orders_of(plan, Actor(poll.source, ActorKind.SOURCE)))
            try:
                changed = await self._board.write(orders)
            except Conflict as conflict:
                log.info("%s: reconciling %s anew", conflict.message, poll.source)
                await self._board.refresh()
                if attempt == TRIES - 1:
                    raise
            else:
                self.changed += len(changed)
                log.info("%s: %d orders, %d incidents changed", poll.source, len(orders), len(changed))
                return


def orders_of(plan: Plan, source: Actor) -> Iterator[Order]:
    """Yield a plan as orders. A new or reopened incident is advanced at once: its first page is due.

    Not where somebody has acked it already in the product that keeps it: then nobody needs paging.
    """
    for opening in plan.opens:
        yield Order("", ((opening, source), *plan.told.get(opening.key, ()), (Advance(), ENGINE)))
    for incident, reopening, observed in plan.reopens:
        told = plan.told.get(incident, ())
        yield Order(incident, ((reopening, source), (observed, source), *told, (Advance(), ENGINE)))
    for incident, observed in plan.observe:
        yield Order(incident, ((observed, source), *plan.told.get(incident, ())))
