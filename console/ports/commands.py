"""Running commands of a person's own config and runbooks; only ever because that person asked for it."""

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


@dataclass(frozen=True, slots=True)
class ScriptRan:
    """How a script ended. ``code`` is None where it came to no end of its own; ``ended`` says why.

    ``output`` is the end of what it wrote and ``script`` what was run, both without secrets and safe to show.
    """

    code: int | None
    ended: str
    output: str
    seconds: float
    script: str


class RunScript(Protocol):
    """Runs a script and waits for its end; blocking, for a thread of its own. Never raises."""

    def __call__(self, shell: str, script: str, timeout: float, stop: Callable[[], bool]) -> ScriptRan:
        """Run it in ``sh`` or ``bash``, at most ``timeout`` seconds; ``stop`` is asked often and ends it early."""
        ...


@dataclass(frozen=True, slots=True)
class StepRunning:
    """Commands of runbook steps may be run here. ``only``: programs they may begin with (empty: any).

    ``timeout`` is seconds, ``host`` the name of this machine.
    """

    run: RunScript
    timeout: float
    only: tuple[str, ...] = ()
    host: str = ""
