"""A timeline."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.sources.rigs import Given


class ReplayRig:
    server = page = cap = None
    remembers = False  # it is drawn anew for each instant
    lacks: frozenset[str] = frozenset()

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._write([])

    def _write(self, lines: list[Any]) -> None:
        """Write the timeline; it is read once, so a changed one needs a source of its own."""
        self._lines = lines
        self._file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        options = registry.find("replay").options.model_validate({"file": str(self._file)})
        self.source = registry.build("replay", "under-test", options, self._clock)

    def fires(self, *alerts: Given) -> None:
        self._write([_line(alert) for alert in alerts])

    def spoil(self) -> None:
        self._write([{"at": "noon"}, *self._lines])

    def break_down(self) -> None:
        self._write([{"fail": "no route to the region"}])

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("a timeline keeps no incidents")


def _line(alert: Given) -> dict[str, Any]:
    line = vars(alert).copy()
    del line["acked_by"]
    return line


@contextlib.contextmanager
def rig(folder: Path, clock: Clock) -> Iterator[ReplayRig]:
    yield ReplayRig(folder / "shift.jsonl", clock)
