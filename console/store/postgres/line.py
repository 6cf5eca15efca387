"""A connection to the server that waits for it no longer than it was told to."""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
from concurrent.futures import Future
from typing import Any

import psycopg

from console.clock import ticks
from console.store.postgres.plans import Plans

Row = tuple[Any, ...]
logging.getLogger("psycopg").addHandler(logging.NullHandler())
"""Where nobody keeps a log, what the driver notes is not printed between our own lines."""

_LOOKS = 4  # at what an idle line has brought: words of farewell, then its end


class Line(psycopg.Connection[Row]):
    """A driver's connection with a deadline. ``until`` is in ``clock.ticks``; None waits for ever.

    A server that is frozen keeps its connections open and says nothing; left alone the driver waits
    for as long. Past the deadline a call raises ``psycopg.OperationalError``, and the connection
    is in the middle of something: close it.
    """

    until: float | None = None
    _plans: Plans | None = None
    look_up: float = 0.1
    """Seconds between two looks up from waiting, for Ctrl-C; a thread of its own needs none."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, as the driver does, but not past the deadline."""
        del interval
        if self.until is not None:
            left = max(0.0, self.until - ticks())
            timeout = left if timeout is None else min(left, timeout)
        return super().wait(gen, self.look_up, timeout)

    @property
    def plans(self) -> Plans:
        """What the server has planned for this connection."""
        if self._plans is None:
            self._plans = Plans()
        return self._plans

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.until is not None and ticks() >= self.until

    @property
    def in_doubt(self) -> bool:
        """Whether the connection is lost or in the middle of something, so that it cannot be used again."""
        idle = (psycopg.pq.TransactionStatus.IDLE, psycopg.pq.TransactionStatus.INTRANS)
        error = psycopg.pq.TransactionStatus.INERROR
        off = psycopg.pq.PipelineStatus.OFF
        return (
            self.closed
            or self.pgconn.transaction_status not in {*idle, error}
            or self.pgconn.pipeline_status != off
        )

    def sever(self) -> None:
        """Cut the line from another thread: who waits on it is told at once."""
        try:
            with socket.socket(fileno=os.dup(self.fileno())) as wire:
                wire.shutdown(socket.SHUT_RDWR)
        except (OSError, psycopg.Error):
            return  # it is cut already


def connect(conninfo: str, *, look_up: float = 0.1) -> Line:
    """Open a line. Raises ``psycopg.Error``."""
    line = Line.connect(conninfo, autocommit=True)
    line.look_up = look_up
    return line


class Attempt:
    """Getting a line, in a thread of its own.

    Left alone the driver gives the resolver of names as long as it takes, and each address of the
    server two seconds. Whoever cannot wait as long comes back later: it is the same attempt.
    """

    def __init__(self, conninfo: str) -> None:
        self._made: Future[Line] = Future()
        threading.Thread(target=_make, args=(conninfo, self._made), name="store-connect", daemon=True).start()

    @property
    def spent(self) -> bool:
        """Whether it came to nothing, or to a line that the server has ended since."""
        return self._made.done() and (self._made.exception() is not None or hung_up(self._made.result()))

    def line(self, within: float) -> Line:
        """Return the line. Raises ``psycopg.Error`` where there is none, also not within so many seconds."""
        try:
            return self._made.result(max(0.0, within))
        except TimeoutError:
            raise psycopg.errors.ConnectionTimeout("connection timeout expired") from None

    def abandon(self) -> None:
        """Have the line closed, as soon as there is one."""
        self._made.add_done_callback(_close)


def _make(conninfo: str, made: Future[Line]) -> None:
    try:
        made.set_result(connect(conninfo))
    except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the line
        made.set_exception(error)


def _close(made: Future[Line]) -> None:
    if made.exception() is None:
        made.result().close()


def hung_up(line: Line) -> bool:
    """Return whether the server has ended a line that lay idle: it restarted, or was told to end it."""
    try:
        looking = select.poll()
        looking.register(line.fileno(), select.POLLIN)
        for _ in range(_LOOKS):
            if not looking.poll(0):
                break
            line.pgconn.consume_input()  # raises at the end of the line
    except psycopg.Error:
        return True
    return line.in_doubt
