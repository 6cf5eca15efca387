"""What is held back at a product already, and which of it is the work of an incident's effects.

A hold (a silence, a downtime, a snooze of a policy, a mute rule) carries a note that ends with the effect's id, by
which it is found again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from console.domain.incident import Effect, Incident
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind
from console.ports.store import OutboxEntry

MADE_BY = {
    EffectKind.ACK: EffectKind.ACK,
    EffectKind.UNACK: EffectKind.ACK,
    EffectKind.SNOOZE: EffectKind.SNOOZE,
    EffectKind.WAKE: EffectKind.SNOOZE,
}
"""What an effect may do here, and the kind of effect that made the holds it is about."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as the product lists it. ``covers`` is what it holds back, equal for the same thing."""

    id: str
    covers: Hashable
    note: str
    ends_at: datetime | None
    in_force: bool

    def was_made_by(self, effect: str) -> bool:
        """Return whether an effect made it, or was the last to extend it."""
        return self.note.endswith(f"({effect})")


AnyHold = TypeVar("AnyHold", bound=Hold)


def handles_of(entry: OutboxEntry, incident: Incident) -> frozenset[str]:
    """Return the ids of the holds that an effect is about, as far as they were told."""
    earlier = (handle for effect in _effects(entry, incident) for handle in effect.handle.split())
    return frozenset({*entry.handle.split(), *earlier})


def ours(known: Iterable[AnyHold], entry: OutboxEntry, incident: Incident) -> list[AnyHold]:
    """Return those in force that this incident's effects made, by their ids and by their notes."""
    handles = handles_of(entry, incident)
    makers = {entry.id, *(effect.id for effect in _effects(entry, incident))}
    return [
        hold for hold in known if hold.in_force and (hold.id in handles or any(map(hold.was_made_by, makers)))
    ]


def removed(known: Iterable[Hold], extended: Effect, standing: Sequence[Hold]) -> bool:
    """Return whether somebody ended a hold before its time.

    One that ran out keeps its end, one that was ended by hand says when that was. One that the product has
    forgotten, or that a ``standing`` one of ours has taken the place of, was not removed.
    """
    handles = extended.handle.split()
    replaced = {hold.covers for hold in standing}
    return any(
        hold.id in handles
        and not hold.in_force
        and hold.covers not in replaced
        and hold.ends_at is not None
        and extended.until is not None
        and hold.ends_at < extended.until
        for hold in known
    )


def renewed_by(entry: OutboxEntry, incident: Incident) -> Effect | None:
    """Return the earlier effect that this one renews, or None where it is a new one."""
    effects = {effect.id: effect for effect in incident.effects}
    asked = effects.get(entry.id)
    return effects.get(asked.renews) if asked is not None else None


def end_of(entry: OutboxEntry, extended: Effect | None, now: datetime, lasts: timedelta) -> datetime | None:
    """Return the end of a snooze, or that of an ack: counted from the old end, so that a retry asks for the same."""
    if entry.kind is EffectKind.SNOOZE:
        return entry.until
    start = extended.until if extended is not None and extended.until is not None else now
    return max(start, now) + lasts


def holder_of(entry: OutboxEntry, incident: Incident, extended: Effect | None) -> str:
    """Return who holds it back; a renewal is asked for by the engine, on the owner's behalf."""
    return one_line(incident.owner if extended else entry.actor, 100) or "oncall"


def note_of(what: str, who: str, entry: OutboxEntry, incident: Incident) -> str:
    """Return who holds it back and why; after people's words comes the id that it is found by."""
    why = f": {one_line(entry.text, 200)}" if entry.text else ""
    return f"{what} {incident.id} by {who} via oncall{why} ({entry.id})"


def short(until: datetime, now: datetime) -> str:
    """Return an end for a sentence: ``14:30Z``, with the day where that is not today's."""
    return until.strftime("%H:%MZ" if until.date() == now.date() else "%d %b %H:%MZ")


def _effects(entry: OutboxEntry, incident: Incident) -> list[Effect]:
    """Return the incident's effects that made the holds which this one is about."""
    kind = MADE_BY[entry.kind]
    return [effect for effect in incident.effects if effect.source == entry.source and effect.kind is kind]
