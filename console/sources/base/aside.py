"""What is read now and then beside the polls, because it changes rarely: texts of rules, names of things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from console.clock import Clock
from console.errors import SourceError

T = TypeVar("T")

_AT_MOST_EVERY = timedelta(minutes=1)


class Aside(Generic[T]):
    """A table that is read again every ``every``, and earlier where something in a poll is not in it yet.

    Without it a poll is still complete: what cannot be read is told as a problem, and what was read
    before stays in use.
    """

    def __init__(
        self, clock: Clock, every: timedelta, read: Callable[[], Awaitable[Mapping[str, T]]], noun: str
    ) -> None:
        self._clock = clock
        self._every = every
        self._read = read
        self._noun = noun
        self._asked_at: datetime | None = None
        self._problem = ""
        self._unknown: frozenset[str] = frozenset()
        self.known: Mapping[str, T] = {}

    async def refresh(self, wanted: Iterable[str]) -> str:
        """Read it again if it is time to; return what is wrong with it, empty where nothing is."""
        missing = frozenset(wanted) - self.known.keys()
        if not self._due(missing):
            return self._problem
        self._asked_at = self._clock.now()
        try:
            self.known = await self._read()
        except SourceError as error:
            self._problem = f"{self._noun} cannot be read: {error.message}"
        else:
            self._problem = ""
            self._unknown = missing - self.known.keys()
        return self._problem

    def _due(self, missing: frozenset[str]) -> bool:
        if self._asked_at is None:
            return bool(missing)
        since = self._clock.now() - self._asked_at
        new = bool(missing - self._unknown) or bool(self._problem)
        return since >= self._every or (new and since >= _AT_MOST_EVERY)
