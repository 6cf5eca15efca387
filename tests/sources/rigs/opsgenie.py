"""An Opsgenie account; the source asks for one team's alerts."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from console.clock import Clock
from console.domain.alert import Ending
from console.ports.sources import AlertSource
from console.sources import registry
from tests.fakes.http import serving
from tests.fakes.operations import WINDOW, FakeOperations, FakeOpsgenie, record
from tests.sources.rigs import Given

PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P5"}


class OperationsRig:
    """What the rigs of both products are made of."""

    source: AlertSource
    bounds = (
        "console.sources.base.operations.api.WINDOW",
        "console.sources.base.operations.source.WINDOW",
        "tests.fakes.operations.WINDOW",
    )

    def __init__(self, fake: FakeOperations) -> None:
        self.fake = self.server = fake
        self.page, self.cap = 100, WINDOW - 1
        self.lacks: frozenset[str] = frozenset()

    def shows(self, records: Iterable[dict[str, Any]]) -> None:
        self.fake.unreadable, self.fake.down = [], False
        self.fake.elsewhere.clear()
        self.fake.alerts.clear()
        self.fake.add(*reversed(list(records)))  # the newest is listed first

    def spoil(self) -> None:
        self.fake.unreadable = [{"id": None, "message": "no id"}]

    def break_down(self) -> None:
        self.fake.down = True

    def ends(self, name: str, how: Ending) -> None:
        alert = identity(name)
        if how is Ending.GONE:
            del self.fake.alerts[alert]
        elif how is Ending.MOVED:
            self.fake.elsewhere.add(alert)
        else:
            report = {"closeTime": 660_000, "closedBy": "budi@ops.example"}
            self.fake.close(alert, closeTime="2026-01-05T09:01:00.000Z", report=report)
            told = {"log": "Alert closed via web", "owner": "Budi", "logTime": "2026-01-05T09:01:00Z"}
            self.fake.logs[alert] = [told]


class OpsgenieRig(OperationsRig):
    def __init__(self, fake: FakeOpsgenie, clock: Clock) -> None:
        super().__init__(fake)
        self.lacks = frozenset({"title"})  # one text only, which is both name and title
        table = {"url": fake.url, "token": "made-up", "query": "teams: payments", "escalation": "Payments"}
        options = registry.find("opsgenie").options.model_validate(table)
        self.source = registry.build("opsgenie", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.shows(
            given(
                alert,
                message=alert.name,
                tags=[f"service:{alert.service}"],
                report={"ackTime": 60_000, "acknowledgedBy": alert.acked_by} if alert.acked_by else {},
                description=alert.description,
                details={"runbook_url": alert.runbook_url},
            )
            for alert in alerts
        )


def given(alert: Given, **more: Any) -> dict[str, Any]:
    """Return an alert with what both products write alike."""
    return record(
        identity(alert.name)[:-14],
        acknowledged=bool(alert.acked_by),
        priority=PRIORITIES[alert.severity],
        **more,
    )


def identity(name: str) -> str:
    """Return the id of an alert of this name; names may be anything."""
    return f"{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}-1767603000000"


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[OpsgenieRig]:
    with serving(FakeOpsgenie()) as fake:
        yield OpsgenieRig(fake, clock)
