from __future__ import annotations

import asyncio

from console.desk.waking import set_within
from tests.waiting import PATIENCE


async def test_it_ends_with_the_event() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(set_within(event, PATIENCE))
    await asyncio.sleep(0)
    event.set()
    assert await waiting


async def test_it_ends_without_the_event_too() -> None:
    assert not await set_within(asyncio.Event(), 0.0)


async def test_what_is_set_already_is_not_waited_for() -> None:
    event = asyncio.Event()
    event.set()
    assert await set_within(event, 0.0)
    assert await set_within(event, None)
