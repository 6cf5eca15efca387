"""Acks and snoozes as holds: a downtime, a snooze of a policy, a mute rule that ends by itself.

What is the same for all products is here: how long, what of ours stands already, what a second attempt
finds. A hold carries a note that ends with the effect's id, by which it is found again. One that
renews an earlier one ends later by ``lasts``; what somebody removed there meanwhile is not made again.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from console.domain.incident import Effect, Incident
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry

MOST = 20
"""Holds for one incident."""

_MADE_BY = {
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
        """Return whether an effect made it."""
        return self.note.endswith(f"({effect})")


class Product(Protocol):
    """What a product must be able to do. All of it may raise ``SourceError``."""

    async def known(self, handles: Collection[str], now: datetime) -> Sequence[Hold]:
        """Return the holds in force, and those with these ids whether in force or not, if still known."""
        ...

    async def make(self, covers: Hashable, note: str, until: datetime, now: datetime) -> str:
        """Make a hold from now on and return its id."""
        ...

    async def prolong(self, hold: Hold, note: str, until: datetime, now: datetime) -> str:
        """Let a hold end at another time and return its id, which may be a new one."""
        ...

    async def end(self, hold: Hold, now: datetime) -> None:
        """End a hold now. One that has ended already is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """What it is called there: ("downtime", "muted")."""

    noun: str
    verb: str


@dataclass(frozen=True, slots=True)
class _Order:
    entry: OutboxEntry
    covers: Sequence[Hashable]
    now: datetime
    until: datetime
    extended: Effect | None
    note: str

    def suits(self, hold: Hold) -> bool:
        """Return whether nothing more is to be done about a hold: an earlier attempt or somebody else did it."""
        if hold.was_made_by(self.entry.id) or hold.ends_at == self.until:
            return True
        return self.extended is not None and hold.ends_at is not None and hold.ends_at >= self.until


class Holder:
    """Makes, prolongs and ends the holds of one source."""

    def __init__(self, source: str, product: Product, words: Words, lasts: timedelta) -> None:
        self._source = source
        self._product = product
        self._words = words
        self._lasts = lasts

    async def act(
        self, entry: OutboxEntry, incident: Incident, covers: Sequence[Hashable], now: datetime
    ) -> Settled:
        """Carry out one effect; doing it again changes nothing.

        ``covers`` is what fires and is to be held back. Raises ``SourceError`` where trying again may help.
        """
        try:
            return await self._act(entry, incident, covers, now)
        except SourceError as error:
            if error.final:
                return Settled(EffectState.FAILED, str(error))
            raise

    async def _act(
        self, entry: OutboxEntry, incident: Incident, covers: Sequence[Hashable], now: datetime
    ) -> Settled:
        if entry.kind not in _MADE_BY:
            return Settled(EffectState.FAILED, f"{self._source} knows no {entry.kind.value}")
        if entry.kind in {EffectKind.UNACK, EffectKind.WAKE}:
            return await self._end(entry, incident, now)
        extended = _extended(entry, incident)
        until = self._until(entry, extended, now)
        if until is None or until <= now:
            return Settled(EffectState.DONE, "nothing to do: the time is over")
        if not covers:
            return Settled(EffectState.DONE, "nothing to do: its alerts have cleared")
        if len(covers) > MOST:
            words = f"not {self._words.verb}: {len(covers)} alerts fire, more than {MOST} {self._words.noun}s"
            return Settled(EffectState.FAILED, words)
        note = _note(entry, incident, extended)
        return await self._hold(_Order(entry, covers, now, until, extended, note), incident)

    def _until(self, entry: OutboxEntry, extended: Effect | None, now: datetime) -> datetime | None:
        """Return the end of a snooze, or that of an ack: counted from the old end, so that a retry asks for the same."""
        if entry.kind is EffectKind.SNOOZE:
            return entry.until
        start = extended.until if extended is not None and extended.until is not None else now
        return max(start, now) + self._lasts

    async def _hold(self, order: _Order, incident: Incident) -> Settled:
        handles = _handles(order.entry, incident)
        known = await self._product.known(handles, order.now)
        standing = _ours(known, order.entry, incident, handles)
        if order.extended is not None and _removed(known, order.extended, standing):
            return Settled(EffectState.FAILED, f"{self._words.noun} was removed at {self._source}")
        made, ends = [], []
        for covers in order.covers:
            same = [hold for hold in standing if hold.covers == covers]
            kept = next((hold for hold in same if order.suits(hold)), None)
            if kept is not None:
                made.append(kept.id)
                ends.append(kept.ends_at or order.until)
            elif same:
                made.append(await self._product.prolong(same[0], order.note, order.until, order.now))
                ends.append(order.until)
            else:
                made.append(await self._product.make(covers, order.note, order.until, order.now))
                ends.append(order.until)
            for other in same:
                if other.id not in made and other is not (kept or same[0]):
                    await self._product.end(other, order.now)
        count = "" if len(made) == 1 else f" ({len(made)} {self._words.noun}s)"
        verb = f"{self._words.noun} extended" if order.extended else self._words.verb
        words = f"{verb} until {_short(min(ends), order.now)}{count}"
        return Settled(EffectState.DONE, words, handle=" ".join(made), until=min(ends))

    async def _end(self, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        handles = _handles(entry, incident)
        standing = _ours(await self._product.known(handles, now), entry, incident, handles)
        for hold in standing:
            await self._product.end(hold, now)
        if not standing:
            return Settled(EffectState.DONE, f"no longer {self._words.verb}")
        noun = self._words.noun
        return Settled(
            EffectState.DONE, f"{noun} ended" if len(standing) == 1 else f"{len(standing)} {noun}s ended"
        )


def _effects(entry: OutboxEntry, incident: Incident) -> list[Effect]:
    """Return the incident's effects that made the holds which this one is about."""
    kind = _MADE_BY[entry.kind]
    return [effect for effect in incident.effects if effect.source == entry.source and effect.kind is kind]


def _handles(entry: OutboxEntry, incident: Incident) -> frozenset[str]:
    earlier = (handle for effect in _effects(entry, incident) for handle in effect.handle.split())
    return frozenset({*entry.handle.split(), *earlier})


def _ours(
    known: Sequence[Hold], entry: OutboxEntry, incident: Incident, handles: Collection[str]
) -> list[Hold]:
    """Return those in force that this incident's effects made, by their ids and by their notes."""
    makers = {entry.id, *(effect.id for effect in _effects(entry, incident))}
    return [
        hold for hold in known if hold.in_force and (hold.id in handles or any(map(hold.was_made_by, makers)))
    ]


def _removed(known: Sequence[Hold], extended: Effect, standing: Sequence[Hold]) -> bool:
    """Return whether somebody ended a hold before its time; not one that another of ours has taken the place of."""
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


def _extended(entry: OutboxEntry, incident: Incident) -> Effect | None:
    """Return the earlier effect that this one renews, or None where it is a new one."""
    effects = {effect.id: effect for effect in incident.effects}
    asked = effects.get(entry.id)
    return effects.get(asked.renews) if asked is not None else None


def _note(entry: OutboxEntry, incident: Incident, extended: Effect | None) -> str:
    """Return who holds it back and why; after people's words comes the id that it is found by."""
    what = "Acked:" if entry.kind is EffectKind.ACK else "Snoozed:"
    who = incident.owner if extended else entry.actor  # the engine asks on the owner's behalf
    actor = one_line(who, 100) or "oncall"
    note = f": {one_line(entry.text, 200)}" if entry.text else ""
    return f"{what} {incident.id} by {actor} via oncall{note} ({entry.id})"


def _short(until: datetime, now: datetime) -> str:
    return until.strftime("%H:%MZ" if until.date() == now.date() else "%d %b %H:%MZ")
