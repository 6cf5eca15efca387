"""A message as JSON: what the webhook and the command are given. Fields are added, never renamed or removed."""

from __future__ import annotations

from typing import Any

from console.ports.channels import Message
from console.web.times import time_text


def body_of(message: Message) -> dict[str, Any]:
    """Return the message as plain values; what is not known is null or empty, never left out."""
    person = message.person
    return {
        "key": message.key,
        "topic": message.topic.value,
        "title": message.title,
        "text": message.text,
        "incident": message.incident,
        "state": message.state,
        "priority": None if message.priority is None else f"P{message.priority}",
        "urgent": message.urgent,
        "person": None if person is None else {"id": person.id, "name": person.name},
        "address": message.address,
        "at": time_text(message.at),
        "again": message.again,
        "thread": message.thread,
        "facts": [{"name": name, "value": value} for name, value in message.card],
    }
