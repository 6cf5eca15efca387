"""The engine's side of being a console's child."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable

NOT_NEEDED_AFTER = 30.0  # seconds of standing by; ten consoles that start at once start ten engines
LOOK_EVERY = 5.0

log = logging.getLogger(__name__)


def stop_with_parent(stop: asyncio.Event, stdin: int = 0) -> None:
    """Set ``stop`` once standard input ends: the console that holds its other end is gone, even if killed.

    Call it from the running loop. An input that cannot be watched (a file, ``/dev/null``) counts
    as ended: nobody would ever tell us to stop.
    """
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            ended = not os.read(stdin, 4096)
        except BlockingIOError:
            return
        except OSError:
            ended = True
        if ended:
            loop.remove_reader(stdin)
            stop.set()

    try:
        loop.add_reader(stdin, read)
    except (OSError, ValueError):
        stop.set()


async def stop_when_not_needed(
    stop: asyncio.Event,
    stands_by: Callable[[], bool],
    after: float = NOT_NEEDED_AFTER,
    look_every: float = LOOK_EVERY,
) -> None:
    """Set ``stop`` once another engine has worked for ``after`` seconds while this one only stood by.

    The console starts it again when the other falls silent. A service stands by for ever instead:
    it is there to take over at once.
    """
    idle = 0.0
    while not stop.is_set():
        await asyncio.sleep(look_every)
        idle = idle + look_every if stands_by() else 0.0
        if idle >= after:
            log.info("another engine works: not needed", extra={"event": "not_needed"})
            stop.set()
