"""Telling a service manager how the engine is: systemd's notification protocol (``man 3 sd_notify``)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping

from console.domain.text import one_line
from console.engine.view import View

TELL_EVERY = 1.0  # seconds
STUCK_AFTER = (
    20.0  # seconds without an answer from the store, good or bad; the longest deadline is half of that
)


class ServiceManager:
    """Writes to the socket that ``NOTIFY_SOCKET`` names; does nothing where there is none.

    A service manager that listens no more is no trouble of ours. ``watchdog`` is how many
    seconds it waits for a sign of life before it ends us, None where it does not.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog: float | None = None
        if environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()):
            with contextlib.suppress(ValueError):
                self.watchdog = int(environment.get("WATCHDOG_USEC", "")) / 1e6

    def tell(self, line: str) -> bool:
        """Send a line such as ``READY=1``; return whether it was taken (a full queue takes nothing)."""
        if not self._address:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.setblocking(False)
            try:
                way.sendto(line.encode(), self._address)
            except OSError:
                return False
        return True

    def status(self, words: str) -> bool:
        """Say in words how things stand; ``systemctl status`` shows it."""
        return self.tell(f"STATUS={one_line(words, 200)}")

    async def follow(self, view: Callable[[], View]) -> None:
        """Tell what an engine does until cancelled: ready, in words, and alive only while it really turns.

        Alive means that this loop runs and that the store has answered, or was given up, of late:
        an engine that waits for a store is alive, one that is stuck is not.
        """
        if not self._address:
            return
        ready, said = False, ""
        while True:
            now = view()
            if now.ready and not ready:
                ready = self.tell("READY=1")
            if (words := now.words()) != said and self.status(words):
                said = words
            if now.silent_for < STUCK_AFTER:
                self.tell("WATCHDOG=1")
            await asyncio.sleep(min(TELL_EVERY, (self.watchdog or TELL_EVERY * 3) / 3))
