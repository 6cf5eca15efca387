"""Processes of a server under test: its children, their state, and a guard that outlives the tests."""

from __future__ import annotations

import fcntl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

GONE = ("", "Z", "X")  # ended: a process that waits only to be collected holds nothing any more
RUNS = ("R", "S", "D", "I")  # not stopped by a signal

HOLDER_GONE = "cat >/dev/null"  # reads until whoever holds the other end is gone
USERS_GONE = 'exec 9>>"$3"; flock 9'  # waits until nobody has the file locked
# Waits for that; then ends the server and removes its files.
GUARD = """kill -QUIT "$1"; kill -CONT "$1"
n=0; while [ $n -lt 80 ] && kill -0 "$1"; do sleep 0.1; n=$((n + 1)); done
rm -rf "$2"
"""


class Guard:
    """Ends a server and removes its folder if the test process dies without doing so itself.

    A server with ``users`` ends once nobody has that file locked any more: no process of the tests, that is.
    """

    def __init__(self, pid: int, folder: Path, users: Path | None = None) -> None:
        script = f"{USERS_GONE if users else HOLDER_GONE}\n{GUARD}"
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", script, "guard", str(pid), str(folder), str(users or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """The server ended in order: nothing is left to guard."""
        self._process.kill()
        self._process.communicate()


class Shared:
    """What the workers of one run share: whoever has made this counts as a user until its process ends.

    The first to come starts a server, ``alone`` with that, and guards it with ``users``.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.users = folder / "users"
        self._start = folder / "start"
        self._used = self.users.open("a")  # locked until this is closed: with the process
        fcntl.flock(self._used, fcntl.LOCK_SH)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else start the server meanwhile."""
        with self._start.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def leave(self) -> None:
        """Count as a user no longer."""
        self._used.close()


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


def state(pid: int) -> str:
    """Return the kernel's letter for what a process does; nothing where there is none."""
    return next(iter(_stat(Path("/proc") / str(pid))), "")


def _parent(folder: Path) -> int:
    stat = _stat(folder) if folder.name.isdecimal() else []
    return int(stat[1]) if stat else 0


def _stat(folder: Path) -> list[str]:
    """Return the fields after the name: the state, the parent, and others."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
