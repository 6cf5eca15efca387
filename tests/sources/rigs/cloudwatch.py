"""One region of one AWS account. Tags are left out: what they say is a call for each alarm."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.cloudwatch import FakeCloudWatch, fake_cloudwatch, record
from tests.fakes.http import Reply
from tests.sources.rigs import Given


class CloudWatchRig:
    def __init__(self, fake: FakeCloudWatch, clock: Clock) -> None:
        self.fake = self.server = fake
        self.page, self.cap = 100, None
        self.lacks = frozenset({"severity", "runbook_url"})
        table = {
            "regions": ["eu-west-1"],
            "accounts": [{"name": "payments", "profile": "payments"}],
            "endpoint": fake.url,
            "sts_endpoint": fake.url,
            "service_tags": [],
            "severity_tags": [],
        }
        model = registry.find("cloudwatch").options
        self.source = registry.build("cloudwatch", "under-test", model.model_validate(table), clock)
        acting = model.model_validate({**table, "actions": ["ack", "snooze"]})
        self.acting = registry.build("cloudwatch", "under-test", acting, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.alarms = [
            record(
                alert.name,
                StateReason=alert.title,
                AlarmDescription=alert.description,
                Dimensions=[{"Name": "ServiceName", "Value": alert.service}],
            )
            for alert in alerts
        ]

    def spoil(self) -> None:
        self.fake.alarms = [{"AlarmName": "no ARN", "StateValue": "ALARM"}, *self.fake.alarms]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("CloudWatch keeps no incidents")


@contextlib.contextmanager
def rig(folder: Path, clock: Clock) -> Iterator[CloudWatchRig]:
    with fake_cloudwatch(folder) as fake:
        yield CloudWatchRig(fake, clock)
