"""``oncall watch`` in a process of its own, its log read as it comes."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from console.clock import ticks
from tests.paths import REPO
from tests.waiting import PATIENCE


@dataclass
class Watched:
    """A running engine. ``entries`` is its log so far."""

    process: subprocess.Popen[str]
    entries: list[dict[str, Any]] = field(default_factory=list)
    _lines: queue.SimpleQueue[tuple[float, str]] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as log:
            for line in log:
                self._lines.put((ticks(), line))
        self._lines.put((ticks(), ""))

    def end(self) -> None:
        """Kill it where it still runs."""
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def wait_for(self, event: str, within: float = PATIENCE) -> float:
        """Return when (ticks) an event was logged; fails where it is not in time."""
        until = ticks() + within
        while (left := until - ticks()) > 0:
            try:
                at, line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if not line:
                pytest.fail(f"ended without {event}: {self.entries}")
            self.entries.append(json.loads(line))
            if self.entries[-1].get("event") == event:
                return at
        pytest.fail(f"no {event} within {within} s: {self.entries}")

    def ended(self, within: float = PATIENCE) -> int:
        """Return the exit code once it has ended; the rest of its log is in ``entries``."""
        code = self.process.wait(within)
        while (line := self._lines.get(timeout=within)[1]) != "":
            self.entries.append(json.loads(line))
        return code

    def events(self) -> list[str]:
        return [str(entry["event"]) for entry in self.entries if "event" in entry]


@contextmanager
def watching(config: Path, *more: str, env: Mapping[str, str] | None = None) -> Iterator[Watched]:
    """Run ``oncall watch --log json``; it is killed at the end of the block where it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "watch", "--log", "json", "--config", str(config), *more],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPO,
        env=env,
    )
    watched = Watched(process)
    try:
        yield watched
    finally:
        watched.end()
