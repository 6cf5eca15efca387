"""A channel of a Slack workspace."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.clock import Clock
from console.domain.alert import Ending
from console.sources import registry
from console.sources.slack.mrkdwn import escaped
from tests.fakes.http import Reply, serving
from tests.fakes.slack import CHANNEL, FakeSlack, message, reaction
from tests.sources.conftest import NOW, HeldClock
from tests.sources.rigs import Given

WINDOW = timedelta(days=30)
PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P4"}


class SlackRig:
    def __init__(self, fake: FakeSlack, clock: HeldClock) -> None:
        self.clock = clock
        self.fake = self.server = fake
        self.page: int | None = fake.page
        self.cap: int | None = None
        self.lacks = frozenset({"title", "description", "service", "runbook_url"})
        self._numbers: dict[str, int] = {}
        options = registry.find("slack").options.model_validate(
            {
                "url": fake.url,
                "token": "xoxb-made-up",
                "channels": [CHANNEL],
                "prefix": "!incident",
                "window": f"{WINDOW.days}d",
            }
        )
        self.source = registry.build("slack", "under-test", options, clock)

    def sent(self, name: str) -> str:
        """Return when a message was sent: two minutes after the one before, so that they age one by one."""
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        return f"{(NOW - WINDOW + timedelta(days=1)).timestamp() + 120 * number:.6f}"

    def fires(self, *alerts: Given) -> None:
        self.fake.messages = [
            message(
                0,
                f"!incident {PRIORITIES[alert.severity]} {escaped(alert.name)}",
                ts=self.sent(alert.name),
                reactions=[reaction("eyes", "U0ASHA")] if alert.acked_by else [],
            )
            for alert in alerts
        ]

    def spoil(self) -> None:
        self.fake.messages = [{"type": "message", "text": "!incident of no time"}, *self.fake.messages]

    def break_down(self) -> None:
        self.fake.replies.append(Reply(500))

    def ends(self, name: str, how: Ending) -> None:
        one = self.fake.find(self.sent(name))
        if how is Ending.GONE:
            self.fake.messages.remove(one)
        elif how is Ending.RESOLVED:
            one["reactions"] = [reaction("white_check_mark", "U0BUDI")]
        else:
            self.clock.at = datetime.fromtimestamp(float(one["ts"]), UTC) + WINDOW + timedelta(seconds=90)


@contextlib.contextmanager
def rig(_folder: Path, clock: Clock) -> Iterator[SlackRig]:
    assert isinstance(clock, HeldClock)
    with serving(FakeSlack()) as fake:
        yield SlackRig(fake, clock)
