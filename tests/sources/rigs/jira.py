"""A Jira Cloud."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import Reply, serving
from tests.fakes.jira import ASHA, BUDI, PRIORITIES, FakeJira, issue, paragraphs, status
from tests.sources.rigs import Given


class JiraRig:
    def __init__(self, fake: FakeJira, clock: Clock) -> None:
        self.fake = self.server = fake
        self.page: int | None = fake.page
        self.cap: int | None = None
        self.lacks = frozenset({"title", "runbook_url"})
        self._numbers: dict[str, int] = {}
        options = registry.find("jira").options.model_validate(
            {
                "url": fake.url,
                "deployment": "cloud",
                "username": "desk@ops.example",
                "token": "jira-secret",
                "jql": "project = OPS",
            }
        )
        self.source = registry.build("jira", "under-test", options, clock)

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def fires(self, *alerts: Given) -> None:
        self.fake.moved.clear()
        self.fake.issues = [
            issue(
                self.number(alert.name),
                alert.name,
                description=paragraphs(alert.description),
                priority={"name": PRIORITIES[alert.severity]},
                components=[{"name": alert.service}],
                assignee={**ASHA, "displayName": alert.acked_by} if alert.acked_by else None,
            )
            for alert in alerts
        ]

    def spoil(self) -> None:
        self.fake.issues = [{"id": None, "key": 7}, *self.fake.issues]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        one = self.fake.find(f"OPS-{self.number(name)}")
        if how is Ending.GONE:
            self.fake.issues.remove(one)
        elif how is Ending.MOVED:
            self.fake.moved.add(one["id"])
        else:
            one["fields"]["status"] = status("Done")
            one["fields"]["resolution"] = {"name": "Fixed"}
            change = {"field": "status", "fromString": "To Do", "toString": "Done"}
            self.fake.history[one["id"]] = [
                {"author": BUDI, "created": "2026-01-05T09:01:00.000+0000", "items": [change]},
                {"author": ASHA, "created": "2026-01-05T09:01:30.000+0000", "items": [{"field": "labels"}]},
            ]


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[JiraRig]:
    with serving(FakeJira()) as fake:
        yield JiraRig(fake, clock)
