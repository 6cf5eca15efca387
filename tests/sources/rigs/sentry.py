"""A Sentry."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import Reply, serving
from tests.fakes.sentry import FakeSentry, issue
from tests.sources.rigs import Given

_LEVELS = {"critical": "fatal"}


class SentryRig:
    page = 100
    cap = 20_000
    bounds = ("console.sources.sentry.source._MOST_PAGES",)
    lacks = frozenset({"runbook_url"})

    def __init__(self, fake: FakeSentry, clock: Clock) -> None:
        self.fake = self.server = fake
        options = registry.find("sentry").options.model_validate(
            {"url": fake.url, "organization": "acme", "token": "made-up"}
        )
        self.source = registry.build("sentry", "under-test", options, clock)

    def fires(self, *alerts: Given) -> None:
        self.fake.issues = [
            issue(
                number,
                alert.title,
                culprit="",
                level=_LEVELS.get(alert.severity, alert.severity),
                project={"slug": alert.service},
                metadata={"type": alert.name, "value": alert.description},
            )
            for number, alert in enumerate(alerts, 1)
        ]

    def spoil(self) -> None:
        self.fake.issues = [{"title": "without an id"}, *self.fake.issues]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        raise AssertionError("an issue is no incident of its own")


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[SentryRig]:
    with serving(FakeSentry()) as fake:
        yield SentryRig(fake, clock)
