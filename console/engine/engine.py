"""The engine: fills the store from the sources and carries out what it says, one at a time."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from console.clock import ticks
from console.desk.executor import Executor
from console.desk.storetime import StoreTime
from console.desk.worker import StoreWorker
from console.domain.health import EngineReport, SourceHealth
from console.domain.policy import Policy
from console.engine.kit import Kit, Runner
from console.engine.poller import Poller
from console.engine.settings import Identity, Settings
from console.engine.term import Term
from console.errors import Conflict, FenceLost, StoreError
from console.ports.sources import AlertSource, Settled
from console.ports.store import IncidentStore

ASK_EVERY = 1.0  # seconds between attempts to get the lease
MOST_ROUNDS = 20  # of "something else has fallen due" in one cycle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle did. ``held_by`` names the engine that works already; then nothing was done.

    ``failures`` are one-line sentences; empty means that all is well.
    """

    held_by: str = ""
    sources: tuple[SourceHealth, ...] = ()
    incidents_changed: int = 0
    incidents_advanced: int = 0
    effects: tuple[Settled, ...] = ()
    failures: tuple[str, ...] = ()


class Engine:
    """Waits for the lease, works while it holds it, waits again.

    ``worker``, ``monotonic`` and ``rng`` are for tests. A bug in a part ends the process: whoever
    started it starts it again, and the store has all that matters.
    """

    def __init__(  # noqa: PLR0913 - one argument a collaborator
        self,
        store: IncidentStore,
        sources: Sequence[AlertSource],
        policy_of: Callable[[], Policy],
        identity: Identity,
        settings: Settings | None = None,
        *,
        worker: Runner | None = None,
        time: StoreTime | None = None,
        monotonic: Callable[[], float] = ticks,
        rng: random.Random | None = None,
    ) -> None:
        self._sources = tuple(sources)
        self._identity = identity
        self._time = time or StoreTime(monotonic)
        self._own_worker = StoreWorker("store") if worker is None else None
        self._kit = Kit(
            store=store,
            worker=worker or self._own_worker,  # type: ignore[arg-type]  # one of the two is there
            executor=Executor(store, policy_of),
            policy_of=policy_of,
            settings=settings or Settings(),
            now=self._time.now,
            ticks=monotonic,
            rng=rng or random.Random(),  # noqa: S311 - spreads polls in time, keeps no secret
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Be the engine whenever nobody else is, until ``stop`` is set; gives the lease up at the end."""
        trouble = ""
        while not stop.is_set():
            term = self._term()
            try:
                previous = await term.keeper.acquire()
            except StoreError as error:
                if str(error) != trouble:
                    log.warning("the store cannot be asked for the lease: %s", error)
                trouble = str(error)
                previous = None
            if previous is None:
                await _pause(stop, ASK_EVERY)
                continue
            try:
                await self._serve(term, previous, stop)
            finally:
                await term.keeper.release()

    async def once(self) -> Cycle:
        """Do one cycle of everything: poll each source, group, advance, carry out effects.

        Raises ``StoreError``, ``FenceLost``.
        """
        term = self._term()
        previous = await term.keeper.acquire()
        if previous is None:
            report = await self._kit.worker.run(self._kit.store.engine)
            return Cycle(held_by=f"{report.host}, pid {report.pid}" if report else "another engine")
        keeping = asyncio.create_task(term.keeper.keep())
        try:
            return await self._cycle(term, previous)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await term.keeper.release()

    async def close(self) -> None:
        """Let go of the sources and of the store."""
        await asyncio.gather(*(source.close() for source in self._sources), return_exceptions=True)
        if self._own_worker is not None:
            await self._own_worker.close(self._kit.store.close)

    def _term(self) -> Term:
        return Term(self._kit, self._sources, self._identity, self._time)

    async def _serve(self, term: Term, previous: EngineReport, stop: asyncio.Event) -> None:
        """Work until told to stop or until the lease is lost; anything else is a bug and raised."""
        work = asyncio.create_task(term.work(previous))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            stopping.cancel()
            await asyncio.gather(work, stopping, return_exceptions=True)
        if work.cancelled() or (error := work.exception()) is None:
            return
        if not isinstance(error, BaseExceptionGroup):
            raise error
        lost, bugs = error.split((FenceLost, StoreError))
        if bugs is not None:
            raise bugs
        log.warning("out of office: %s", "; ".join(dict.fromkeys(_sentences(lost))))
        await _pause(stop, ASK_EVERY)

    async def _cycle(self, term: Term, previous: EngineReport) -> Cycle:
        await term.take_over(previous)
        failures = [text for text in await asyncio.gather(*map(_poll, term.pollers)) if text]
        for _ in range(MOST_ROUNDS):
            if not await term.escalator.advance_due(term.board):
                break
        try:
            await term.outbox.work_off()
        except BaseExceptionGroup as group:
            if group.split(FenceLost)[1] is not None:
                raise
            raise FenceLost("the lease was lost in the middle of the cycle") from group
        return Cycle(
            sources=term.healths(),
            incidents_changed=term.grouper.changed,
            incidents_advanced=term.escalator.advanced,
            effects=tuple(term.outbox.settled),
            failures=tuple(failures),
        )


async def _poll(poller: Poller) -> str:
    """Poll once; return what went wrong, in one line."""
    try:
        await poller.poll_once()
    except (Conflict, StoreError) as error:
        return f"{poller.health.name}: {error}"
    health = poller.health
    if not health.error:
        return ""
    return f"{health.name}: {health.error}" + (f": {health.hint}" if health.hint else "")


def _sentences(error: BaseException | None) -> Iterator[str]:
    """Yield each error of a group of groups in words."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _sentences(inner)
    elif error is not None:
        yield str(error)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
