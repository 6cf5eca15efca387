"""Programs of the user's own: started without a shell, with little of our environment, ended with all they started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from console.config.secrets import MASK
from console.domain.text import one_line

CHUNK = 65_536

_MOST_STDERR = 8_000  # bytes from its end that are kept
_LAST_WORDS = 2.0  # seconds that a killed program's pipes are waited for
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR")
_LONGEST_ARGUMENT = 10_000


def _argument(value: str) -> str:
    if "\0" in value or len(value) > _LONGEST_ARGUMENT:
        raise ValueError("is no argument: it has a NUL in it, or is too long")
    return value


Command = Annotated[tuple[Annotated[str, AfterValidator(_argument)], ...], Field(min_length=1)]
"""A program and its arguments, each a text of its own. No shell."""


def named(command: Sequence[str]) -> str:
    """Return what a program is called in messages."""
    return one_line(Path(command[0]).name, 60) or "the program"


async def start(
    command: Sequence[str], env: Mapping[str, str], folder: Path | None = None, *, asked: bool = False
) -> Process:
    """Start a program in a group of its own. ``env`` comes on top of PATH, HOME and their like.

    ``asked``: it gets a pipe to read from. That is never broken off half-way: who was started has to be
    known to be ended. Raises ``OSError``, ``ValueError``.
    """
    starting = asyncio.create_task(_start(command, env, folder, PIPE if asked else DEVNULL))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError, ValueError):
            await kill(await starting)
        raise


async def _start(command: Sequence[str], env: Mapping[str, str], folder: Path | None, stdin: int) -> Process:
    ours = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=stdin,
        stdout=PIPE,
        stderr=PIPE,
        env={**ours, **env},
        cwd=folder,
        start_new_session=True,  # a group of its own, to be killed as one
    )


async def tail(stream: asyncio.StreamReader) -> bytes:
    """Read a stream to its end and return the last of it."""
    kept = b""
    while chunk := await stream.read(CHUNK):
        kept = (kept + chunk)[-_MOST_STDERR:]
    return kept


async def kill(process: Process) -> None:
    """Kill the program and all that it started, and see it end."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):  # what left its group may still hold our end of the pipe
        await asyncio.wait_for(process.communicate(), _LAST_WORDS)


def how_it_ended(status: int, complaint: bytes, secrets: Iterable[str]) -> str:
    """Return "ended with 2: no such job" from an exit code and what was complained about."""
    said = last_line(complaint, secrets)
    ended = f"ended with {status}" if status > 0 else f"was killed by signal {-status}"
    return f"{ended}{f': {said}' if said else ''}"


def last_line(output: bytes, secrets: Iterable[str]) -> str:
    """Return the last line that says something, without the secrets that we gave the program."""
    lines = output.decode("utf-8", "replace").split("\n")
    said = next((line for line in reversed(lines) if line.strip()), "")
    for secret in secrets:
        said = said.replace(secret, MASK)
    return one_line(said, 200)


def why_not_started(error: OSError | ValueError) -> str:
    """Return why a program could not be run, in a few words."""
    return one_line(getattr(error, "strerror", "") or type(error).__name__, 80)
