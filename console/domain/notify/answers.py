"""Whose answer it was, and to what it may be one."""

from __future__ import annotations

from datetime import datetime

from console.domain.actors import Actor
from console.domain.alert import Who
from console.domain.elsewhere import actor_of
from console.domain.incident import Incident
from console.domain.policy import Policy


def waits_since(incident: Incident) -> datetime | None:
    """Return since when an incident waits for an ack; None where it does not.

    A message from before then is no question any more: a reaction to it was made about another stretch.
    """
    if not incident.is_open or incident.is_acked:
        return None
    if incident.epoch.first_human_ack is None:
        return incident.epoch_at
    return incident.level_at or incident.epoch_at


def answerer(who: str, email: str, name: str, channel: str, policy: Policy) -> Actor:
    """Return who answered: the person with that contact (an id or handle there), that address or that name.

    Somebody the config does not know is still a person (see ``elsewhere.actor_of``).
    """
    handle = who.casefold().removeprefix("@")
    for person in policy.people.values():
        if handle and any(value.casefold().removeprefix("@") == handle for _, value in person.contacts):
            return Actor(person.id)
    return actor_of(Who(who, name, email), channel, policy)
