"""The desk of a front end on this machine: everything it needs, over one store and at most one engine child."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from console.clock import Clock, ticks
from console.desk.attempt import saved_within
from console.desk.beside import ReadsBeside
from console.desk.details import read_detail
from console.desk.follower import Follower
from console.desk.livepolicy import LivePolicy
from console.desk.presence import Teller
from console.desk.starting import Starter, ensure_once
from console.desk.storetime import StoreTime
from console.desk.unsettled import Lost, Unsettled
from console.desk.view import View
from console.desk.waiting import WaitingNote, WaitingNotes
from console.desk.worker import StoreWorker
from console.domain.actors import Actor
from console.domain.commands import Command, Note
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.runbook import Runbook
from console.domain.snapshot import Detail, Snapshot, StoreState
from console.errors import StoreError
from console.ports.desk import NotSaved, Outcome, Refused, Unknown, Waiting
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    from console.desk.arranger import Arranger
    from console.desk.executor import Executor
    from console.desk.shiftload import LoadReader
    from console.domain.loadmeter import ShiftLoad
    from console.domain.similar import Memory
    from console.domain.team.commands import TeamCommand
    from console.ports.books import Books, Shelf
    from console.ports.handover import Handovers, Sheets

SAVE_WITHIN = 1.9
"""Seconds until a command that the store has not answered is told; with the telling under 2.1."""
READ_WITHIN = 5.0
SEE_TO_ENGINE_EVERY = 1.0
READ_ONLY = "this console is read-only (--readonly)"

FindRunbook = Callable[[Incident], tuple[Runbook | None, str]]

log = logging.getLogger(__name__)


class LocalDesk(ReadsBeside):
    """See ``console.ports.desk.Desk``. ``engine`` None: this front end never starts one.

    ``find_runbook`` and ``shelf`` run in a thread of their own (files may hang), ``sheets`` makes what reads handovers
    in the store's thread (None: there are none here). ``digest`` is our team config's fingerprint, ``version`` the
    product's, both told to the other consoles. ``readonly`` writes nothing at all. ``notes`` keeps those that have to
    wait, None: none does. ``clock`` is this machine's. Make it inside the running event loop.
    """

    def __init__(  # noqa: PLR0913 - one argument a collaborator
        self,
        store: IncidentStore,
        policy_of: Callable[[], Policy],
        actor: Actor,
        *,
        find_runbook: FindRunbook,
        shelf: Shelf | None = None,
        sheets: Callable[[], Sheets] | None = None,
        engine: Starter | None = None,
        rehearsal: str = "",
        digest: str = "",
        version: str = "",
        readonly: bool = False,
        notes: WaitingNotes | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._actor = actor
        self._find_runbook, self._shelf = find_runbook, shelf
        self._sheets = sheets
        self._readonly = readonly
        self._engine = None if readonly else engine
        self._notes = None if readonly else notes
        self._worker = StoreWorker("store")
        self._reader = StoreWorker("runbook folder")
        self._policy = LivePolicy(store, policy_of)
        me = Presence(uuid.uuid4().hex, actor.name, "", digest, version)
        self._view = View(
            actor.name,
            self._policy,
            StoreTime(ticks, clock),
            team_of=lambda: self._policy.team,
            rehearsal=rehearsal,
            console=me.console,
            digest=digest,
            read_only=READ_ONLY if readonly else "",
        )
        self._unsettled = Unsettled(self._worker, lambda: self._executor, self._settled)
        self._follower = Follower(
            store, self._worker, self._view, live=self._policy, returned=self._unsettled.wake
        )
        self._teller = Teller(store, self._worker, me, self._may_write)
        self._resolved: list[Outcome] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeping = self._following = False
        self._start(self._unsettled.run())

    @cached_property
    def _executor(self) -> Executor:
        from console.desk.executor import Executor  # noqa: PLC0415 - the rules of deciding load at the first key

        return Executor(self._store, self._policy.loaded)

    @cached_property
    def _arranger(self) -> Arranger:
        from console.desk.arranger import Arranger  # noqa: PLC0415 - as above

        return Arranger(self._store, self._policy)

    @cached_property
    def _load(self) -> LoadReader:
        from console.desk.shiftload import LoadReader  # noqa: PLC0415 - not needed for the first screen

        return LoadReader(self._store, self._policy.loaded, self._actor.name)

    @cached_property
    def books(self) -> Books | None:
        """The runbook folders; None where this desk has none."""
        from console.desk.books import DeskBooks  # noqa: PLC0415 - not needed for the first screen

        return DeskBooks(self._shelf, self._reader, READ_WITHIN) if self._shelf is not None else None

    @cached_property
    def handovers(self) -> Handovers | None:
        """The handovers; None where this desk has none."""
        from console.desk.handovers import DeskHandovers  # noqa: PLC0415 - not needed for the first screen

        made = self._sheets() if self._sheets else None
        return DeskHandovers(made, self._worker, self.arrange, READ_WITHIN) if made else None

    @property
    def engine_trouble(self) -> str:
        """Why the engine this console started is not running, in one line; empty where all is well."""
        return self._engine.trouble if self._engine else ""

    def follow(self) -> AsyncIterator[Snapshot]:
        """Return snapshots: one at once, then one for each change. One reader at a time."""
        if not self._following and not self._readonly:
            self._following = True
            self._start(self._teller.run())
            self._start(self._take_up_notes())
        return self._follower.snapshots()

    def now(self) -> datetime:
        """Return the store's time as far as we know it."""
        return self._view.time.now()

    def looking(self, incident: str) -> None:
        """Say which incident the person looks at (empty: none); told to the others once it lasts."""
        self._teller.looking(incident)

    def resolved(self) -> tuple[Outcome, ...]:
        """Return what became of earlier unknown outcomes and waiting notes, each told once."""
        told, self._resolved = tuple(self._resolved), []
        return told

    async def detail(self, incident: str) -> Detail | None:
        """Return everything about one incident. Raises ``StoreError`` where the store does not answer."""
        read = partial(read_detail, self._store, incident, self._policy())
        found = await self._worker.run(read, deadline=READ_WITHIN)
        if found is None:
            return None
        try:
            runbook, note = await self._reader.run(self._find_runbook, found.incident, deadline=READ_WITHIN)
        except StoreError as error:
            runbook, note = None, str(error)
        return found.detail(runbook, note)

    async def memory(self, incident: str) -> Memory | None:
        """Return what happened before and was like it. Raises ``StoreError``."""
        from console.desk.memory import read_memory  # noqa: PLC0415 - not needed for the first screen

        return await self._worker.run(read_memory, self._store, incident, deadline=READ_WITHIN)

    async def carry_out(self, incident: str, command: Command, op: str) -> Outcome:
        """Decide and save a command of the person at this console; the answer is never a guess."""
        if self._readonly:
            return Refused(incident, READ_ONLY)
        call = partial(self._executor.carry_out, incident, command, self._actor, op)
        outcome, job = await saved_within(SAVE_WITHIN, self._worker, call, incident, op)
        if isinstance(command, Note) and isinstance(outcome, NotSaved | Unknown):
            outcome = await self._let_wait(command, op, outcome)
        if isinstance(outcome, Unknown):
            ask = partial(self._executor.outcome_of, incident, command, self._actor, op)
            self._unsettled.add(Lost(op, ask, job))
        self._follower.look_now()
        return outcome

    async def arrange(self, command: TeamCommand, op: str) -> Outcome:
        """Decide and save a command about the team; the answer is never a guess."""
        if self._readonly:
            return Refused("", READ_ONLY)
        call = partial(self._arranger.arrange, command, self._actor, op)
        outcome, job = await saved_within(SAVE_WITHIN, self._worker, call, "", op)
        if isinstance(outcome, Unknown):
            self._unsettled.add(Lost(op, partial(self._arranger.outcome_of, command, op), job))
        self._follower.look_now()
        return outcome

    async def shift_load(self) -> ShiftLoad | None:
        """Return the load of the shift that runs now. Raises ``StoreError``."""
        return await self._worker.run(self._load.read, deadline=READ_WITHIN)

    async def ensure_engine(self) -> None:
        """Start an engine if nobody holds the lease, and keep seeing to it."""
        if self._engine is None:
            return
        await ensure_once(self._engine, self._store, self._worker)
        if not self._keeping:
            self._keeping = True
            self._start(self._keep_engine(self._engine))

    async def refresh(self) -> None:
        """Ask whoever is the engine to poll now. Raises ``StoreError``."""
        if self._readonly:
            raise StoreError(READ_ONLY)
        await self._worker.run(self._store.request_poll)

    async def close(self) -> None:
        """Stop what was started here and let go of the store; safe to call twice."""
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(self._teller.leave(), self._engine.close() if self._engine else asyncio.sleep(0))
        await asyncio.gather(self._reader.close(grace=0.2), self._worker.close(self._store.close))

    async def _let_wait(self, command: Note, op: str, outcome: NotSaved | Unknown) -> Outcome:
        """Keep a note until the store takes it; its operation id keeps it from being saved twice."""
        read_only = self._view.health.state is StoreState.READ_ONLY
        if self._notes is None or read_only or not command.text.strip(" !\n"):
            return outcome
        note = WaitingNote(outcome.incident, command.text, op, self._actor.name, self.now())
        try:
            await asyncio.to_thread(self._notes.add, note)
        except (OSError, ValueError) as error:
            log.warning("a note cannot be kept on this machine: %s", error)
            return outcome
        self._unsettled.add(note)
        return Waiting(outcome.incident, op, outcome.text)

    async def _take_up_notes(self) -> None:
        """Send what an earlier run of the console had to leave."""
        if self._notes is not None:
            for note in await asyncio.to_thread(self._notes.load):
                self._unsettled.add(note)

    async def _settled(self, outcome: Outcome, note: WaitingNote | None) -> None:
        """Tell what became of an unknown outcome or a note that waited."""
        if note is not None and self._notes is not None:
            try:
                await asyncio.to_thread(self._notes.remove, note.op)
            except OSError as error:  # it will be sent once more, and found to be saved
                log.warning("a note that was sent stays in its file: %s", error)
        self._resolved.append(outcome)
        self._view.due = True
        self._follower.look_now()

    def _may_write(self) -> bool:
        return self._view.health.state is StoreState.OK

    async def _keep_engine(self, engine: Starter) -> None:
        while True:
            await asyncio.sleep(SEE_TO_ENGINE_EVERY)
            report = self._view.engine
            if self._view.reachable and (report is None or report.expires_at < self.now()):
                await ensure_once(engine, self._store, self._worker)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task of the desk failed", exc_info=error)
