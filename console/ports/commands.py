"""Running a command that a person's own config names; only ever because that person asked for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended. ``line`` is the last one it wrote, or why it could not run; safe to show."""

    ok: bool
    line: str
    seconds: float


class RunCommand(Protocol):
    """Runs a program and waits for its end; blocking, for a thread of its own. Never raises."""

    def __call__(self, argv: Sequence[str], timeout: float, stop: Callable[[], bool]) -> Ran:
        """Run it at most ``timeout`` seconds; ``stop`` is asked several times a second and ends it early."""
        ...
