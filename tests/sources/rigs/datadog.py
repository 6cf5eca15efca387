"""A Datadog organisation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.domain.vocabulary import EffectKind
from console.sources import registry
from tests.fakes.datadog import FakeDatadog, group, monitor
from tests.fakes.http import Reply, serving
from tests.sources.conftest import HeldClock
from tests.sources.rigs import Given

_PRIORITIES = {"critical": 1, "error": 2, "warning": 3, "info": 4}


class DatadogRig:
    page = 100
    cap = 20_000
    bounds = (
        "console.sources.datadog.source._MOST_PAGES",
        "console.sources.datadog.source._MOST_MONITOR_PAGES",
    )
    lacks = frozenset({"title"})

    def __init__(self, fake: FakeDatadog, clock: Clock) -> None:
        self.fake = self.server = fake
        self._clock = clock
        keys = {"api_key": "made-up", "app_key": "made-up"}
        options = registry.find("datadog").options.model_validate({"url": fake.url, **keys})
        self.source = registry.build("datadog", "under-test", options, clock)
        acting = options.model_copy(update={"actions": (EffectKind.ACK, EffectKind.SNOOZE)})
        self.acting = registry.build("datadog", "under-test", acting, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.groups = [group(number, alert.name) for number, alert in enumerate(alerts, 1)]
        self.fake.monitors = [
            monitor(
                number,
                message=f"Runbook: {alert.runbook_url}\n{alert.description}",
                tags=[f"service:{alert.service}"],
                priority=_PRIORITIES[alert.severity],
            )
            for number, alert in enumerate(alerts, 1)
        ]
        if isinstance(self._clock, HeldClock):  # monitors are read again after a while
            self._clock.pass_(timedelta(minutes=10).total_seconds())

    def spoil(self) -> None:
        self.fake.groups = [{"monitor_id": None}, *self.fake.groups]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("a monitor is no incident")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[DatadogRig]:
    with serving(FakeDatadog()) as fake:
        yield DatadogRig(fake, clock)
