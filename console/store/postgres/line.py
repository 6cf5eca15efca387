"""A connection to the server that waits for it no longer than it was told to."""

from __future__ import annotations

import os
import socket
from typing import Any

import psycopg

from console.clock import ticks

Row = tuple[Any, ...]


class Line(psycopg.Connection[Row]):
    """A driver's connection with a deadline. ``until`` is in ``clock.ticks``; None waits for ever.

    A server that is frozen keeps its connections open and says nothing; left alone the driver waits
    for as long. Past the deadline a call raises ``psycopg.OperationalError``, and the connection
    is in the middle of something: close it.
    """

    until: float | None = None
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
