"""Messages to send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.domain.notify.notification import Topic
from console.domain.people import Person
from console.ports.channels import Message

NOW = datetime(2026, 1, 5, 9, 2, tzinfo=UTC)
BUDI = Person("budi", "Budi", (("slack", "U0BUDI"), ("email", "budi@shop.example"), ("phone", "+62 811 000")))

HOSTILE = "x\r\nBcc: all@shop.example\r\n\r\n<!here> @channel @everyone <@U0CITRA> [/] *b* \x1b[31mred\u202e \x00 & \ud800"


def message(**more: Any) -> Message:
    usual: dict[str, Any] = {
        "key": "paged/pay-1/budi/1",
        "topic": Topic.PAGED,
        "title": "P1 checkout is down: you are paged",
        "text": "since 09:00, level 1 of payments",
        "address": "all",
        "at": NOW,
        "incident": "pay-1",
        "priority": 1,
        "urgent": True,
    }
    return Message(**{**usual, **more})
