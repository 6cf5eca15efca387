"""Silences as an Alertmanager lists them, and which of them an incident's effects made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.domain.incident import Effect, Incident
from console.domain.vocabulary import EffectKind
from console.ports.store import OutboxEntry
from console.web.http import HttpClient
from console.web.times import parse_time

MADE_BY = {
    EffectKind.ACK: frozenset({EffectKind.ACK}),
    EffectKind.SNOOZE: frozenset({EffectKind.SNOOZE}),
    EffectKind.UNACK: frozenset({EffectKind.ACK}),
    EffectKind.WAKE: frozenset({EffectKind.SNOOZE}),
}
"""What an effect may do here, and the kind of effect that made the silences it is about."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence, as far as it matters here. One that has ended is listed for some days (by default five)."""

    id: str
    matchers: frozenset[tuple[str, str]]
    comment: str
    starts: str  # as the server writes it
    ends_at: datetime | None
    in_force: bool

    def was_made_by(self, effect: str) -> bool:
        """Return whether an effect made it, or was the last to extend it."""
        return self.comment.endswith(f"({effect})")


async def all_silences(client: HttpClient) -> list[Silence]:
    """Return the silences the server knows. Raises ``SourceError``."""
    listed = await client.get_json("/api/v2/silences")
    found = (_silence(record) for record in (listed if isinstance(listed, list) else ()))
    return [silence for silence in found if silence is not None]


def _silence(record: Any) -> Silence | None:
    """Return a silence, or None for one that cannot be read."""
    try:
        return Silence(
            id=str(record["id"]),
            matchers=frozenset((str(one["name"]), str(one["value"])) for one in record["matchers"]),
            comment=str(record["comment"]),
            starts=str(record.get("startsAt", "")),
            ends_at=parse_time(record.get("endsAt")),
            in_force=record["status"]["state"] in {"active", "pending"},
        )
    except (AttributeError, KeyError, TypeError):
        return None


def ours(silences: Iterable[Silence], entry: OutboxEntry, incident: Incident) -> list[Silence]:
    """Return those in force that this incident's effects made here, by their handles and by their comments."""
    kinds = MADE_BY[entry.kind]
    effects = [
        effect for effect in incident.effects if effect.source == entry.source and effect.kind in kinds
    ]
    handles = {*entry.handle.split(), *(handle for effect in effects for handle in effect.handle.split())}
    makers = {entry.id, *(effect.id for effect in effects)}
    return [
        silence
        for silence in silences
        if silence.in_force and (silence.id in handles or any(map(silence.was_made_by, makers)))
    ]


def removed(silences: Sequence[Silence], extended: Effect, standing: Sequence[Silence]) -> bool:
    """Return whether somebody ended a silence before its time.

    One that ran out keeps its end, one that was expired by hand says when that was. One that the
    server has forgotten, or that a ``standing`` one of ours has taken the place of, was not removed.
    """
    handles = extended.handle.split()
    replaced = {silence.matchers for silence in standing}
    return any(
        silence.id in handles
        and not silence.in_force
        and silence.matchers not in replaced
        and silence.ends_at is not None
        and extended.until is not None
        and silence.ends_at < extended.until
        for silence in silences
    )
