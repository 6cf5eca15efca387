"""Silences as the upstream form of an ack or a snooze.

A silence is as narrow as it can be: one for what all firing alerts of the incident have in common,
if that is at least the alert name and one more label and holds no other alert that fires; otherwise
one for each alert with all its labels. Comments follow karma's convention (``ACK! …``) and end with
the effect's id, by which a second attempt finds what the first one made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from console.domain.incident import Incident
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.alertmanager.options import Options
from console.sources.alertmanager.reader import Reader

if TYPE_CHECKING:
    from console.sources.http import HttpClient

Labels = Mapping[str, str]

_MOST = 20  # silences for one incident
_BACKWARDS = timedelta(minutes=5)  # a silence starts now even if our clock is ahead of the server's
_MADE_BY = {
    EffectKind.ACK: frozenset({EffectKind.ACK}),
    EffectKind.SNOOZE: frozenset({EffectKind.SNOOZE}),
    EffectKind.UNACK: frozenset({EffectKind.ACK}),
    EffectKind.WAKE: frozenset({EffectKind.SNOOZE}),
}


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence in force, as far as it matters here."""

    id: str
    matchers: frozenset[tuple[str, str]]
    comment: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be silenced, for which effect of which incident, from now until when."""

    entry: OutboxEntry
    incident: Incident
    wanted: tuple[Labels, ...]
    now: datetime
    until: datetime


class Silencer:
    """Makes, extends and ends silences for one source."""

    def __init__(self, source: str, options: Options, reader: Reader) -> None:
        self._source = source
        self._options = options
        self._reader = reader

    async def act(self, client: HttpClient, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        """Carry out one effect on one server; doing it again changes nothing. Raises ``SourceError``."""
        if entry.kind not in _MADE_BY:
            return Settled(EffectState.FAILED, f"an Alertmanager knows no {entry.kind.value}")
        if entry.kind in {EffectKind.UNACK, EffectKind.WAKE}:
            return await self._end(client, entry, incident)
        until = entry.until if entry.kind is EffectKind.SNOOZE else now + self._options.silence_for
        if until is None or until <= now:
            return Settled(EffectState.DONE, "nothing to silence: the time is over")
        members = self._members(incident)
        if not members:
            return Settled(EffectState.DONE, "nothing to silence: its alerts have cleared")
        wanted = plan(members, self._others(incident))
        if not wanted:
            return Settled(EffectState.FAILED, "not silenced: its alerts have too few labels in common")
        return await self._make(client, Order(entry, incident, wanted, now, until))

    async def _make(self, client: HttpClient, order: Order) -> Settled:
        ours = _ours(await _in_force(client), order.entry, order.incident)
        made = []
        for labels in order.wanted:
            same = next((silence for silence in ours if silence.matchers == frozenset(labels.items())), None)
            if same is not None and same.comment.endswith(f"({order.entry.id})"):
                made.append(same.id)
                continue
            answer = await client.send("POST", "/api/v2/silences", _body(labels, order, same))
            made.append(_id(answer, client.place))
        only = order.wanted[0]
        count = f"{len(only)} matchers" if len(order.wanted) == 1 else f"{len(order.wanted)} silences"
        words = f"silenced until {_short(order.until, order.now)} ({count})"
        return Settled(EffectState.DONE, words, handle=" ".join(made), until=order.until)

    async def _end(self, client: HttpClient, entry: OutboxEntry, incident: Incident) -> Settled:
        ours = _ours(await _in_force(client), entry, incident)
        for silence in ours:
            await client.send("DELETE", f"/api/v2/silence/{quote(silence.id, safe='')}")
        if not ours:
            return Settled(EffectState.DONE, "no longer silenced")
        return Settled(EffectState.DONE, "silence ended" if len(ours) == 1 else f"{len(ours)} silences ended")

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


async def _in_force(client: HttpClient) -> list[Silence]:
    """Return the silences that are active or about to be. Raises ``SourceError``."""
    listed = await client.get_json("/api/v2/silences")
    found = (_silence(record) for record in (listed if isinstance(listed, list) else ()))
    return [silence for silence in found if silence is not None]


def _silence(record: Any) -> Silence | None:
    """Return a silence in force, None for one that has ended or cannot be read."""
    try:
        if record["status"]["state"] not in {"active", "pending"}:
            return None
        matchers = frozenset((str(matcher["name"]), str(matcher["value"])) for matcher in record["matchers"])
        return Silence(str(record["id"]), matchers, str(record["comment"]))
    except (KeyError, TypeError):
        return None


def _ours(silences: Sequence[Silence], entry: OutboxEntry, incident: Incident) -> list[Silence]:
    """Return those that this incident's effects made here, by their handles and by their comments."""
    kinds = _MADE_BY[entry.kind]
    effects = [
        effect for effect in incident.effects if effect.source == entry.source and effect.kind in kinds
    ]
    handles = {*entry.handle.split(), *(handle for effect in effects for handle in effect.handle.split())}
    ends = tuple(f"({name})" for name in {entry.id, *(effect.id for effect in effects)})
    return [silence for silence in silences if silence.id in handles or silence.comment.endswith(ends)]


def _body(labels: Labels, order: Order, same: Silence | None) -> dict[str, Any]:
    """Return the request for a silence; with the id of ``same`` that one is extended."""
    entry = order.entry
    what = "ACK!" if entry.kind is EffectKind.ACK else "Snoozed:"
    actor = one_line(entry.actor, 100) or "oncall"
    note = f": {one_line(entry.text, 200)}" if entry.text else ""
    return {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in sorted(labels.items())
        ],
        "startsAt": _text(order.now - _BACKWARDS),
        "endsAt": _text(order.until),
        "createdBy": actor,
        "comment": f"{what} {order.incident.id} by {actor} via oncall{note} ({entry.id})",
        **({"id": same.id} if same else {}),
    }


def _id(answer: Any, place: str) -> str:
    found = answer.get("silenceID") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found:
        raise SourceError(f"{place} did not say which silence it made", hint="is it an Alertmanager?")
    return found


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _short(until: datetime, now: datetime) -> str:
    return until.strftime("%H:%MZ" if until.date() == now.date() else "%d %b %H:%MZ")
