"""Channels: how a notification leaves the house. Only the engine and ``oncall notify test`` send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from console.domain.notify.notification import Topic
from console.domain.people import Person


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said. ``key`` is the dedup key: sent again under the same key it is the same message.

    ``address`` is the person's contact, or the room. ``again``: an earlier attempt may have arrived; a channel that
    can look first does. ``thread`` is the handle of the first message about ``incident`` in this channel, empty for
    the first. ``card`` are the incident's facts as (name, value) lines for a channel that shows them. All text is
    plain: a channel escapes what its product would read as markup, mentions or control codes.
    """

    key: str
    topic: Topic
    title: str
    text: str
    address: str
    at: datetime
    person: Person | None = None
    incident: str = ""
    state: str = ""
    priority: int | None = None
    urgent: bool = False
    again: bool = False
    thread: str = ""
    card: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """It was taken. ``said`` is one line in the product's words; ``handle`` is its own id of the message."""

    said: str
    handle: str = ""


class Channel(Protocol):
    """One configured way out. Cheap to make; opens nothing before the first message."""

    @property
    def name(self) -> str:
        """What the config calls it."""
        ...

    @property
    def kind(self) -> str:
        """Which product."""
        ...

    async def send(self, message: Message) -> Sent:
        """Send one message; true only once the product has taken it.

        Raises ``DeliveryError``: ``permanent`` where trying again is no use (no such address, rights),
        ``retry_after`` (seconds) where the product says when.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Updating(Protocol):
    """A channel whose first message about an incident can be made to show how it stands now."""

    async def update(self, message: Message) -> Sent:
        """Replace the text of the message with the handle ``message.thread``. Raises ``DeliveryError``."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody answered a message where they were: ``word`` is ``ack``; ``who`` is matched to ``[[people]]``.

    ``at`` is when (UTC), or when it was first seen where the product does not say.
    """

    thread: str
    word: str
    who: str
    at: datetime
    email: str = ""
    name: str = ""


@runtime_checkable
class Answering(Protocol):
    """A channel in which people can answer: a reaction on a message."""

    async def answers(self, threads: Sequence[str]) -> tuple[Answer, ...]:
        """Return the answers to these messages (handles), those given before included. Raises ``DeliveryError``."""
        ...


@runtime_checkable
class Provable(Protocol):
    """A channel that can be tried without sending anything to anybody."""

    async def prove(self) -> str:
        """Return as whom we would send, in one line. Raises ``DeliveryError``."""
        ...
