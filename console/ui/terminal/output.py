"""Writing to a terminal that may stop reading, without ever waiting for it. No Textual here."""

from __future__ import annotations

import os
import select
import termios
import threading
from collections import deque
from collections.abc import Callable

from console.clock import ticks

BEHIND_AFTER = 0.3
"""Seconds after which a terminal that has not taken what it was sent counts as behind."""

_TOO_MUCH = 1 << 20
_CHUNK = 4096
_POLL = 0.2


class Output(threading.Thread):
    """A thread that writes to the terminal; ``write`` only puts into its queue.

    ``caught_up`` is called, on this thread, when a terminal that was behind has taken everything;
    ``gone`` when there is no terminal any more. After ``stop`` writes are thrown away.
    """

    def __init__(
        self,
        fd: int,
        encode: Callable[[str], bytes],
        *,
        caught_up: Callable[[], object],
        gone: Callable[[], object],
    ) -> None:
        super().__init__(name="terminal-output", daemon=True)
        self._fd, self._own = _without_waiting(fd)
        self._encode = encode
        self._caught_up = caught_up
        self._gone = gone
        self._waiting = threading.Condition()
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._dropped = 0
        self._since = 0.0
        self._watched = False
        self._open = True

    def write(self, text: str) -> None:
        """Queue text. Never waits; a queue that has grown beyond all measure is not added to."""
        data = self._encode(text)
        with self._waiting:
            if not self._open or not data or self._size > _TOO_MUCH:
                return
            if not self._queue:
                self._since = ticks()
            self._queue.append(data)
            self._size += len(data)
            self._waiting.notify_all()

    def flush(self) -> None:
        """Do nothing: the thread writes as soon as it can."""

    def fileno(self) -> int:
        """Return the descriptor written to."""
        return self._fd

    def isatty(self) -> bool:
        """Return True: it was checked before."""
        return True

    def is_behind(self) -> bool:
        """Whether the terminal is behind; if so ``caught_up`` will be called once it is not."""
        with self._waiting:
            behind = bool(self._queue) and (ticks() - self._since > BEHIND_AFTER or self._size > _TOO_MUCH)
            self._watched = self._watched or behind
            return behind

    def drop_queue(self) -> None:
        """Throw away what has not been written yet."""
        with self._waiting:
            self._queue.clear()
            self._size = 0
            self._dropped += 1

    def stop(self, patience: float = 1.0) -> None:
        """Write what is queued and end; wait twice ``patience`` seconds at most for a terminal that does not read."""
        if not self._wait_empty(patience):
            try:
                termios.tcflush(self._fd, termios.TCOFLUSH)  # room for the last words, if there can be any
            except termios.error:
                self.drop_queue()
            self._wait_empty(patience)
        with self._waiting:
            self._open = False
            self._waiting.notify_all()
        if self.is_alive():
            self.join(2 * _POLL)
        if self._own and not self.is_alive():
            os.close(self._fd)
            self._own = False

    def _wait_empty(self, patience: float) -> bool:
        with self._waiting:
            return self._waiting.wait_for(lambda: not self._queue or not self._open, patience)

    def run(self) -> None:
        """Write what is queued until stopped or the terminal is gone."""
        while True:
            with self._waiting:
                self._waiting.wait_for(lambda: self._queue or not self._open)
                if not self._open:
                    return
                piece, dropped = self._queue[0][:_CHUNK], self._dropped
            try:
                written = self._some(piece)
            except OSError:
                with self._waiting:
                    self._open = False
                    self._queue.clear()
                    self._waiting.notify_all()
                self._gone()
                return
            if written and self._took(written, dropped):
                self._caught_up()

    def _some(self, piece: bytes) -> int:
        """Write as much as the terminal takes now, after waiting a moment for room."""
        _, ready, _ = select.select((), (self._fd,), (), _POLL)
        if not ready:
            return 0
        try:
            return os.write(self._fd, piece)
        except BlockingIOError:
            return 0

    def _took(self, written: int, dropped: int) -> bool:
        """Note that the terminal took bytes; True where it was behind and has caught up now.

        ``dropped``: how often the queue had been thrown away when these bytes were looked at.
        """
        with self._waiting:
            if dropped != self._dropped:
                return False
            rest = self._queue[0][written:]
            if rest:
                self._queue[0] = rest
            else:
                self._queue.popleft()
            self._size -= written
            self._since = ticks()
            if self._queue:
                return False
            self._waiting.notify_all()
            caught_up, self._watched = self._watched, False
            return caught_up


def _without_waiting(fd: int) -> tuple[int, bool]:
    """Return a descriptor of the same terminal on which writing never waits, and whether it is our own.

    The one we were given is shared with the shell, which would be surprised to find it changed.
    """
    try:
        return os.open(os.ttyname(fd), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC), True
    except OSError:
        return fd, False
