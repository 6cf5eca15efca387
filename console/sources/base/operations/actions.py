"""What an effect is called there, and how it is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.domain.text import one_line
from console.domain.vocabulary import EffectKind
from console.ports.sources import People
from console.ports.store import OutboxEntry
from console.web.times import time_text

_AT_ONCE = timedelta(seconds=5)  # a snooze has to end in the future, by their clock


@dataclass(frozen=True, slots=True)
class Action:
    """An action as a product takes it: its name in the path, its body, and what to say when it is done."""

    path: str
    body: dict[str, Any] | None
    words: str


NAMES: Mapping[EffectKind, tuple[str, str]] = {
    EffectKind.ACK: ("acknowledge", "acknowledged"),
    EffectKind.UNACK: ("unacknowledge", "took back the ack of"),
    EffectKind.SNOOZE: ("snooze", "snoozed"),
    EffectKind.WAKE: ("snooze", "ended the snooze of"),
    EffectKind.RESOLVE: ("close", "closed"),
    EffectKind.NOTE: ("notes", "noted on"),
    EffectKind.ASSIGN: ("assign", "assigned"),
    EffectKind.ESCALATE: ("escalate", "escalated"),
}
"""The name of each action in a path, and the word for having done it."""


def end_of_snooze(entry: OutboxEntry, now: datetime) -> str:
    """Return when a snooze is to end. One that stands is ended by moving its end: that is all there is."""
    until = entry.until if entry.kind is EffectKind.SNOOZE and entry.until else now + _AT_ONCE
    return time_text(until)


def name_of(people: People, person: str) -> str:
    """Return what one of us is called."""
    known = people.get(person)
    return one_line(known.name if known else person, 100)
