"""Runs the commands of a runbook step as one script, because a person has read it and said yes.

The script is an argument of ``sh -eu -c``, not its input: a program in it that reads its input, as ssh does,
would swallow what comes after it. So it has no input at all.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from console.clock import ticks
from console.domain.masking import mask
from console.domain.text import multi_line, one_line
from console.library.commands import STOPPED, end, follow
from console.ports.commands import ScriptRan

KEPT = 65_536
"""Bytes of the output that are read, the last ones."""
STORED, LINES = 8_000, 100
"""Characters and lines of it that are kept with the incident, the last ones."""
CUT = "… (earlier output left out)"
TIMED_OUT = "timed out"


def run_script(
    shell: str,
    script: str,
    timeout: float,
    stop: Callable[[], bool],
    secrets: Callable[[], tuple[str, ...]] = tuple,
) -> ScriptRan:
    """Run a script to its end, or end it with its whole process group. See ``ports.commands``.

    ``secrets`` are taken out of what it wrote; they are asked for once it has ended.
    """
    begun = ticks()
    try:
        process = subprocess.Popen(  # noqa: S603 - a person has read it and said yes; the config allows it
            [shell, "-eu", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return ScriptRan(None, one_line(f"could not be run: {why}", 200), "", 0.0, mask(script))
    with process:
        output, why = follow(process, begun + timeout, stop, KEPT)
        end(process)
    seconds = ticks() - begun
    known = secrets()
    code = process.returncode if not why and process.returncode >= 0 else None
    ended = ("stopped by hand" if why == STOPPED else TIMED_OUT) if why else ""
    if not why and process.returncode < 0:
        ended = f"ended by signal {-process.returncode}"
    return ScriptRan(code, ended, shown(output, known), seconds, mask(script, known))


def shown(output: bytes, secrets: tuple[str, ...]) -> str:
    """Return what was written as it may be shown and kept: its end, without secrets and control codes.

    A line that was cut in two is left out, as half a secret would not be known for one.
    """
    whole = len(output) < KEPT
    text = output.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if not whole:
        text = text.partition("\n")[2]
    text = multi_line(mask(text, secrets), KEPT, KEPT)
    lines = text.split("\n")[-LINES:]
    while len(lines) > 1 and sum(map(len, lines)) + len(lines) > STORED:
        lines.pop(0)
    kept = "\n".join(lines)[-STORED:]
    return kept if whole and kept == text else f"{CUT}\n{kept}".rstrip()
