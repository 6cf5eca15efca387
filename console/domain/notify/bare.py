"""Pages in the barest words, for when something went wrong with working them out."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain import events as ev
from console.domain.incident import Incident
from console.domain.notify.notification import Notification, Topic
from console.domain.notify.saying import ROOM, effective, titled
from console.domain.policy import Policy
from console.domain.priority import Priority

WORDS = "Paged: {names}. What else there is to say could not be worked out; the log says why."


def bare(event: ev.Event, incident: Incident, policy: Policy) -> Iterator[Notification]:
    """Yield the pages of an event by each channel that can take them, whatever the rules say; the ids are ``plan``'s."""
    body = event.body
    if isinstance(body, ev.Escalated | ev.Repaged):
        people = body.to
    elif isinstance(body, ev.Assigned) and body.to != event.actor.name:
        people = (body.to,)
    else:
        return
    priority = effective(incident)
    for channel in policy.channels:
        reached = [who for who in people if who in policy.people and channel.address(policy.people[who])]
        for person in reached if channel.contact else [""]:
            yield Notification(
                id=f"{incident.id}/{event.n}/{Topic.PAGED}/{person or ROOM}/{channel.name}",
                topic=Topic.PAGED,
                channel=channel.name,
                person=person,
                incident=incident.id,
                title=titled(incident),
                text=WORDS.format(names=", ".join(map(policy.name_of, people))),
                made_at=event.at,
                due_at=event.at,
                urgent=priority <= Priority.P2,
                priority=priority,
            )
