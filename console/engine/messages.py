"""From a notification to the message a channel sends: the address, the thread, the incident's facts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from console.domain.human import stamp
from console.domain.incident import Incident
from console.domain.notify.notification import Notification, Topic
from console.domain.notify.saying import titled
from console.domain.policy import Policy
from console.domain.zones import zone_of
from console.engine.kit import Kit
from console.errors import DeliveryError
from console.ports.channels import Message

MOST_KNOWN = 5_000  # incidents whose threads are remembered

FindIncident = Callable[[str], Awaitable[Incident | None]]


class Messages:
    """Writes the messages of one channel; knows the first message about each incident in its room."""

    def __init__(self, channel: str, kit: Kit, find: FindIncident) -> None:
        self._channel = channel
        self._kit = kit
        self._find = find
        self._threads: dict[str, str] = {}

    async def message(self, told: Notification, again: bool) -> Message:  # noqa: FBT001 - as the port calls it
        """Return a notification as a message. Raises ``DeliveryError`` where there is no address any more."""
        policy = self._kit.policy_of()
        incident = await self._find(told.incident) if told.incident else None
        return Message(
            key=told.id,
            topic=told.topic,
            title=told.title,
            text=told.text,
            address=self.address(told.person),
            at=told.made_at,
            person=policy.people.get(told.person),
            incident=told.incident,
            state=incident.state.words if incident else "",
            priority=told.priority,
            urgent=told.urgent,
            again=again,
            thread=await self.thread(told.incident) if told.incident and not told.person else "",
            card=card(incident, policy) if incident else (),
        )

    async def update(self, incident: Incident, thread: str) -> Message:
        """Return what the first message about an incident says by now."""
        policy = self._kit.policy_of()
        owner = f", {policy.name_of(incident.owner)} has it" if incident.owner else ""
        return Message(
            key=f"{incident.id}/{incident.n}/update/{self._channel}",
            topic=Topic.OPENED,
            title=titled(incident),
            text=f"{incident.state.words}{owner}",
            address=self.address(""),
            at=self._kit.now(),
            incident=incident.id,
            state=incident.state.words,
            priority=incident.effective_priority,
            thread=thread,
            card=card(incident, policy),
        )

    def address(self, person: str) -> str:
        """Return the person's contact, or the room. Raises ``DeliveryError``."""
        policy = self._kit.policy_of()
        channel = next((one for one in policy.channels if one.name == self._channel), None)
        if channel is None:
            raise DeliveryError(f"there is no channel {self._channel} in the engine's config", permanent=True)
        known = policy.people.get(person)
        address = channel.room if not person else channel.address(known) if known else ""
        if not address:
            name = policy.name_of(person) if person else "everybody"
            what = f"{channel.contact or 'such'} contact" if person else "room"
            raise DeliveryError(f"{name} has no {what}", permanent=True)
        return address

    async def thread(self, incident: str) -> str:
        """Return the handle of the first message about an incident in the room, or empty."""
        if not self._threads.get(incident):
            found = await self._kit.worker.run(
                self._kit.store.first_sent, incident, self._channel, deadline=self._kit.settings.ttl
            )
            self._remember(incident, found)
        return self._threads.get(incident, "")

    def took(self, told: Notification, handle: str) -> None:
        """Remember the channel's own id of what it has just taken, where that is an incident's first."""
        if told.incident and not told.person and handle and not self._threads.get(told.incident):
            self._remember(told.incident, handle)

    def _remember(self, incident: str, handle: str) -> None:
        if len(self._threads) >= MOST_KNOWN:
            self._threads.clear()
        if handle:
            self._threads[incident] = handle


def card(incident: Incident, policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return an incident's facts as (name, value) lines."""
    known = incident.effective_priority
    lines = [
        ("Priority", known.label if known else "not set"),
        ("Service", incident.service),
        ("Team", incident.team),
        ("State", incident.state.words),
        ("Owner", policy.name_of(incident.owner) if incident.owner else "nobody"),
        ("Since", _stamp(incident.reported_at, incident.team, policy)),
        ("Runbook", incident.runbook_url),
    ]
    return tuple((name, value) for name, value in lines if value)


def _stamp(at: datetime, team: str, policy: Policy) -> str:
    return stamp(at, zone_of("", team, policy))
