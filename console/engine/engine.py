"""The engine: fills the store from the sources and carries out what it says, one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from console.clock import ticks
from console.desk.executor import Executor
from console.desk.livepolicy import LivePolicy
from console.desk.storetime import StoreTime
from console.desk.waking import set_within
from console.desk.worker import StoreWorker
from console.domain.health import EngineReport, SourceHealth
from console.domain.policy import Policy
from console.engine.asking import Asking
from console.engine.kit import Kit, Runner
from console.engine.poller import Poller
from console.engine.settings import Identity, Settings
from console.engine.standby import Standby
from console.engine.tally import Tally
from console.engine.term import Term
from console.engine.view import View
from console.errors import Conflict, FenceLost, StoreError
from console.ports.calendars import CalendarReader
from console.ports.channels import Channel
from console.ports.feeds import ChangeFeed
from console.ports.outlets import Outlet
from console.ports.sources import AlertSource, Settled
from console.ports.store import IncidentStore
from console.ports.tickets import TicketSystem

AFTER_A_LOSS = 1.0  # seconds out of office after the lease was lost
AFTER_A_FAULT = 1.0  # seconds out of office after a bug, doubling with each in a row
LONGEST_PAUSE = 60.0
HEALTHY = 60.0  # seconds in office after which earlier bugs are forgiven
CLOSE_WITHIN = 0.5  # seconds that the store and the sources have for letting go
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

    It survives what can be survived. A store that is away is asked again for ever; a source that
    breaks its promise has failed and is asked again. A bug anywhere else ends the term, not the
    process: it is logged, the lease given up so that another engine may have a try, and after a
    pause (1 s doubling to 1 min) a new term begins with new parts; the store has all that matters.
    ``worker``, ``monotonic`` and ``rng`` are for tests.
    """

    def __init__(  # noqa: PLR0913 - one argument a collaborator
        self,
        store: IncidentStore,
        sources: Sequence[AlertSource],
        policy_of: Callable[[], Policy],
        identity: Identity,
        settings: Settings | None = None,
        *,
        channels: Sequence[Channel] = (),
        calendars: Sequence[CalendarReader] = (),
        feeds: Sequence[ChangeFeed] = (),
        outlets: Sequence[Outlet] = (),
        tickets: Sequence[TicketSystem] = (),
        worker: Runner | None = None,
        time: StoreTime | None = None,
        monotonic: Callable[[], float] = ticks,
        rng: random.Random | None = None,
    ) -> None:
        self._sources = tuple(sources)
        self._channels = tuple(channels)
        self._calendars = tuple(calendars)
        self._feeds = tuple(feeds)
        self._outlets = tuple(outlets)
        self._tickets = tuple(tickets)
        self._identity = identity
        self._time = time or StoreTime(monotonic)
        self._own_worker = StoreWorker("store") if worker is None else None
        tally = Tally()
        runner: Runner = worker or self._own_worker  # type: ignore[assignment]  # one of the two is there
        live = LivePolicy(store, policy_of)
        self._kit = Kit(
            store=store,
            worker=Asking(runner, tally, monotonic),
            executor=Executor(store, live.fresh),  # a page goes to who holds the role at this moment
            policy_of=live,
            settings=settings or Settings(),
            now=self._time.now,
            ticks=monotonic,
            rng=rng or random.Random(),  # noqa: S311 - spreads polls in time, keeps no secret
            tally=tally,
            read_plans=live.refresh,
        )
        self._standby = Standby(self._kit)
        self._term: Term | None = None
        self._faults = 0

    def view(self) -> View:
        """Return how it stands, for whoever watches over it; in the event loop only."""
        return View(self._kit, self._standby, self._term)

    async def run(self, stop: asyncio.Event) -> None:
        """Be the engine whenever nobody else is, until ``stop`` is set; gives the lease up at the end."""
        self._kit.news.listen(self._kit.store)
        while not stop.is_set():
            term = self._new_term()
            began = self._kit.ticks()
            try:
                error = await _until(stop, self._serve(term))
            finally:
                self._term = None
                await term.keeper.release()
            if error is not None:
                await set_within(stop, self._pause_after(error, self._kit.ticks() - began))

    async def once(self) -> Cycle:
        """Do one cycle of everything: poll each source, group, advance, carry out effects.

        Raises ``StoreError``, ``FenceLost``.
        """
        term = self._new_term()
        previous = await term.keeper.acquire()
        if previous is None:
            other = term.keeper.other
            return Cycle(held_by=f"{other.host}, pid {other.pid}" if other else "another engine")
        keeping = asyncio.create_task(term.keeper.keep())
        try:
            return await self._cycle(term, previous)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await term.keeper.release()

    async def close(self) -> None:
        """Let go of the store and of the sources; whatever hangs is left behind after a moment."""
        if self._own_worker is not None:
            await self._own_worker.close(self._kit.store.close, grace=CLOSE_WITHIN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                closing = [source.close() for source in self._sources]
                closing += [calendar.close() for calendar in self._calendars]
                closing += [feed.close() for feed in self._feeds]
                closing += [channel.close() for channel in self._channels]
                closing += [outlet.close() for outlet in self._outlets]
                closing += [system.close() for system in self._tickets]
                await asyncio.gather(*closing, return_exceptions=True)

    def _new_term(self) -> Term:
        return Term(
            *(self._kit, self._sources, self._identity, self._time),
            *(self._channels, self._calendars, self._feeds, self._outlets),
            tickets=self._tickets,
        )

    async def _serve(self, term: Term) -> None:
        """Wait for the term's turn, then work until the lease is lost: then raises (a group)."""
        previous = await self._standby.turn(term.keeper)
        self._term = term
        await term.work(previous)

    def _pause_after(self, error: BaseException, lasted: float) -> float:
        """Log why a term ended; return for how many seconds to stay out of office."""
        causes = tuple(_leaves(error))
        bugs = [cause for cause in causes if not isinstance(cause, FenceLost | StoreError)]
        if not bugs:
            log.warning("out of office: %s", "; ".join(dict.fromkeys(map(str, causes))))
            return AFTER_A_LOSS
        self._faults = 1 if lasted >= HEALTHY else self._faults + 1
        pause = min(LONGEST_PAUSE, AFTER_A_FAULT * 2.0 ** min(self._faults - 1, 16))
        told = {"event": "engine_fault", "pause": pause}
        log.error("a bug ended the term, the next in %.0f s", pause, exc_info=bugs[0], extra=told)
        return pause

    async def _cycle(self, term: Term, previous: EngineReport) -> Cycle:
        await term.take_over(previous)
        await asyncio.gather(*(calendar.read() for calendar in term.calendars.watches))
        failures = [text for text in await asyncio.gather(*map(_poll, term.pollers)) if text]
        failures += [f"{one.name}: {one.error}" for one in term.calendar_healths() if one.error]
        for _ in range(MOST_ROUNDS):
            if not await term.escalator.advance_due(term.board):
                break
        try:
            await term.outbox.work_off()
            await term.notifier.look()
            await term.courier.work_off()
        except BaseExceptionGroup as group:
            if group.split(FenceLost)[1] is not None:
                raise
            raise FenceLost("the lease was lost in the middle of the cycle") from group
        await asyncio.gather(*(feed.poll() for feed in term.feeds.watches))  # last: no alert waits for a feed
        failures += [f"{one.name}: {one.error}" for one in term.feed_healths() if one.error]
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


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors in a group of groups."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> BaseException | None:
    """Do the work until it ends or ``stop`` is set, which ends it at once; return what it raised."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
    if working.cancelled():
        return None if stop.is_set() else RuntimeError("the work was cancelled, and not by us")
    return None if stop.is_set() else working.exception()
