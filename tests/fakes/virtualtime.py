"""An event loop whose time jumps to the next timer instead of waiting for it: hours pass in milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: what the loop would have slept is added to its time."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits and no timer runs: nothing would ever happen")
            self.passed += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jumping = _JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.passed


class VirtualClock:
    """The store's clock on virtual time; also gives ticks for those who count on their own."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.set_ahead = timedelta(0)

    def now(self) -> datetime:
        return START + self.set_ahead + timedelta(milliseconds=int(self.loop.time() * 1000))

    def ticks(self) -> float:
        return self.loop.time()


class InlineWorker:
    """A store worker without a thread (virtual time would not wait for one)."""

    async def run(self, fn: Callable[..., Result], *args: Any, deadline: float = 2.0) -> Result:
        assert deadline > 0
        await asyncio.sleep(0)
        return fn(*args)


def run_virtual(scenario: Callable[[VirtualClock], Coroutine[Any, Any, Result]]) -> Result:
    """Run a scenario to its end; what the loop would only have logged fails the test."""
    loop = VirtualLoop()
    unheard: list[Mapping[str, Any]] = []
    loop.set_exception_handler(lambda _, context: unheard.append(context))
    try:
        result = loop.run_until_complete(scenario(VirtualClock(loop)))
        left = asyncio.all_tasks(loop)
        assert not left, f"tasks left running: {left}"
        return result
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        assert not unheard, unheard
