"""Channels as the rules know them: what they are called and whom they can reach. Sending is ``ports.channels``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.people import Person


@dataclass(frozen=True, slots=True)
class Channel:
    """One ``[[channels]]`` table.

    ``contact`` is the kind of contact it needs of a person (``slack``, ``email``, ``phone``, …); empty
    where it cannot reach a single person. ``room`` is where it talks to everybody; empty where it has
    no such place. ``most_per_minute``: of more than these the rest is told in a digest.
    """

    name: str
    kind: str
    contact: str = ""
    room: str = ""
    most_per_minute: int = 10

    def address(self, person: Person) -> str:
        """Return the person's first contact that it can use, empty where it cannot reach them."""
        return next((value for kind, value in person.contacts if self.contact and kind == self.contact), "")


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How a channel does, as the engine last saw it; travels with the heartbeat.

    ``error`` is one line, empty after a success; ``waiting`` are pending ones, ``dead`` those given up and not
    yet dismissed or sent again. ``stuck`` are (person, number) of urgent pages that were tried and did not get
    through; an empty person is the room.
    """

    name: str
    kind: str
    last_sent: datetime | None = None
    last_failed: datetime | None = None
    error: str = ""
    hint: str = ""
    waiting: int = 0
    dead: int = 0
    stuck: tuple[tuple[str, int], ...] = ()
