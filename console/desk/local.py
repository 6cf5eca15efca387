"""The desk of a front end on this machine: everything it needs, over one store and at most one engine child."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from console.desk.details import read_detail
from console.desk.follower import Follower
from console.desk.storetime import StoreTime
from console.desk.view import View
from console.desk.worker import StoreWorker, UnansweredError
from console.domain.actors import Actor
from console.domain.commands import Command
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.runbook import Runbook
from console.domain.snapshot import Detail, Snapshot
from console.errors import StoreError
from console.ports.desk import NotSaved, Outcome, Unknown
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    from console.desk.executor import Executor

SAVE_WITHIN = 2.0  # seconds until a command that the store has not answered is told as unknown
READ_WITHIN = 5.0
ASK_AGAIN_EVERY = 1.0  # seconds, for outcomes still unknown and for the engine

FindRunbook = Callable[[Incident], tuple[Runbook | None, str]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command whose answer is awaited."""

    incident: str
    command: Command
    op: str


class Starter(Protocol):
    """Keeps an engine process (``desk.process.EngineProcess``)."""

    @property
    def trouble(self) -> str:
        """Why there is none, in one line."""
        ...

    async def ensure(self) -> None:
        """Start one unless one runs."""
        ...

    async def close(self) -> None:
        """Stop it."""
        ...


class LocalDesk:
    """See ``console.ports.desk.Desk``. ``engine`` None: this front end never starts one.

    ``find_runbook`` runs in a thread of its own (files and addresses may hang), ``handover`` in
    the store's thread. Make it inside the running event loop.
    """

    def __init__(  # noqa: PLR0913 - one argument a collaborator
        self,
        store: IncidentStore,
        policy_of: Callable[[], Policy],
        actor: Actor,
        *,
        find_runbook: FindRunbook,
        handover: Callable[[], str],
        engine: Starter | None = None,
        demo: bool = False,
    ) -> None:
        self._store = store
        self._actor = actor
        self._find_runbook = find_runbook
        self._handover = handover
        self._engine = engine
        self._worker = StoreWorker("store")
        self._reader = StoreWorker("runbook folder")
        self._policy_of = policy_of
        self._view = View(actor.name, policy_of, StoreTime(), demo=demo)
        self._follower = Follower(store, self._worker, self._view)
        self._resolved: list[Outcome] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeping = False
        self._looking = ""

    @cached_property
    def _executor(self) -> Executor:
        from console.desk.executor import Executor  # noqa: PLC0415 - the rules of deciding load at the first key

        return Executor(self._store, self._policy_of)

    @property
    def engine_trouble(self) -> str:
        """Why the engine this console started is not running, in one line; empty where all is well."""
        return self._engine.trouble if self._engine else ""

    def follow(self) -> AsyncIterator[Snapshot]:
        """Return snapshots: one at once, then one for each change. One reader at a time."""
        return self._follower.snapshots()

    def now(self) -> datetime:
        """Return the store's time as far as we know it."""
        return self._view.time.now()

    def looking(self, incident: str) -> None:
        """Say which incident the person looks at."""
        self._looking = incident

    def resolved(self) -> tuple[Outcome, ...]:
        """Return what became of earlier unknown outcomes, each told once."""
        told, self._resolved = tuple(self._resolved), []
        return told

    async def detail(self, incident: str) -> Detail | None:
        """Return everything about one incident. Raises ``StoreError`` where the store does not answer."""
        found = await self._worker.run(read_detail, self._store, incident, deadline=READ_WITHIN)
        if found is None:
            return None
        try:
            runbook, note = await self._reader.run(self._find_runbook, found.incident, deadline=READ_WITHIN)
        except StoreError as error:
            runbook, note = None, str(error)
        return Detail(found.incident, found.events, runbook, note, found.last_time)

    async def carry_out(self, incident: str, command: Command, op: str) -> Outcome:
        """Decide and save a command of the person at this console; the answer is never a guess."""
        job = self._worker.submit(self._executor.carry_out, incident, command, self._actor, op)
        asked = _Asked(incident, command, op)
        try:
            outcome = await self._worker.wait(job, SAVE_WITHIN)
        except UnansweredError as error:
            self._start(self._find_out(asked, job))
            return Unknown(incident, op, f"{error.message}: asking again whether it was saved")
        except StoreError as error:  # taken back before it began
            return NotSaved(incident, str(error))
        if isinstance(outcome, Unknown):
            self._start(self._find_out(asked, None))
        self._follower.look_now()
        return outcome

    async def handover(self) -> str:
        """Return the handover of the current shift so far, as Markdown."""
        return await self._worker.run(self._handover, deadline=READ_WITHIN)

    async def ensure_engine(self) -> None:
        """Start an engine if nobody holds the lease, and keep seeing to it."""
        if self._engine is None:
            return
        await self._ensure_once(self._engine)
        if not self._keeping:
            self._keeping = True
            self._start(self._keep_engine(self._engine))

    async def refresh(self) -> None:
        """Ask whoever is the engine to poll now. Raises ``StoreError``."""
        await self._worker.run(self._store.request_poll)

    async def close(self) -> None:
        """Stop what was started here and let go of the store; safe to call twice."""
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._engine is not None:
            await self._engine.close()
        await asyncio.gather(self._reader.close(grace=0.2), self._worker.close(self._store.close))

    async def _find_out(self, asked: _Asked, job: Future[Outcome] | None) -> None:
        """Wait for a late answer, or ask by the operation's id, until it is known."""
        outcome: Outcome | None = None
        if job is not None:
            with contextlib.suppress(StoreError):
                outcome = await asyncio.wrap_future(job)
        while outcome is None or isinstance(outcome, Unknown):
            await asyncio.sleep(ASK_AGAIN_EVERY)
            with contextlib.suppress(StoreError):
                outcome = await self._worker.run(
                    self._executor.outcome_of, asked.incident, asked.command, self._actor, asked.op
                )
        self._resolved.append(outcome)
        self._view.due = True
        self._follower.look_now()

    async def _keep_engine(self, engine: Starter) -> None:
        while True:
            await asyncio.sleep(ASK_AGAIN_EVERY)
            report = self._view.engine
            if self._view.reachable and (report is None or report.expires_at < self.now()):
                await self._ensure_once(engine)

    async def _ensure_once(self, engine: Starter) -> None:
        """Start an engine unless the store says that somebody is."""
        try:
            report, now = await self._worker.run(lambda: (self._store.engine(), self._store.now()))
        except StoreError as error:
            log.warning("no engine is started while the store cannot be asked: %s", error)
            return
        if report is None or report.expires_at < now:
            await engine.ensure()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task of the desk failed", exc_info=error)
