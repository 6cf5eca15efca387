"""A site of Jira Service Management; the source asks for one team's alerts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.sources import registry
from tests.fakes.http import serving
from tests.fakes.operations import CLOUD, FakeJsm
from tests.sources.rigs import Given
from tests.sources.rigs.opsgenie import OperationsRig, given


class JsmRig(OperationsRig):
    def __init__(self, fake: FakeJsm, clock: Clock) -> None:
        super().__init__(fake)
        self.lacks = frozenset()
        table = {"url": fake.url, "cloud_id": CLOUD, "username": "asha@ops.example", "token": "made-up"}
        table |= {"query": "teams: payments", "escalation": "esc-1"}
        options = registry.find("jsm").options.model_validate(table)
        self.source = registry.build("jsm", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.shows(
            given(
                alert,
                message=alert.title,
                owner=alert.acked_by,
                description=alert.description,
                extraProperties={
                    "alertname": alert.name,
                    "service": alert.service,
                    "runbook_url": alert.runbook_url,
                },
            )
            for alert in alerts
        )


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[JsmRig]:
    with serving(FakeJsm()) as fake:
        yield JsmRig(fake, clock)
