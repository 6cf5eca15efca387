"""What is done to incidents in Zenduty, in the name of whoever the key belongs to.

Each effect first looks how the incident stands. An incident is read by its number and changed by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert, Who
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import People, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record, answered
from console.sources.base.source import email_of
from console.sources.zenduty import reader
from console.sources.zenduty.options import Options
from console.web.http import HttpClient


@dataclass(frozen=True, slots=True)
class Order:
    """An effect on one incident: how that stands there, what it is called, where it is read."""

    entry: OutboxEntry
    record: Record
    name: str
    place: str
    people: People

    @property
    def resolved(self) -> bool:
        """Whether it is over there."""
        return self.record.number("status") == reader.RESOLVED


class Actions:
    """Carries out effects; remembers which user has which address."""

    def __init__(self, source: str, options: Options, client: HttpClient) -> None:
        self._source = source
        self._options = options
        self._client = client
        self._users: dict[str, str] = {}
        self._by_kind = {
            EffectKind.ACK: self._ack,
            EffectKind.RESOLVE: self._resolve,
            EffectKind.NOTE: self._note,
            EffectKind.ASSIGN: self._assign,
            EffectKind.ESCALATE: self._escalate,
        }

    async def act(self, entry: OutboxEntry, incident: Incident, _now: datetime, people: People) -> Settled:
        """Carry out one effect; again with the same entry it changes nothing. Raises ``SourceError``."""
        carry_out = self._by_kind.get(entry.kind)
        if carry_out is None:
            return failed(f"Zenduty {self._options.ability.words(entry.kind) or 'knows nothing like it'}")

        async def on_one(alert: Alert) -> Settled:
            place = reader.place_of(alert)
            answer = await self._client.ask("GET", place, accept={404})
            name = (alert.upstream.reference if alert.upstream else "") or alert.ref.fingerprint
            if answer.status == 404:
                return failed(f"{name} is no longer at Zenduty")
            record = answered(answer.json(), self._client.place)
            reader.identity(record)
            return await carry_out(Order(entry, record, name, place, people))

        return await on_each(incident, self._source, on_one)

    async def _ack(self, order: Order) -> Settled:
        if order.resolved:
            return done(f"{order.name} was resolved already")
        if order.record.number("status") == reader.ACKNOWLEDGED:
            return done(f"{order.name} was acknowledged already")
        return await self._change(order, {"status": reader.ACKNOWLEDGED}, f"acknowledged {order.name}")

    async def _resolve(self, order: Order) -> Settled:
        if order.resolved:
            return done(f"{order.name} was resolved already")
        if order.entry.text:
            await self._note(order)
        return await self._change(order, {"status": reader.RESOLVED}, f"resolved {order.name}")

    async def _note(self, order: Order) -> Settled:
        path = f"{order.place}note/"
        notes = listed(await self._client.get_json(path))
        if any(order.entry.id in note.lines("note") for note in notes):
            return done(f"the note is on {order.name} already")
        await self._client.send("POST", path, {"note": signed(order.entry)})
        return done(f"note added to {order.name}")

    async def _assign(self, order: Order) -> Settled:
        email = email_of(order.people, order.entry.text)
        if not email:
            return failed(f"not assigned: {order.entry.text} has no email contact in [people]")
        user = await self._user(email)
        if not user:
            return failed(
                f"not assigned: no member of the account has the address {email}; invite them there"
            )
        if order.resolved:
            return failed(f"not assigned: {order.name} is resolved there")
        if order.record.text("assigned_to") == user:
            return done(f"{order.name} was assigned to {email} already")
        return await self._change(order, {"assigned_to": user}, f"assigned {order.name} to {email}")

    async def _escalate(self, order: Order) -> Settled:
        policy = self._options.escalation_policy
        if policy is None:
            return failed("not escalated: the config names no escalation_policy")
        if order.resolved:
            return failed(f"not escalated: {order.name} is resolved there")
        name = order.record.text("escalation_policy_object.name", 100) or policy
        if order.record.text("escalation_policy") == policy:
            return done(f"{order.name} is with the escalation policy {name} already")
        change = {"escalation_policy": policy}
        return await self._change(
            order, change, f"handed {order.name} to the escalation policy of the config"
        )

    async def _user(self, email: str) -> str:
        """Return the user name of the member with an email address, empty where there is none."""
        wanted = email.casefold()
        if wanted not in self._users:
            people = (await self.members()).values()
            self._users = {one.email.casefold(): one.id for one in people if one.email}
        return self._users.get(wanted, "")

    async def members(self) -> dict[str, Who]:
        """Return the account's members by their user names. Raises ``SourceError``."""
        members = listed(await self._client.get_json("/api/account/members/"))
        people = (person(member.record("user")) for member in members)
        return {one.id: one for one in people if one.id}

    async def _change(self, order: Order, change: Mapping[str, Any], words: str) -> Settled:
        path = f"/api/incidents/{quote(order.record.text('unique_id'), safe='')}/"
        await self._client.send("PATCH", path, dict(change))
        return done(words)


def listed(value: object) -> list[Record]:
    """Return the tables of a list, which Zenduty sends bare or as ``results``. Raises ``SourceError``."""
    found = value.get("results") if isinstance(value, dict) else value
    if not isinstance(found, list):
        raise SourceError("Zenduty answers with no list", hint="is url its address?")
    return [Record(one) for one in found if isinstance(one, dict)]


def person(user: Record) -> Who:
    """Return a user of the account."""
    name = " ".join(filter(None, (user.text("first_name", 100), user.text("last_name", 100))))
    return Who(user.text("username", 200), name, user.text("email", 200))
