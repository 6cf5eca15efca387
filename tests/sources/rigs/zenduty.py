"""A Zenduty account; the source asks for one team and does all it can."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import serving
from tests.fakes.zenduty import FakeZenduty, record
from tests.sources.rigs import Given

PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P4"}


class ZendutyRig:
    page, cap = 100, None
    # Its list has one text only, which is both name and title.
    lacks = frozenset({"title", "description", "runbook_url"})

    def __init__(self, fake: FakeZenduty, clock: Clock) -> None:
        self.fake = self.server = fake
        own = {"team_ids": ["t-pay"], "escalation_policy": "ep-night"}
        table = {"url": fake.url, "token": "made-up", **own}
        options = registry.find("zenduty").options.model_validate(table)
        self.source = registry.build("zenduty", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.unreadable, self.fake.down = [], False
        self.fake.incidents = {
            alert.name: record(
                f"z{alert.name}",
                number,
                title=alert.name,
                service={"name": alert.service},
                team_priority_object={"name": PRIORITIES[alert.severity]},
                status=2 if alert.acked_by else 1,
                assigned_to="u-somebody" if alert.acked_by else None,
                assigned_to_name=alert.acked_by or None,
                acknowledged_date="2026-01-05T09:01:00Z" if alert.acked_by else None,
            )
            for number, alert in enumerate(alerts, 1)
        }

    def spoil(self) -> None:
        self.fake.unreadable = [{"unique_id": None, "title": "no id"}]

    def break_down(self) -> None:
        self.fake.down = True

    def ends(self, name: str, how: Ending) -> None:
        incident = self.fake.incidents[name]
        if how is Ending.GONE:
            del self.fake.incidents[name]
        elif how is Ending.MOVED:
            incident["service_object"]["team"] = "t-search"
        else:
            incident |= {"status": 3, "resolved_date": "2026-01-05T09:01:30Z"}  # by whom it does not say


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[ZendutyRig]:
    with serving(FakeZenduty()) as fake:
        yield ZendutyRig(fake, clock)
