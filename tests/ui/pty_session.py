"""A program in a terminal of its own, seen and typed at from outside. Every wait is bounded."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.paths import REPO
from tests.waiting import PATIENCE

REFUSED = b"changed just now"
"""What the console says of a key for a row that has only just come under the cursor."""

RESTORED = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1004l", "\x1b[?2004l")


class Session:
    """A started program; ``text`` is all it wrote, ``screen`` what a terminal would show."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        home: Path,
        environ: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        before: Callable[[], None] | None = None,
        redirect: Mapping[str, int] | None = None,
    ) -> None:
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.modes = termios.tcgetattr(slave)
        self.slave = os.dup(slave)
        streams = {"stdin": slave, "stdout": slave, "stderr": slave, **(redirect or {})}

        def prepare() -> None:
            os.setsid()
            signal.signal(
                signal.SIGHUP, signal.SIG_DFL
            )  # where the tests run under nohup it is ignored, and stays so
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            if before is not None:
                before()

        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=REPO,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "XDG_STATE_HOME": str(home / "state"),
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                "TEXTUAL_ANIMATIONS": "none",
                **(environ or {}),
            },
            preexec_fn=prepare,  # noqa: PLW1509 - one thread in a test, and a terminal must be taken over
            stdin=streams["stdin"],
            stdout=streams["stdout"],
            stderr=streams["stderr"],
        )
        os.close(slave)
        self.raw = b""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = 0
        self._lines: dict[int, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for number in (signal.SIGCONT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
        self.process.wait(PATIENCE)
        if self.process.stdin is not None:
            self.process.stdin.close()
        for fd in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(fd)

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")

    @property
    def screen(self) -> str:
        """What it shows now. Only lines that changed are put together: it is looked at twenty times a second."""
        if self._fed < len(self.raw):
            self._stream.feed(_for_pyte(self.raw[self._fed :]))
            self._fed = len(self.raw)
        across = range(self._screen.columns)
        for y in self._screen.dirty:
            line = self._screen.buffer[y]
            self._lines[y] = "".join([line[x].data for x in across])  # behind a wide one is an empty one
        self._screen.dirty.clear()
        return "\n".join(self._lines[y] for y in range(self._screen.lines))

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        if hasattr(self, "_screen"):
            self._screen.resize(lines, columns)
            self._screen.dirty.update(range(lines))

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def press(self, keys: str, said: str) -> None:
        """Press a key as a person does: again, where the row under the cursor had only just come there."""
        for _ in range(5):
            before = len(self.raw)
            self.type(keys)
            # That it was refused is shown for a moment only: one who looks late finds it in what was written.
            self.until(lambda: self.shows(said) or REFUSED in self.raw[before:], f"{said} on the screen")  # noqa: B023 - asked at once
            if self.shows(said):
                return
            self.until(lambda: not self.shows(REFUSED.decode()), "the refusal is gone")
        raise AssertionError(f"never taken: {keys}\n{self.screen}")

    def shows(self, pattern: str) -> bool:
        return re.search(pattern, self.screen) is not None

    def read(self, patience: float = 0.05) -> bool:
        """Take what the program wrote, waiting that long for the first of it; False at its end."""
        ready, _, _ = select.select((self.master,), (), (), patience)
        if not ready:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        return bool(data)

    def until(self, reached: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        end = time.monotonic() + patience
        while not reached():
            assert time.monotonic() < end, f"not within {patience} s: {what}\n{self.screen}"
            self.read()

    def until_shown(self, pattern: str) -> None:
        self.until(lambda: self.shows(pattern), f"{pattern} on the screen")

    def until_ended(self, patience: float = PATIENCE, *, reading: bool = True) -> int:
        end = time.monotonic() + patience
        while self.process.poll() is None:
            assert time.monotonic() < end, f"did not end within {patience} s\n{self.text[-2000:]!r}"
            if not (reading and self.read()):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.05)
        while reading and select.select((self.master,), (), (), 0)[0] and self.read(0):
            pass
        return self.process.returncode

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def assert_restored(self) -> None:
        after = self.text
        for code in RESTORED:
            assert code in after, f"{code!r} was not sent"
        assert after.rfind("\x1b[?1049l") > after.rfind("\x1b[?1049h")
        assert after.rfind("\x1b[?1003l") > after.rfind("\x1b[?1003h") or "\x1b[?1003h" not in after
        modes = termios.tcgetattr(self.slave)
        assert modes[:4] == self.modes[:4], "the terminal's modes are not what they were"


def _for_pyte(data: bytes) -> bytes:
    """Leave out what pyte would print, private sequences it does not know, and colours, which nobody asks it for."""
    return re.sub(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[[0-9;:]*m", b"", data)
