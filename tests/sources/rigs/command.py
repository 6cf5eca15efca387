"""A program that prints a file."""

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


class CommandRig:
    server = page = cap = None
    lacks: frozenset[str] = frozenset()

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._file = folder / "alerts.json"
        self._items: list[Any] = []
        self._write()
        table = {"command": ["cat", "alerts.json"], "items": "alerts"}
        model = registry.find("command").options
        options = model.model_validate(table, context={"folder": folder})
        self.source = registry.build("command", "under-test", options, clock)

    def _write(self) -> None:
        self._file.write_text(json.dumps({"alerts": self._items}))

    def fires(self, *alerts: Given) -> None:
        self._items = [{"id": f"id of {alert.name}", **vars(alert)} for alert in alerts]
        self._write()

    def spoil(self) -> None:
        self._items = [{"name": "no id"}, *self._items]
        self._write()

    def break_down(self) -> None:
        self._file.unlink()

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("a program keeps no incidents")


@contextlib.contextmanager
def rig(folder: Path, clock: Clock) -> Iterator[CommandRig]:
    yield CommandRig(folder, clock)
