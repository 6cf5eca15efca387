"""A Prometheus."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import Reply, serving
from tests.fakes.prometheus import FakePrometheus, active, rule
from tests.sources.rigs import Given


class PrometheusRig:
    page = cap = None
    lacks: frozenset[str] = frozenset()

    def __init__(self, fake: FakePrometheus, clock: Clock) -> None:
        self.fake = self.server = fake
        options = registry.find("prometheus").options.model_validate({"url": fake.url})
        self.source = registry.build("prometheus", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.rules = [
            rule(
                alert.name,
                active(
                    alert.name,
                    labels={"service": alert.service, "severity": alert.severity},
                    annotations={
                        "summary": alert.title,
                        "description": alert.description,
                        "runbook_url": alert.runbook_url,
                    },
                ),
            )
            for alert in alerts
        ]

    def spoil(self) -> None:
        self.fake.rules = [rule("Spoilt", {"labels": None, "state": "firing"}), *self.fake.rules]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("a Prometheus keeps no incidents")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[PrometheusRig]:
    with serving(FakePrometheus()) as fake:
        yield PrometheusRig(fake, clock)
