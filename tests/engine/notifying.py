"""An office whose people can be told: each by chat, everybody in a room."""

from __future__ import annotations

from typing import Any

from console.domain.notify.channels import Channel
from console.domain.notify.notification import Notification
from console.domain.people import Person
from console.domain.priority import Priority
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import VirtualClock

CHAT = Channel("chat", "fake", contact="chat", room="#oncall")
PEOPLE = {
    name: Person(name, name.title(), (("chat", f"@{name}"), ("email", f"{name}@team.example")))
    for name in ("asha", "budi", "dewi")
}


def telling_office(clock: VirtualClock, *channels: Channel, **changes: Any) -> Office:
    """Return an office with these channels; with chat where none is said."""
    return Office(clock, policy=policy(people=PEOPLE, channels=channels or (CHAT,), **changes))


def firing(*names: str, priority: Priority = Priority.P1) -> FakeSource:
    """Return a source at which these alerts fire."""
    source = FakeSource()
    source.fires(*(alert(name, priority=priority) for name in names))
    return source


def by_id(office: Office) -> dict[str, Notification]:
    """Return all notifications that the store has."""
    return {one.id: one for one in office.store.notifications(limit=100_000)}
