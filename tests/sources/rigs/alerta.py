"""An Alerta; the source asks for one environment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from console.sources.alerta.source import PAGE
from tests.fakes.alerta import KEY, FakeAlerta, record
from tests.fakes.http import Reply, serving
from tests.sources.rigs import Given

SEVERITIES = {"critical": "critical", "error": "major", "warning": "minor", "info": "informational"}


class AlertaRig:
    page, cap = PAGE, None
    sizes = ("console.sources.alerta.source.PAGE",)
    lacks = frozenset({"description"})  # one text only, which is the title

    def __init__(self, fake: FakeAlerta, clock: Clock) -> None:
        self.fake = self.server = fake
        table = {"url": fake.url, "key": KEY, "environment": ["Production"]}
        options = registry.find("alerta").options.model_validate(table)
        self.source = registry.build("alerta", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.unreadable = []
        self.fake.alerts = {}
        for given in alerts:
            made = record(
                given.name,
                severity=SEVERITIES[given.severity],
                service=[given.service],
                text=given.title,
                attributes={"runbook": given.runbook_url},
            )
            self.fake.alerts[made["id"]] = made
            if given.acked_by:
                self.fake.change(made, "ack", "ack", user=given.acked_by)

    def spoil(self) -> None:
        self.fake.unreadable = [{"id": None, "event": "no id"}]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        alert = next(one for one in self.fake.alerts.values() if one["event"] == name)
        if how is Ending.GONE:
            del self.fake.alerts[alert["id"]]
        elif how is Ending.MOVED:
            alert["environment"] = "Development"
        else:
            self.fake.change(alert, "close", "closed", user="budi@ops.example")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[AlertaRig]:
    with serving(FakeAlerta()) as fake:
        yield AlertaRig(fake, clock)
