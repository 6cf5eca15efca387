"""An engine that a console started ends where it is not needed; see also tests/desk/test_process.py."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat

import pytest

from console.engine.child import stop_when_not_needed
from tests.waiting import PATIENCE


@pytest.mark.parametrize(
    ("stands_by", "asked"),
    [
        ([True], 3),
        ([True, True, False, True], 6),  # in between it worked, or could not tell
    ],
)
async def test_it_ends_after_having_stood_by_for_a_while(stands_by: list[bool], asked: int) -> None:
    stop, answers, count = asyncio.Event(), chain(stands_by, repeat(True)), 0

    def ask() -> bool:
        nonlocal count
        count += 1
        return next(answers)

    async with asyncio.timeout(PATIENCE):
        await stop_when_not_needed(stop, ask, after=0.03, look_every=0.01)
    assert stop.is_set()
    assert count == asked


async def test_one_that_works_stays() -> None:
    stop = asyncio.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await stop_when_not_needed(stop, lambda: False, after=0.02, look_every=0.01)
    assert not stop.is_set()
