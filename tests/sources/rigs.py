"""One rig for each kind of source: how to make it say what the contract needs.

A new source registers its rig in ``RIGS``; without one the contract fails for it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from console.clock import Clock
from console.ports.sources import AlertSource
from console.sources import registry
from tests.fakes.alertmanager import FakeAlertmanager, Reply, fake_alertmanager, record


@dataclass
class Given:
    """An alert that the product behind the source is to report."""

    name: str
    service: str = "orders-db"
    severity: str = "critical"
    title: str = "Disk is full"
    description: str = ""
    runbook_url: str = ""


class Rig(Protocol):
    """A source and the strings to pull behind it."""

    source: AlertSource

    def fires(self, *alerts: Given) -> None:
        """Let the product report exactly these."""

    def spoil(self) -> None:
        """Add a record to the next answers that cannot be read."""

    def break_down(self) -> None:
        """Let the next poll fail."""


class AlertmanagerRig:
    def __init__(self, fake: FakeAlertmanager, clock: Clock) -> None:
        self.fake = fake
        options = registry.find("alertmanager").options.model_validate({"url": fake.url})
        self.source = registry.build("alertmanager", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.alerts = [
            record(
                alert.name,
                labels={"service": alert.service, "severity": alert.severity},
                annotations={
                    "summary": alert.title,
                    "description": alert.description,
                    "runbook_url": alert.runbook_url,
                },
            )
            for alert in alerts
        ]

    def spoil(self) -> None:
        self.fake.alerts = [{"labels": None}, *self.fake.alerts]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(503))


@contextlib.contextmanager
def _alertmanager(_folder: Path, clock: Clock) -> Iterator[Rig]:
    with fake_alertmanager() as fake:
        yield AlertmanagerRig(fake, clock)


class ReplayRig:
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
        self._write([vars(alert) for alert in alerts])

    def spoil(self) -> None:
        self._write([{"at": "noon"}, *self._lines])

    def break_down(self) -> None:
        self._write([{"fail": "no route to the region"}])


@contextlib.contextmanager
def _replay(folder: Path, clock: Clock) -> Iterator[Rig]:
    yield ReplayRig(folder / "shift.jsonl", clock)


RIGS: dict[str, Callable[[Path, Clock], AbstractContextManager[Rig]]] = {
    "alertmanager": _alertmanager,
    "replay": _replay,
}
