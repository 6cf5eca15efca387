"""Processes of a server under test: its children, whether one is alive, and a guard that outlives us."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# Reads until whoever holds the other end is gone; then ends the server and removes its files.
GUARD = """cat >/dev/null
kill -QUIT "$1"; kill -CONT "$1"
n=0; while [ $n -lt 80 ] && kill -0 "$1"; do sleep 0.1; n=$((n + 1)); done
rm -rf "$2"
"""


class Guard:
    """Ends a server and removes its folder if the test process dies without doing so itself."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", str(pid), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """The server ended in order: nothing is left to guard."""
        self._process.kill()
        self._process.communicate()


def until(condition: Callable[[], object], within: float) -> None:
    """Return once ``condition()`` is true; raises ``TimeoutError`` after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within} s")
        time.sleep(0.005)  # other programs set no events of ours


def family(pid: int) -> list[int]:
    """Return ``pid`` and its children, from /proc (a server's children are in sessions of their own)."""
    return [pid, *(int(each.name) for each in Path("/proc").iterdir() if _parent(each) == pid)]


def alive(pid: int) -> bool:
    """Tell whether a process still holds anything: one that waits only to be collected does not."""
    stat = _stat(Path("/proc") / str(pid))
    return bool(stat) and stat[0] not in "ZX"


def _parent(folder: Path) -> int:
    stat = _stat(folder) if folder.name.isdecimal() else []
    return int(stat[1]) if stat else 0


def _stat(folder: Path) -> list[str]:
    """Return the fields after the name: the state, the parent, and others."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
