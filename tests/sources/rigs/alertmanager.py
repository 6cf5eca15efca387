"""An Alertmanager, and what speaks like one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.clock import Clock
from console.domain.alert import Ending
from console.ports.sources import AlertSource
from console.sources import registry
from tests.fakes.alertmanager import FakeAlertmanager, Reply, fake_alertmanager, record
from tests.sources.rigs import Given


class AlertmanagerRig:
    page = cap = None
    lacks: frozenset[str] = frozenset()

    def __init__(self, kind: str, fake: FakeAlertmanager, clock: Clock, **more: Any) -> None:
        self.fake = self.server = fake
        self.source = _source(kind, {"url": fake.url, **more}, clock)
        everything = {"ack": "silence", "snooze": "silence"}
        self.acting = _source(kind, {"url": fake.url, **everything, **more}, clock)

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
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError(f"{self.source.kind} keeps no incidents")


def _source(kind: str, table: dict[str, Any], clock: Clock) -> AlertSource:
    options = registry.find(kind).options.model_validate(table)
    return registry.build(kind, "under-test", options, clock)


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[AlertmanagerRig]:
    with fake_alertmanager() as fake:
        yield AlertmanagerRig("alertmanager", fake, clock)
