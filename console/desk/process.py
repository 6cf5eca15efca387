"""The engine process of this console: started when nobody else is the engine, never two, never left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs

from console.clock import ticks
from console.domain.text import one_line

LOG_LIMIT = 1_000_000  # bytes; a longer log is put aside at the next start
SETTLED = 5.0  # seconds after which a child counts as running
HEALTHY = 60.0  # seconds after which earlier deaths are forgiven
LONGEST_PAUSE = 60.0  # seconds between starts of an engine that keeps dying

log = logging.getLogger(__name__)


def engine_command(config: str = "", store: str = "") -> tuple[str, ...]:
    """Return the command of an engine child for the same config and store as this console's.

    ``-P`` keeps a folder named ``console`` in the current directory from being taken for ours.
    """
    command = [sys.executable, "-P", "-m", "console", "watch", "--child"]
    if config:
        command += ["--config", config]
    if store:
        command += ["--store", store]
    return tuple(command)


def engine_log() -> Path:
    """Return where an engine child writes what would otherwise land on the console's screen."""
    return Path(platformdirs.user_log_dir("oncall", appauthor=False)) / "engine.log"


class EngineProcess:
    """At most one engine child.

    It has a session of its own, so neither Ctrl-C nor a hang-up of the terminal reaches it, and
    a pipe as standard input that only this process holds open: when the console ends, however
    it ends, the child reads the end of the file, stops and gives up the lease.
    """

    def __init__(
        self, command: Sequence[str], log_file: Path, *, monotonic: Callable[[], float] = ticks
    ) -> None:
        self._command = tuple(command)
        self._log_file = log_file
        self._ticks = monotonic
        self._lock = asyncio.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._log_from = 0
        self._deaths = 0
        self._not_before = 0.0
        self._trouble = ""
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id, or None where none runs."""
        self._reap()
        return self._child.pid if self._child else None

    @property
    def trouble(self) -> str:
        """Why there is no child, in one line with its own last words; empty where all is well."""
        self._reap()
        if self._child and self._ticks() - self._started >= SETTLED:
            self._trouble = ""
        return self._trouble

    async def ensure(self) -> None:
        """Start a child unless one runs, or one has just died and its pause (1 s … 60 s) is not over."""
        async with self._lock:
            self._reap()
            if self._closed or self._child or self._ticks() < self._not_before:
                return
            try:
                self._child = await asyncio.to_thread(self._start)
            except OSError as error:
                self._count_death(f"the engine cannot be started: {error.strerror or error}")
            else:
                self._started = self._ticks()

    async def close(self, grace: float = 2.0) -> None:
        """End the child: SIGTERM, and SIGKILL where it is still there after ``grace`` seconds."""
        self._closed = True
        async with self._lock:
            child, self._child = self._child, None
            if child is None:
                return
            child.terminate()
            try:
                await asyncio.to_thread(child.wait, grace)
            except subprocess.TimeoutExpired:
                log.warning("the engine did not stop within %.0f s and was killed", grace)
                child.kill()
                await asyncio.to_thread(child.wait)
            finally:
                _let_go(child)

    def _start(self) -> subprocess.Popen[bytes]:
        self._log_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._log_file.exists() and self._log_file.stat().st_size > LOG_LIMIT:
            self._log_file.replace(self._log_file.with_name(self._log_file.name + ".1"))
        output = os.open(self._log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.fchmod(output, 0o600)  # the mode above is ignored where the file exists (peer bug B12)
            self._log_from = os.fstat(output).st_size
            return subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            os.close(output)

    def _reap(self) -> None:
        child = self._child
        if child is None or (code := child.poll()) is None:
            return
        self._child = None
        _let_go(child)
        if code == 0 and self._ticks() - self._started >= SETTLED:  # it left: another engine works
            self._trouble = ""
            return
        if self._ticks() - self._started >= HEALTHY:
            self._deaths = 0
        if code < 0:  # then the last line of its log is not the reason
            self._count_death(f"the engine was killed by signal {-code}")
            return
        words = self._last_words()
        self._count_death(f"the engine stopped with exit code {code}" + (f": {words}" if words else ""))

    def _count_death(self, trouble: str) -> None:
        pause = min(LONGEST_PAUSE, 2.0**self._deaths)
        self._deaths += 1
        self._not_before = self._ticks() + pause
        self._trouble = trouble
        log.warning("%s; next start in %.0f s at the earliest", trouble, pause)

    def _last_words(self) -> str:
        try:
            with self._log_file.open("rb") as written:
                written.seek(max(self._log_from, written.seek(0, os.SEEK_END) - 4096))
                lines = written.read().decode("utf-8", "replace").strip().splitlines()
        except OSError:
            return ""
        return one_line(lines[-1], 200) if lines else ""


def _let_go(child: subprocess.Popen[bytes]) -> None:
    if child.stdin:
        child.stdin.close()
