"""From something to say to the notifications that say it: one a person and channel, with a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.incident import Incident
from console.domain.notify.matching import About, Way, is_urgent, not_before, soonest, ways
from console.domain.notify.notification import Notification
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.summary import Summary
from console.domain.text import multi_line, one_line

ROOM = "room"
"""Stands in an id for everybody in a channel's room; no person is called so, as ids of people are checked."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A fact in words. ``key`` is the same whoever works it out: ``INC-7/12/paged``, ``INC-7/e1/ack/breach``.

    ``text`` is for a person, ``room_text`` for everybody (empty: the same).
    """

    key: str
    about: About
    title: str
    text: str
    room_text: str = ""
    incident: str = ""


def notifications(
    saying: Saying, policy: Policy, at: datetime, also: Sequence[Way] = ()
) -> tuple[Notification, ...]:
    """Return what is to be sent of it, each (channel, person) once; ``also`` are ways besides those of the rules."""
    found = soonest((*also, *ways(saying.about, policy, at)), saying.about, policy, at)
    return tuple(_one(saying, way, policy, at) for way in found)


def effective(incident: Incident | Summary) -> Priority:
    """Return the priority that rules go by; an unknown one counts as P1 (PagerDuty: unsure, take the higher)."""
    return incident.effective_priority or Priority.P1


def titled(incident: Incident | Summary) -> str:
    """Return what a notification about an incident is headed by: ``P1 INC-7 checkout down``."""
    known = incident.effective_priority
    return one_line(f"{known.label if known else 'P?'} {incident.id} {incident.title}", 200)


def in_order(one: Notification) -> tuple[datetime, int, str]:
    """Return the sort key that puts what is said of one incident into the order in which it happened."""
    n = one.id.split("/")[1] if one.incident else ""
    return one.made_at, int(n) if n.isdecimal() else 0, one.id


def _one(saying: Saying, way: Way, policy: Policy, at: datetime) -> Notification:
    about = saying.about
    return Notification(
        id=f"{saying.key}/{way.person or ROOM}/{way.channel.name}",
        topic=about.topic,
        channel=way.channel.name,
        person=way.person,
        incident=saying.incident,
        title=one_line(saying.title, 200),
        text=multi_line(saying.text if way.person else saying.room_text or saying.text, 2000, 30),
        made_at=at,
        due_at=not_before(way, about, policy, at),
        urgent=is_urgent(about),
        priority=about.priority,
    )
