"""Acks and snoozes as holds: a downtime, a snooze of a policy, a mute rule that ends by itself.

What is the same for all products is here: how long, what of ours stands already, what a second attempt
finds. One that renews an earlier one ends later by ``lasts``; what somebody removed there meanwhile is not made again.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from console.domain.incident import Effect, Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import concluded
from console.sources.base.held import (
    MADE_BY,
    Hold,
    end_of,
    handles_of,
    holder_of,
    note_of,
    ours,
    removed,
    renewed_by,
    short,
)

MOST = 20
"""Holds for one incident."""


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
        return await concluded(self._act(entry, incident, covers, now))

    async def _act(
        self, entry: OutboxEntry, incident: Incident, covers: Sequence[Hashable], now: datetime
    ) -> Settled:
        if entry.kind not in MADE_BY:
            return Settled(EffectState.FAILED, f"{self._source} knows no {entry.kind.value}")
        if entry.kind in {EffectKind.UNACK, EffectKind.WAKE}:
            return await self._end(entry, incident, now)
        extended = renewed_by(entry, incident)
        until = end_of(entry, extended, now, self._lasts)
        if until is None or until <= now:
            return Settled(EffectState.DONE, "nothing to do: the time is over")
        if not covers:
            return Settled(EffectState.DONE, "nothing to do: its alerts have cleared")
        if len(covers) > MOST:
            words = f"not {self._words.verb}: {len(covers)} alerts fire, more than {MOST} {self._words.noun}s"
            return Settled(EffectState.FAILED, words)
        what = "Acked:" if entry.kind is EffectKind.ACK else "Snoozed:"
        note = note_of(what, holder_of(entry, incident, extended), entry, incident)
        return await self._hold(_Order(entry, covers, now, until, extended, note), incident)

    async def _hold(self, order: _Order, incident: Incident) -> Settled:
        known = await self._product.known(handles_of(order.entry, incident), order.now)
        standing = ours(known, order.entry, incident)
        if order.extended is not None and removed(known, order.extended, standing):
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
        words = f"{verb} until {short(min(ends), order.now)}{count}"
        return Settled(EffectState.DONE, words, handle=" ".join(made), until=min(ends))

    async def _end(self, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        known = await self._product.known(handles_of(entry, incident), now)
        standing = ours(known, entry, incident)
        for hold in standing:
            await self._product.end(hold, now)
        if not standing:
            return Settled(EffectState.DONE, f"no longer {self._words.verb}")
        noun = self._words.noun
        return Settled(
            EffectState.DONE, f"{noun} ended" if len(standing) == 1 else f"{len(standing)} {noun}s ended"
        )
