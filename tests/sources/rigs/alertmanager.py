"""An Alertmanager."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.alertmanager import FakeAlertmanager, Reply, fake_alertmanager, record
from tests.sources.rigs import Given


class AlertmanagerRig:
    def __init__(self, fake: FakeAlertmanager, clock: Clock) -> None:
        self.fake = self.server = fake
        self.page = self.cap = None
        self.lacks: frozenset[str] = frozenset()
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

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("an Alertmanager keeps no incidents")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[AlertmanagerRig]:
    with fake_alertmanager() as fake:
        yield AlertmanagerRig(fake, clock)
