from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from console.clock import ticks
from console.desk.worker import NotBegunError, StoreWorker, UnansweredError
from console.errors import StoreError
from tests.waiting import BUSY, PATIENCE


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[StoreWorker]:
    worker = StoreWorker()
    yield worker
    await worker.close()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


async def test_calls_run_in_one_other_thread_in_order(worker: StoreWorker) -> None:
    seen: list[tuple[int, int]] = []

    def call(number: int) -> int:
        seen.append((number, threading.get_ident()))
        return number * 2

    answers = await asyncio.gather(*(worker.run(call, number) for number in range(20)))
    assert answers == [number * 2 for number in range(20)]
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1] != threading.get_ident()


async def test_what_the_call_raises_is_raised_here_and_the_thread_lives_on(worker: StoreWorker) -> None:
    def fail() -> None:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="disk is full"):
        await worker.run(fail)
    assert await worker.run(lambda: 1) == 1


async def test_a_hanging_call_is_told_in_time_and_the_loop_goes_on(
    worker: StoreWorker, gate: threading.Event
) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.create_task(beat())
    began = ticks()
    with pytest.raises(UnansweredError, match=r"not answered for 0\.2 s"):
        await worker.run(gate.wait, deadline=0.2)
    told = ticks() - began
    beating.cancel()
    assert 0.2 <= told < 1.0
    assert beats >= 5


async def test_a_call_that_had_to_wait_is_taken_back_and_never_runs(
    worker: StoreWorker, gate: threading.Event
) -> None:
    ran: list[str] = []
    blocking = worker.submit(gate.wait)
    with pytest.raises(NotBegunError):
        await worker.run(ran.append, "written", deadline=0.05)
    gate.set()
    assert await worker.wait(blocking, 5) is True
    assert await worker.run(lambda: "after") == "after"
    assert ran == []


async def test_a_late_answer_is_recorded(
    worker: StoreWorker, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with pytest.raises(UnansweredError):
        await worker.run(gate.wait, deadline=0.05)
    gate.set()
    await worker.run(lambda: None)  # runs after the late one
    assert any("answered after" in message and "succeeded" in message for message in caplog.messages)


async def test_a_cancelled_caller_takes_its_call_back(worker: StoreWorker, gate: threading.Event) -> None:
    ran: list[str] = []
    blocking = asyncio.ensure_future(worker.run(gate.wait, deadline=5))
    waiting = asyncio.ensure_future(worker.run(ran.append, "written", deadline=5))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.set()
    await blocking
    await worker.run(lambda: None)
    assert ran == []


async def test_a_thread_that_has_nothing_to_do_looks_around(worker: StoreWorker) -> None:
    looked = asyncio.Event()
    loop = asyncio.get_running_loop()
    worker.when_idle(0.001, lambda: loop.call_soon_threadsafe(looked.set))
    assert await worker.run(lambda: 7) == 7
    await asyncio.wait_for(looked.wait(), PATIENCE)
    assert await worker.run(lambda: 8) == 8  # and still does what it is asked


async def test_close_finishes_what_was_asked_then_refuses() -> None:
    worker = StoreWorker()
    done: list[int] = []
    jobs = [worker.submit(done.append, number) for number in range(5)]
    assert await worker.close(lambda: done.append(99)) is True
    assert done == [0, 1, 2, 3, 4, 99]
    assert all(job.done() for job in jobs)
    with pytest.raises(StoreError, match="closed"):
        await worker.run(lambda: None)
    assert await worker.close() is True


async def test_close_does_not_wait_for_a_hang(gate: threading.Event) -> None:
    worker = StoreWorker()
    worker.submit(gate.wait)
    began = ticks()
    assert await worker.close(grace=0.1) is False
    assert ticks() - began < 0.1 + BUSY


def test_a_hang_never_keeps_the_process_from_ending() -> None:
    script = """
import asyncio, threading
from console.desk.worker import StoreWorker, UnansweredError
async def main():
    worker = StoreWorker()
    try:
        await worker.run(threading.Event().wait, deadline=0.05)
    except UnansweredError:
        print("told")
    await worker.close(grace=0.05)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout == "told\n"
    assert done.stderr == ""
