"""Silences as the upstream form of an ack or a snooze.

A silence is as narrow as it can be: one for what all firing alerts of the incident have in common,
if that is at least the alert name and one more label and holds no other alert that fires; otherwise
one for each alert with all its labels. Comments follow karma's convention (``ACK! …``) and end with
the effect's id, by which a second attempt finds what the first one made.

An effect that renews an earlier one moves the end of its silences on by ``silence_for``. What
somebody has removed on the server in the meantime is not made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from console.domain.incident import Effect, Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.alertmanager.options import SilencingOptions
from console.sources.alertmanager.reader import Reader
from console.sources.alertmanager.silences import Silence, all_silences
from console.sources.base.held import (
    MADE_BY,
    end_of,
    holder_of,
    note_of,
    ours,
    removed,
    renewed_by,
    short,
)
from console.web.http import HttpClient
from console.web.times import time_text

Labels = Mapping[str, str]

_MOST = 20  # silences for one incident
_BACKWARDS = timedelta(minutes=5)  # a silence starts now even if our clock is ahead of the server's


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be silenced, for which effect of which incident, from now until when.

    ``extended`` is the earlier effect whose silences are to last longer, if it is about that.
    """

    entry: OutboxEntry
    incident: Incident
    wanted: tuple[Labels, ...]
    now: datetime
    until: datetime
    extended: Effect | None

    def suits(self, silence: Silence) -> bool:
        """Return whether nothing more is to be done about a silence: an earlier attempt or somebody else did it."""
        if silence.was_made_by(self.entry.id):
            return True
        return self.extended is not None and silence.ends_at is not None and silence.ends_at >= self.until


class Silencer:
    """Makes, extends and ends silences for one source."""

    def __init__(self, source: str, options: SilencingOptions, reader: Reader) -> None:
        self._source = source
        self._options = options
        self._reader = reader

    async def act(self, client: HttpClient, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        """Carry out one effect on one server; doing it again changes nothing. Raises ``SourceError``."""
        if entry.kind not in MADE_BY:
            return Settled(EffectState.FAILED, f"an Alertmanager knows no {entry.kind.value}")
        if entry.kind in {EffectKind.UNACK, EffectKind.WAKE}:
            return await self._end(client, entry, incident)
        extended = renewed_by(entry, incident)
        until = end_of(entry, extended, now, self._options.silence_for)
        if until is None or until <= now:
            return Settled(EffectState.DONE, "nothing to silence: the time is over")
        members = self._members(incident)
        if not members:
            return Settled(EffectState.DONE, "nothing to silence: its alerts have cleared")
        wanted = plan(members, self._others(incident))
        if not wanted:
            return Settled(EffectState.FAILED, "not silenced: its alerts have too few labels in common")
        return await self._make(client, Order(entry, incident, wanted, now, until, extended))

    async def _make(self, client: HttpClient, order: Order) -> Settled:
        known = await all_silences(client)
        standing = ours(known, order.entry, order.incident)
        if order.extended is not None and removed(known, order.extended, standing):
            return Settled(EffectState.FAILED, f"silence was removed at {self._source}")
        made, ends = [], []
        for labels in order.wanted:
            same = next((one for one in standing if one.covers == frozenset(labels.items())), None)
            if same is not None and order.suits(same):
                made.append(same.id)
                ends.append(same.ends_at or order.until)
                continue
            answer = await client.send("POST", "/api/v2/silences", _body(labels, order, same))
            made.append(_id(answer, client.place))
            ends.append(order.until)
        only = order.wanted[0]
        count = f"{len(only)} matchers" if len(order.wanted) == 1 else f"{len(order.wanted)} silences"
        verb = "silence extended" if order.extended else "silenced"
        words = f"{verb} until {short(min(ends), order.now)} ({count})"
        return Settled(EffectState.DONE, words, handle=" ".join(made), until=min(ends))

    async def _end(self, client: HttpClient, entry: OutboxEntry, incident: Incident) -> Settled:
        standing = ours(await all_silences(client), entry, incident)
        for silence in standing:
            await client.send("DELETE", f"/api/v2/silence/{quote(silence.id, safe='')}")
        if not standing:
            return Settled(EffectState.DONE, "no longer silenced")
        many = "silence ended" if len(standing) == 1 else f"{len(standing)} silences ended"
        return Settled(EffectState.DONE, many)

    def _members(self, incident: Incident) -> list[Labels]:
        """Return the labels of the incident's alerts that fire here, as the server has them if known."""
        return [
            self._reader.labels(ref.fingerprint) or dict(member.alert.labels)
            for ref, member in incident.members
            if ref.source == self._source and member.cleared_at is None
        ]

    def _others(self, incident: Incident) -> list[Labels]:
        """Return the labels of everything else that fires here."""
        members = {ref.fingerprint for ref, _ in incident.members if ref.source == self._source}
        found = (self._reader.labels(other) for other in self._reader.fingerprints() - members)
        return [labels for labels in found if labels is not None]


def plan(members: Sequence[Labels], others: Sequence[Labels]) -> tuple[Labels, ...]:
    """Return the labels to silence: one set, or one for each alert; empty where none is narrow enough."""
    common = dict(set.intersection(*(set(labels.items()) for labels in members)))
    if _narrow(common) and not any(common.items() <= other.items() for other in others):
        return (common,)
    if len(members) <= _MOST and all(_narrow(labels) for labels in members):
        return tuple(members)
    return ()


def _narrow(labels: Labels) -> bool:
    return bool(labels.get("alertname")) and sum(1 for value in labels.values() if value) >= 2


def _body(labels: Labels, order: Order, same: Silence | None) -> dict[str, Any]:
    """Return the request for a silence; with the id and the start of ``same`` that one is extended in place."""
    entry = order.entry
    what = "ACK!" if entry.kind is EffectKind.ACK else "Snoozed:"
    who = holder_of(entry, order.incident, order.extended)
    return {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in sorted(labels.items())
        ],
        "startsAt": same.starts if same and same.starts else time_text(order.now - _BACKWARDS),
        "endsAt": time_text(order.until),
        "createdBy": who,
        "comment": note_of(what, who, entry, order.incident),
        **({"id": same.id} if same else {}),
    }


def _id(answer: Any, place: str) -> str:
    found = answer.get("silenceID") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found:
        raise SourceError(f"{place} did not say which silence it made", hint="is it an Alertmanager?")
    return found
