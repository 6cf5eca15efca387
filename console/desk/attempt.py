"""Who was first: the thread that begins to write, or the person who stopped waiting for it."""

from __future__ import annotations

import threading


class Attempt:
    """One try at saving something. Either it begins to write or it is given up, never both."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = False
        self._given_up = False

    def begin(self) -> bool:
        """Return whether writing may begin: not any more once the attempt was given up."""
        with self._lock:
            self._begun = not self._given_up
            return self._begun

    def give_up(self) -> bool:
        """Return whether that came in time, so that definitely nothing is written."""
        with self._lock:
            self._given_up = not self._begun
            return self._given_up
