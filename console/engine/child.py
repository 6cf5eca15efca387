"""The engine's side of being a console's child."""

from __future__ import annotations

import asyncio
import os


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
