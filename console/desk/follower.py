"""Following the store: a look now and then, in the store's thread, and a snapshot when something differs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from console.clock import ticks
from console.desk.livepolicy import LivePolicy
from console.desk.storetime import SAMPLES, sample
from console.desk.view import View
from console.desk.waking import set_within
from console.desk.worker import StoreWorker
from console.domain.clockskew import Reckoning
from console.domain.health import EngineReport
from console.domain.presence import Presence
from console.domain.snapshot import Snapshot
from console.errors import StoreError
from console.ports.store import Changes, IncidentStore, StoreInfo

LOOK_EVERY = 0.8  # seconds between looks at everything; the store thread glances at the signal more often
RETRY_EVERY = 1.0  # seconds between looks at a store that refuses
ANSWER_WITHIN = 1.2  # seconds; with the pause before it "unreachable" is said within 2.1 s
GATHER_NEWS = 0.02  # seconds from news to the look, so that a burst of writes is read in few looks
REPORT_EVERY = 1.0
TIME_EVERY = 30.0
CHUNK = 500  # rows a look takes; more would hold the interpreter for longer than a key may wait
MOST_CHUNKS = 40  # looks between two snapshots, however busy the store is


@dataclass(frozen=True, slots=True)
class _Question:
    """What to ask at one look. ``position`` None: all open rows; ``signal`` None: look whatever it says."""

    position: int | None
    signal: int | None
    info: bool
    report: bool  # the engine's, and who is there
    samples: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a look brought; None for what was not asked or cannot have changed."""

    signal: int
    sampled: Reckoning
    reported: bool
    changes: Changes | None = None
    info: StoreInfo | None = None
    report: EngineReport | None = None
    consoles: tuple[Presence, ...] = ()


def _ask(
    store: IncidentStore, live: LivePolicy | None, question: _Question, monotonic: Callable[[], float]
) -> _Answer:
    """Look once; runs whole in the store's thread."""
    signal = store.signal()  # before the rows: what is written in between shows at the next look
    news = signal != question.signal
    if news and live is not None:
        live.look()
    changes: Changes | None = None
    if question.position is None:
        changes = store.open_rows()
        changes = replace(changes, rows=changes.rows + store.followed())
    elif news:
        changes = store.changed(question.position, CHUNK)
    reported = news or question.report
    return _Answer(
        signal,
        reported=reported,
        changes=changes,
        info=store.info(counted=False) if question.info else None,
        report=store.engine() if reported else None,
        consoles=_consoles(store) if reported else (),
        # Always, as the rest may need no answer of a server: one that hangs would not be noticed.
        sampled=sample(store.now, monotonic, question.samples),
    )


def _consoles(store: IncidentStore) -> tuple[Presence, ...]:
    try:
        return store.presences()
    except StoreError:
        return ()  # an older store that can only be read has no place for them


def _heard_of(asked: asyncio.Future[_Answer]) -> None:
    """Keep an error that nobody waits for any more, because the console is closed, from being logged."""
    if not asked.cancelled():
        asked.exception()


class Follower:
    """Feeds a view from the store; one reader at a time.

    A store that does not answer is said so within 2.1 s, the last rows stay, and looking goes on.
    ``live`` is brought up to date with it. ``returned`` is called whenever the store can be asked for the first time, or again.
    """

    def __init__(  # noqa: PLR0913 - one argument a collaborator
        self,
        store: IncidentStore,
        worker: StoreWorker,
        view: View,
        *,
        live: LivePolicy | None = None,
        monotonic: Callable[[], float] = ticks,
        returned: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._worker = worker
        self._view = view
        self._live = live
        self._ticks = monotonic
        self._returned = returned
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal: int | None = None
        self._own_write = False
        self._reported_at = self._timed_at = float("-inf")
        self._asked: asyncio.Future[_Answer] | None = None
        self._wake = asyncio.Event()

    def look_now(self) -> None:
        """Look at once whatever the signal says: it does not tell of writes through our own connection."""
        self._own_write = True
        self._wake.set()

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """Yield a snapshot as soon as the store has answered or is overdue, then whenever something changed."""
        self._listen()
        self._view.due = True
        chunks = 0
        while True:
            self._wake.clear()
            more = await self._look()
            chunks += 1
            if more and chunks < MOST_CHUNKS:
                await asyncio.sleep(0)
                continue
            chunks = 0
            self._view.refresh_duties()
            if self._live is not None:
                self._view.take_told(self._live.told)
            self._view.forget_consoles()
            if self._view.due:
                yield self._view.snapshot()
            if not more:
                await self._pause()

    def _listen(self) -> None:
        """Have us woken when others have written, by the store or by its thread's looks at the signal; once."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._store.on_news(self._news)
            if self._store.look_every < LOOK_EVERY:
                self._worker.when_idle(self._store.look_every, self._glance)

    def _glance(self) -> None:
        """Look whether others have changed an incident or the roster; all else can wait. Runs in the store's thread."""
        position = self._view.position
        if position is None or not self._view.reachable:
            return
        try:
            if self._store.signal() != self._signal and (
                self._store.changed(position, 1).rows or (self._live is not None and self._live.refresh())
            ):
                self._news()
        except StoreError:
            self._news()  # the look that follows tells what is wrong

    def _news(self) -> None:
        """Wake up; called from a thread of the store's."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody follows any more
                self._loop.call_soon_threadsafe(self._wake.set)

    async def _pause(self) -> None:
        every = max(self._store.look_every, LOOK_EVERY) if self._view.reachable else RETRY_EVERY
        if await set_within(self._wake, every) and not self._own_write:
            await asyncio.sleep(GATHER_NEWS)

    async def _look(self) -> bool:
        """Ask the store and take in its answer; return whether it has more to tell at once."""
        try:
            if self._asked is None:
                job = self._worker.submit(_ask, self._store, self._live, self._question(), self._ticks)
                self._asked = asyncio.wrap_future(job)
                self._asked.add_done_callback(_heard_of)
            # An overdue answer is waited for again, not asked for twice: a slow store would never catch up.
            await asyncio.wait({self._asked}, timeout=ANSWER_WITHIN)
            if not self._asked.done():
                self._view.unreachable(f"no answer within {ANSWER_WITHIN:g} s")
                return False
            asked, self._asked = self._asked, None
            return self._take(asked.result())
        except StoreError as error:
            self._view.unreachable(str(error))
            return False

    def _question(self) -> _Question:
        now = self._ticks()
        report = now - self._reported_at >= REPORT_EVERY
        samples = 1  # enough to notice that a clock jumped or the machine slept
        if now - self._timed_at >= TIME_EVERY:
            samples = SAMPLES
        signal = None if self._own_write else self._signal
        self._own_write = False
        return _Question(
            position=self._view.position,
            signal=signal,
            info=not self._view.reachable,
            report=report,
            samples=samples,
        )

    def _take(self, answer: _Answer) -> bool:
        now = self._ticks()
        self._take_time(answer.sampled, now)
        returned = answer.info is not None and not self._view.reachable
        if answer.info:
            self._view.take_info(answer.info)
        if answer.reported:
            self._reported_at = now
            self._view.take_report(answer.report)
            self._view.take_consoles(answer.consoles)
        more = not self._view.reachable  # it is back, but was asked before we knew it was gone
        if answer.changes:
            self._view.take_rows(answer.changes)
            more = more or answer.changes.more
        self._view.answered()
        self._signal = None if more else answer.signal
        if returned:
            self._returned()
        return more

    def _take_time(self, taken: Reckoning, now: float) -> None:
        if now - self._timed_at >= TIME_EVERY:
            self._view.time.set(taken)
            self._timed_at = now
        elif not self._view.time.agrees(taken):
            self._timed_at = float("-inf")
            self._wake.set()
            return
        self._view.take_skew()
