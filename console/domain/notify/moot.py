"""Why a notification that waits need not be sent any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from console.domain.incident import Incident
from console.domain.notify.matching import About, ways
from console.domain.notify.notification import Notification, Topic
from console.domain.notify.saying import effective
from console.domain.policy import Policy

_FOR_AN_ACK = frozenset({Topic.PAGED, Topic.WARNING, Topic.SKIPPED, Topic.NUDGE, Topic.TRACK})
"""Topics that ask somebody to act: of no use once the incident is over."""


def moot(told: Notification, incident: Incident | None, policy: Policy) -> str:
    """Return why it is of no use any more, empty where it is. ``incident`` None: it is about none."""
    if incident is None:
        return ""
    if told.topic in _FOR_AN_ACK and not incident.is_open:
        return f"{incident.state.words} before it was sent"
    if told.topic is Topic.TRACK:
        waits = any(one.is_open and one.told_at == told.made_at for one in incident.tracks)
        return "" if waits else "looked after before it was sent"
    if told.topic is Topic.PAGED and told.person in incident.chased:  # everyone on this level has to ack
        return ""
    asks = (
        told.topic is Topic.PAGED
        or "/ack/" in told.id
        or (incident.is_acked and _delay(told, incident, policy))
    )
    acked_at = incident.epoch.first_human_ack if "/ack/" in told.id else incident.acked_at
    if asks and acked_at is not None and acked_at >= told.made_at:
        return "acked before its time"
    return ""


def missed(told: Notification, incidents: Mapping[str, Incident], policy: Policy) -> int:
    """Return how many open incidents an urgent page, or a digest of some, still asks an ack for."""
    asked = [replace(told, topic=Topic.PAGED, incident=name) for name in told.pages or (told.incident,)]
    return sum(1 for one in asked if (found := incidents.get(one.incident)) and not moot(one, found, policy))


def _delay(told: Notification, incident: Incident, policy: Policy) -> timedelta:
    """Return the delay of the rule that it goes out by."""
    people = (told.person,) if told.person else ()
    about = About(told.topic, people, effective(incident), incident.team)
    found = ways(about, policy, told.made_at)
    return next(
        (way.after for way in found if (way.channel.name, way.person) == (told.channel, told.person)),
        timedelta(0),
    )
