"""Hearing at once what others write: a line of its own that listens, and a thread that waits on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing

import psycopg

from console.clock import ticks
from console.store.postgres.line import Line, connect
from console.store.postgres.opening import KEEPALIVES
from console.store.schema import SCHEMA

HEARTBEAT = 5.0  # seconds of silence after which the line is tried; a frozen server tells nothing by itself
ANSWER_WITHIN = 2.0  # seconds for the answer
AGAIN_AFTER = 1.0  # seconds between attempts to get a line

log = logging.getLogger(__name__)


class Listener:
    """Counts what is heard. ``own`` tells the server process of our own writes, which are no news.

    Whoever follows reads after each change of ``count`` what is new since his last position, so a
    notification that got lost is made up for by the next one, or by the count that grows at
    each heartbeat, or at each look while nobody listens.
    """

    def __init__(self, conninfo: str, own: Callable[[], int]) -> None:
        self._conninfo = conninfo
        self._own = own
        self._calls: list[Callable[[], None]] = []
        self._count = 0
        self._listening = False
        self._stop = threading.Event()
        self._line: Line | None = None
        self._thread: threading.Thread | None = None
        self._looked_at = float("-inf")

    @property
    def listening(self) -> bool:
        """Whether news are heard by themselves at this moment."""
        return self._listening

    def count(self) -> int:
        """Return a number that differs after others have written; starts listening."""
        self.start()
        if not self._listening and ticks() - self._looked_at >= AGAIN_AFTER / 2:
            self._looked_at = ticks()
            self._count += 1
        return self._count

    def call(self, call: Callable[[], None]) -> None:
        """Have ``call`` called, in the listening thread, at each piece of news; starts listening."""
        self._calls.append(call)
        self.start()

    def start(self) -> None:
        """Begin to listen, if not yet."""
        if self._thread is None and not self._stop.is_set():
            self._thread = threading.Thread(target=self._run, name="store-listener", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop listening; waits a moment for the thread, which ends with the process in any case."""
        self._stop.set()
        line = self._line
        if line is not None:
            line.sever()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def _run(self) -> None:
        trouble = ""
        while not self._stop.is_set():
            try:
                with closing(connect(self._conninfo, look_up=HEARTBEAT)) as line:
                    self._line = line
                    trouble = ""
                    self._listen(line)
            except psycopg.Error as error:
                if str(error) != trouble and not self._stop.is_set():
                    log.info("not listening to the store: %s", type(error).__name__)
                trouble = str(error)
            finally:
                self._listening = False
                self._line = None
            self._stop.wait(AGAIN_AFTER)

    def _listen(self, line: Line) -> None:
        line.until = ticks() + ANSWER_WITHIN
        line.execute("; ".join((*KEEPALIVES, f"LISTEN {SCHEMA}")))
        self._listening = True
        self._tell()  # what was written before we listened
        while not self._stop.is_set():
            line.until = None
            heard = [note.pid for note in line.notifies(timeout=HEARTBEAT, stop_after=1)]
            if not heard:
                line.until = ticks() + ANSWER_WITHIN
                line.execute("SELECT 1")
                self._count += 1  # the slow look at everything, should a notification ever be lost
            elif any(pid != self._own() for pid in heard):
                self._tell()

    def _tell(self) -> None:
        self._count += 1
        for call in self._calls:
            call()
