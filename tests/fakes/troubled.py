"""A store in memory with the troubles of one on a server: gone, frozen at any point, or cut off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any

from console.errors import NothingSavedError, StoreError
from tests.fakes.store import MemoryStore, Shelf


class Trouble(StrEnum):
    """Where a call goes wrong. What is frozen goes on when it is mended."""

    NONE = "none"
    DOWN = "down"
    REFUSES = "refuses to write"
    FROZEN_READ = "frozen while reading"
    FROZEN_BEFORE = "frozen before the commit"
    FROZEN_LOST = "frozen before the commit, and then cut off"
    FROZEN_AFTER = "frozen after the commit"
    CUT_BEFORE = "cut off before the commit"
    CUT_AFTER = "cut off after the commit"


class TroubledStore(MemoryStore):
    """``have`` a trouble, ``mend`` it. Who has ever been frozen is told by ``stuck``."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble = Trouble.NONE
        self.stuck = threading.Event()
        self._thaw = threading.Event()

    def have(self, trouble: Trouble) -> None:
        self.mend()
        self.stuck.clear()
        self._thaw = threading.Event()
        self.trouble = trouble

    def mend(self) -> None:
        self.trouble = Trouble.NONE
        self.down = None
        self._thaw.set()

    def _use(self, *, write: bool = False) -> Shelf:
        if self.trouble is Trouble.DOWN:
            raise StoreError("the connection broke")
        if self.trouble is Trouble.FROZEN_READ:
            self._freeze()
        return super()._use(write=write)

    def append(self, writes: Any, lease: Any = None) -> int:
        return self._write(partial(super().append, writes, lease))

    def add_facts(self, facts: Any, expected: int, lease: Any = None) -> int:
        return self._write(partial(super().add_facts, facts, expected, lease))

    def _write(self, write: Callable[[], int]) -> int:
        trouble = self.trouble
        if trouble is Trouble.REFUSES:
            raise NothingSavedError("the disk is full")
        if trouble in {Trouble.FROZEN_BEFORE, Trouble.FROZEN_LOST}:
            self._freeze()
        if trouble is Trouble.CUT_BEFORE:
            self.trouble = Trouble.DOWN
        if trouble in {Trouble.CUT_BEFORE, Trouble.FROZEN_LOST}:
            raise StoreError("the connection broke")
        position = write()
        if trouble is Trouble.FROZEN_AFTER:
            self._freeze()
        if trouble is Trouble.CUT_AFTER:
            self.trouble = Trouble.DOWN
            raise StoreError("the connection broke")
        return position

    def _freeze(self) -> None:
        self.stuck.set()
        assert self._thaw.wait(30), "nobody thawed the store"
