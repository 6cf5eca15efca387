"""Runs a command of a checklist: without a shell, without input, for a limited time, with all that it started."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from console.clock import ticks
from console.domain.text import one_line
from console.ports.commands import Ran

LOOK_EVERY = 0.1
"""Seconds between two looks at whether to stop."""
GRACE = 1.0
"""Seconds that a program asked to end has for it."""
KEPT = 8_192
"""Bytes of the output that are kept, the last ones."""
LINE = 200
"""Characters of its last line that are told."""
STOPPED, TIMED_OUT = "stopped", "no end"


def run_command(argv: Sequence[str], timeout: float, stop: Callable[[], bool] = lambda: False) -> Ran:
    """Run a program to its end, or end it with its whole process group. See ``ports.commands``."""
    begun = ticks()
    try:
        process = subprocess.Popen(  # noqa: S603 - the command stands in the user's own config
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return Ran(ok=False, line=one_line(f"cannot be run: {why}", LINE), seconds=0.0)
    with process:
        output, why = follow(process, begun + timeout, stop, KEPT)
        end(process)
    seconds, said = ticks() - begun, _last_line(output)
    if why:
        words = f"{why} after {seconds:.0f} s"
        return Ran(ok=False, line=one_line(f"{words}: {said}" if said else words, LINE), seconds=seconds)
    code = process.returncode
    ended = "" if code == 0 else f"exit code {code}" if code > 0 else f"ended by signal {-code}"
    return Ran(ok=code == 0, line=one_line(said or ended, LINE), seconds=seconds)


def follow(
    process: subprocess.Popen[bytes], deadline: float, stop: Callable[[], bool], kept: int
) -> tuple[bytes, str]:
    """Read what a program says until it ends; return the last ``kept`` bytes and why it was not waited for."""
    assert process.stdout is not None  # noqa: S101 - it was started with a pipe
    tail, why = b"", ""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            ended = process.poll() is not None  # what it left running may hold the pipe open for ever
            ready = selector.select(0 if ended else LOOK_EVERY)
            piece = _read(process.stdout) if ready else b""
            tail = (tail + piece)[-kept:]
            if (ended and not piece) or (ready and not piece and _gone(process)):
                break
            if not ended and (stop() or ticks() >= deadline):
                why = STOPPED if ticks() < deadline else TIMED_OUT
                break
            if ended and ticks() >= deadline:
                break
    return tail, why


def _read(pipe: IO[bytes]) -> bytes:
    return os.read(pipe.fileno(), KEPT)


def _gone(process: subprocess.Popen[bytes]) -> bool:
    """Return whether a program that has closed its output ends at once; else it is looked at again."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(LOOK_EVERY)
    return process.returncode is not None


def end(process: subprocess.Popen[bytes]) -> None:
    """End the program, and whatever it has started and left behind."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
            if sign is signal.SIGTERM and process.returncode is not None and not _group_left(process.pid):
                return


def _group_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _last_line(output: bytes) -> str:
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    return one_line(lines[-1], LINE) if lines else ""
