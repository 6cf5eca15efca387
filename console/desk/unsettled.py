"""What is not settled yet: outcomes that are unknown, and notes that wait for the store to be back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.desk.waiting import WaitingNote
from console.desk.waking import set_within
from console.desk.worker import StoreWorker
from console.domain.actors import Actor
from console.domain.commands import Note
from console.errors import StoreError
from console.ports.desk import NotSaved, Outcome, Unknown

if TYPE_CHECKING:
    from console.desk.executor import Executor

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """A command whose answer did not come. ``job`` is the call that may still bring it.

    ``ask`` asks the store by the operation's id what became of it; blocking, raises ``StoreError``.
    """

    op: str
    ask: Callable[[], Outcome]
    job: Future[Outcome] | None = None


class Unsettled:
    """Asks by operation id, and sends notes again, in order, until the store has an answer to each.

    It tries when the store is said to be back (``wake``) and, on its own, after pauses of 1 s to
    10 s. ``settled`` is awaited with each outcome; for a note it comes with the note.
    """

    def __init__(
        self,
        worker: StoreWorker,
        executor: Callable[[], Executor],
        settled: Callable[[Outcome, WaitingNote | None], Awaitable[None]],
    ) -> None:
        self._worker = worker
        self._executor = executor
        self._settled = settled
        self._open: list[Lost | WaitingNote] = []
        self._more = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def notes(self) -> int:
        """How many notes wait."""
        return sum(isinstance(item, WaitingNote) for item in self._open)

    def add(self, item: Lost | WaitingNote) -> None:
        """Settle one more; what is there already is not added again."""
        if any(known.op == item.op for known in self._open):
            return
        self._open.append(item)
        if isinstance(item, Lost) and item.job is not None:
            item.job.add_done_callback(self._answered)
        self.wake()

    def wake(self) -> None:
        """Try now: the store is back, or an answer has come."""
        self._more.set()

    def _answered(self, _job: Future[Outcome]) -> None:
        """Wake up; called in the store's thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody is to be told any more
            self._loop.call_soon_threadsafe(self.wake)

    async def run(self) -> None:
        """Settle what there is until cancelled."""
        pause = FIRST_PAUSE
        while True:
            await set_within(self._more, pause if self._open else None)
            self._more.clear()
            pause = FIRST_PAUSE if await self._try_all() else min(2 * pause, LONGEST_PAUSE)

    async def _try_all(self) -> bool:
        """Try each once, up to the first that the store does not answer; return whether any was settled."""
        progress = stuck = False
        for item in list(self._open):
            note = item if isinstance(item, WaitingNote) else None
            if note and stuck:
                continue  # behind one that has to wait, so that they stay in order
            try:
                outcome = await (self._ask(item) if isinstance(item, Lost) else self._send(item))
            except StoreError:
                break
            if outcome is None:
                stuck = stuck or note is not None
                continue
            self._open.remove(item)
            progress = True
            await self._settled(_of(outcome, item.op), note)
        return progress

    async def _send(self, note: WaitingNote) -> Outcome | None:
        """Send a note again; None where it has to go on waiting."""
        command = Note(note.told)
        outcome = await self._worker.run(
            self._executor().carry_out, note.incident, command, Actor(note.actor), note.op
        )
        return None if isinstance(outcome, NotSaved | Unknown) else outcome

    async def _ask(self, lost: Lost) -> Outcome | None:
        """Return what became of a command; None while the call that carries it out has not ended."""
        if lost.job is not None:
            if not lost.job.done():
                return None
            if lost.job.exception() is None and not isinstance(outcome := lost.job.result(), Unknown):
                return outcome
        return await self._worker.run(lost.ask)


def _of(outcome: Outcome, op: str) -> Outcome:
    """Return an outcome that says which command it is about."""
    return outcome if outcome.op else replace(outcome, op=op)
