"""An Intercom workspace."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from tests.fakes.http import Reply, serving
from tests.fakes.intercom import ASHA, BUDI, CREATED, FakeIntercom, conversation
from tests.sources.rigs import Given


class IntercomRig:
    def __init__(self, fake: FakeIntercom, clock: Clock) -> None:
        self.fake = self.server = fake
        self.page: int | None = fake.page
        self.cap: int | None = None
        self.lacks = frozenset({"title", "runbook_url"})
        self._numbers: dict[str, int] = {}
        options = registry.find("intercom").options.model_validate(
            {
                "url": fake.url,
                "token": "intercom-secret",
                "tickets": False,
                "teams": [7],
                "service_attribute": "Service",
                "priority_attribute": "Severity",
            }
        )
        self.source = registry.build("intercom", "under-test", options, clock)

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def fires(self, *alerts: Given) -> None:
        self.fake.conversations = [
            conversation(
                self.number(alert.name),
                "".join(f"<p>{escape(line)}</p>" for line in alert.description.splitlines()),
                title=alert.name,
                custom_attributes={"Service": alert.service, "Severity": alert.severity},
                admin_assignee_id=int(ASHA) if alert.acked_by else None,
            )
            for alert in alerts
        ]

    def spoil(self) -> None:
        self.fake.conversations = [{"type": "conversation", "id": None}, *self.fake.conversations]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        id_ = str(self.number(name))
        one = next(each for each in self.fake.conversations if each["id"] == id_)
        if how is Ending.GONE:
            self.fake.conversations.remove(one)
        elif how is Ending.MOVED:
            one["team_assignee_id"] = 8
        else:
            one.update(open=False, state="closed")
            one["statistics"] = {"last_closed_by_id": BUDI, "last_close_at": CREATED + 90}


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[IntercomRig]:
    with serving(FakeIntercom()) as fake:
        yield IntercomRig(fake, clock)
