"""A PagerDuty account; the source asks for one team and does all it can."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from console.sources.pagerduty import Options
from tests.fakes.http import serving
from tests.fakes.pagerduty import FakePagerDuty, ack, record
from tests.sources.rigs import Given

ALL = [kind.value for kind in Options.DOES]
PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P4"}


class PagerDutyRig:
    def __init__(self, fake: FakePagerDuty, clock: Clock) -> None:
        self.fake = self.server = fake
        self.page, self.cap = 100, 10_000
        self.bounds = ("console.sources.pagerduty.source._CAP", "tests.fakes.pagerduty.CAP")
        self.lacks = frozenset({"title"})  # one text only, which is both name and title
        table = {"url": fake.url, "token": "made-up", "team_ids": ["PTEAM1"], "actions": ALL}
        options = registry.find("pagerduty").options.model_validate(table)
        self.source = registry.build("pagerduty", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.unreadable, self.fake.down = [], False
        self.fake.incidents = {
            f"P{alert.name}": record(
                f"P{alert.name}",
                alert.name,
                service={"id": "PSVC1", "summary": alert.service},
                priority={"summary": PRIORITIES[alert.severity]},
                status="acknowledged" if alert.acked_by else "triggered",
                acknowledgements=[ack(alert.acked_by, "PSOMEBODY")] if alert.acked_by else [],
                first_trigger_log_entry={
                    "type": "trigger_log_entry",
                    "channel": {"type": "api", "body": alert.description},
                    "contexts": [{"type": "link", "href": alert.runbook_url, "text": "Runbook"}],
                },
            )
            for alert in alerts
        }

    def spoil(self) -> None:
        self.fake.unreadable = [{"id": None, "title": "no id"}]

    def break_down(self) -> None:
        self.fake.down = True

    def ends(self, name: str, how: Ending) -> None:
        incident = self.fake.incidents[f"P{name}"]
        if how is Ending.GONE:
            del self.fake.incidents[f"P{name}"]
        elif how is Ending.MOVED:
            incident["teams"] = [{"id": "PTEAM2", "summary": "Search"}]
        else:
            budi = {"id": "PBUDI", "type": "user_reference", "summary": "Budi"}
            incident |= {
                "status": "resolved",
                "resolved_at": "2026-01-05T09:01:30Z",
                "last_status_change_by": budi,
            }


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[PagerDutyRig]:
    with serving(FakePagerDuty()) as fake:
        yield PagerDutyRig(fake, clock)
