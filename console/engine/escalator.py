"""What happens by itself when its time comes: the next page, waking, nudging, resolving."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from console.desk.executor import Order
from console.desk.waking import set_within
from console.domain.actors import ENGINE
from console.domain.commands import Advance
from console.domain.due import next_due
from console.domain.incident import Incident
from console.engine.board import Board
from console.engine.kit import Kit
from console.errors import Conflict, OncallError, StoreError

LONGEST_PAUSE = 60.0  # seconds; a changed policy is noticed by then even if nothing falls due
SHORTEST_PAUSE = 0.2
PUT_ASIDE = timedelta(
    minutes=1
)  # until an incident that could not be advanced, or had to wait, is tried again
AT_ONCE = 200  # incidents whose due times are worked out without letting anything else run

log = logging.getLogger(__name__)


class Escalator:
    """Advances incidents when they are due, by the store's time.

    Exactly once: an ``Advance`` is decided and appended against the log's last event, so of two
    engines, or two attempts, only one can write it. ``dark`` returns the names of the sources that cannot
    be believed at this moment.
    """

    def __init__(self, kit: Kit, dark: Callable[[], frozenset[str]] = frozenset) -> None:
        self._kit = kit
        self._dark = dark
        self._policy = kit.policy_of()
        self._due: dict[str, datetime] = {}
        self._wake = asyncio.Event()
        self.advanced = 0  # incidents, since the start

    def note(self, incidents: Iterable[Incident]) -> None:
        """Work out when these incidents are due next."""
        now = self._kit.now()
        for incident in incidents:
            due = next_due(incident, self._policy, now)
            if due is None:
                self._due.pop(incident.id, None)
            else:
                self._due[incident.id] = due
        self._wake.set()

    def look_soon(self) -> None:
        """Look at the policy again: the team's plans have changed."""
        self._wake.set()

    async def run(self, board: Board) -> None:
        """Advance what falls due until cancelled or the lease is lost."""
        while True:
            self._wake.clear()
            try:
                await self.check_policy(board)
                await self.advance_due(board)
            except Conflict as conflict:  # somebody acted in the same instant: they win
                log.info("%s", conflict.message)
                await self._refresh(board)
            except StoreError as error:
                log.debug("what is due cannot be carried out: %s", error)
            await self._pause()

    async def advance_due(self, board: Board) -> int:
        """Advance everything that is due by now; return how many incidents changed."""
        now = self._kit.now()
        due = [name for name, at in self._due.items() if at <= now]
        if not due:
            return 0
        try:
            changed = await board.write([self._advance(name) for name in due])
        except OncallError:
            raise
        except Exception:  # a bug with one of them: it must not keep the others from being paged
            log.exception("advancing %d incidents failed, each is tried alone", len(due))
            changed = await self._each_alone(board, due)
        self._leave(set(due) - {incident.id for incident in changed}, now)
        self.advanced += len(changed)
        return len(changed)

    def _leave(self, unchanged: Iterable[str], now: datetime) -> None:
        """Look again in a while at what is overdue and did not happen: it waits for a source to be heard again."""
        for name in unchanged:
            if self._due.get(name, now) < now:
                self._due[name] = now + PUT_ASIDE

    def _advance(self, incident: str) -> Order:
        return Order(incident, ((Advance(self._dark()), ENGINE),))

    async def _each_alone(self, board: Board, due: Sequence[str]) -> tuple[Incident, ...]:
        """Advance incidents one by one; one that cannot be is put aside for a while and named in the log."""
        changed: list[Incident] = []
        for name in due:
            try:
                changed += await board.write([self._advance(name)])
            except OncallError:
                raise
            except Exception:
                told = {"event": "escalation_failed", "incident": name}
                log.exception("%s could not be advanced", name, extra=told)
                self._due[name] = self._kit.now() + PUT_ASIDE
        return tuple(changed)

    async def check_policy(self, board: Board) -> None:
        """Work out everything anew where the config or the team's plans have changed."""
        policy = self._kit.policy_of()
        if policy is self._policy:
            return
        self._policy = policy
        everything = tuple(board.incidents.values())
        for start in range(0, len(everything), AT_ONCE):
            self.note(everything[start : start + AT_ONCE])
            await asyncio.sleep(0)

    async def _refresh(self, board: Board) -> None:
        try:
            await board.refresh()
        except StoreError as error:
            log.debug("the store cannot be read: %s", error)

    async def _pause(self) -> None:
        """Wait for the soonest due time or for news; never shorter than a moment, whatever is overdue."""
        await asyncio.sleep(SHORTEST_PAUSE)
        soonest = min(self._due.values(), default=None)  # half a millisecond for ten thousand
        left = LONGEST_PAUSE if soonest is None else (soonest - self._kit.now()).total_seconds()
        await set_within(self._wake, min(max(left, 0.0), LONGEST_PAUSE))
