"""Pages that quiet hours hold back, of an incident that has become urgent meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.incident import Incident
from console.domain.notify.matching import About, is_urgent, not_before, ways
from console.domain.notify.notification import Notification
from console.domain.notify.saying import effective, titled
from console.domain.policy import Policy

_SOON = timedelta(seconds=10)
"""What falls due within this goes out by itself, and may be on its way."""


def raised(told: Notification, incident: Incident, policy: Policy, now: datetime) -> Notification | None:
    """Return a waiting page as it is to go out since its incident is urgent; None where it stays as it is.

    It keeps its key, as nobody has heard of it, and the delay of its rule.
    """
    about = About(told.topic, (told.person,) if told.person else (), effective(incident), incident.team)
    waits = not told.urgent and not told.tried and told.due_at - now > _SOON
    if not waits or not incident.is_open or not is_urgent(about):
        return None
    found = (way for way in ways(about, policy, told.made_at) if way.channel.name == told.channel)
    way = next((way for way in found if way.person == told.person), None)
    due = now if way is None else max(not_before(way, about, policy, told.made_at), now)
    return replace(
        told,
        title=titled(incident),
        priority=about.priority,
        urgent=True,
        due_at=min(told.due_at, due),
    )
