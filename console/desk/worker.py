"""One thread that runs blocking functions whole, one after another, so that no event loop waits for a disk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from console.clock import ticks
from console.errors import StoreError

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class UnansweredError(StoreError):
    """No answer in time, but the call has begun and may yet succeed: the outcome is not known."""


class NotBegunError(StoreError):
    """No answer in time and the call was taken back before it began: definitely nothing happened."""


class StoreWorker:
    """A dedicated daemon thread: a store that hangs can neither stall the loop nor the exit.

    A chain of awaits would hold the store's write lock across the screen's painting; one
    function run whole does not (store measurements, section 2).
    """

    def __init__(self, name: str = "store") -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._idle: tuple[float, Callable[[], object]] | None = None
        self._thread = threading.Thread(target=self._work, name=f"{name}-worker", daemon=True)
        self._thread.start()

    def when_idle(self, seconds: float, call: Callable[[], object]) -> None:
        """Have ``call`` called in the thread each time it has had nothing to do for so many seconds.

        For what is looked at often and mostly in vain: the event loop sleeps on. ``call`` raises nothing.
        """
        self._idle = (seconds, call)

    def submit(self, fn: Callable[..., Result], *args: object) -> Future[Result]:
        """Queue a call and return its future; raises ``StoreError`` once closed."""
        if self._closed:
            raise StoreError(f"the {self._name} has been closed")
        job: Future[Result] = Future()
        self._jobs.put((job, partial(fn, *args)))
        return job

    async def run(self, fn: Callable[..., Result], *args: object, deadline: float = 2.0) -> Result:
        """Run ``fn(*args)`` in the thread and return or raise what it does.

        After ``deadline`` seconds raises ``NotBegunError`` or ``UnansweredError``; the loop never waits longer.
        """
        return await self.wait(self.submit(fn, *args), deadline)

    async def wait(self, job: Future[Result], deadline: float) -> Result:
        """Wait for a submitted job, as ``run`` does; the late answer of one that is given up is logged."""
        waiter = asyncio.wrap_future(job)
        asked = ticks()
        try:
            await asyncio.wait({waiter}, timeout=deadline)
        except asyncio.CancelledError:
            waiter.cancel()
            raise
        if waiter.done():
            return waiter.result()
        taken_back = job.cancel()
        waiter.cancel()
        hint = "it may be down, locked or on a slow disk"
        if taken_back:
            raise NotBegunError(f"the {self._name} has not answered for {deadline:g} s", hint=hint)
        job.add_done_callback(partial(self._record_late, asked))
        raise UnansweredError(f"the {self._name} has not answered for {deadline:g} s", hint=hint)

    async def close(self, last: Callable[[], object] = lambda: None, *, grace: float = 1.0) -> bool:
        """Let queued calls finish, then ``last``; return False where that took over ``grace`` seconds.

        The thread is then left behind; being a daemon it does not keep the process from ending.
        """
        if self._closed:
            return True
        final = asyncio.wrap_future(self.submit(last))
        self._closed = True
        self._jobs.put(None)
        await asyncio.wait({final}, timeout=grace)
        if not final.done():
            final.cancel()
            return False
        if error := final.exception():
            log.warning("the %s did not close cleanly: %s", self._name, error)
        return True

    def _work(self) -> None:
        while (item := self._next()) is not None:
            job, call = item
            if not job.set_running_or_notify_cancel():
                continue  # its caller has stopped waiting: as if it had never been asked
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits, and the thread lives on
                job.set_exception(error)
            else:
                job.set_result(result)
            del job, call, item  # a waiting thread keeps nothing alive

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        while self._idle is not None:
            seconds, call = self._idle
            with contextlib.suppress(queue.Empty):
                return self._jobs.get(timeout=seconds)
            call()
        return self._jobs.get()

    def _record_late(self, asked: float, job: Future[Any]) -> None:
        error = job.exception()
        outcome = f"failed: {error}" if error else "succeeded"
        log.warning("the %s answered after %.1f s: %s", self._name, ticks() - asked, outcome)
