"""What is done to incidents in PagerDuty.

Each effect first looks how the incident stands: acknowledging a resolved one would reopen it there.
Every change names the user who makes it (the ``From`` header), by email address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import People, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record, answered
from console.sources.base.source import email_of
from console.sources.pagerduty import reader
from console.sources.pagerduty.options import Options
from console.web.http import Answer, HttpClient

LONGEST_SNOOZE = timedelta(days=7)  # PagerDuty: 1 to 604,800 seconds

_NO_SUCH_SENDER = {1008, 2016}  # "Requester User Not Found", "You must specify a user's email address"


@dataclass(frozen=True, slots=True)
class Order:
    """An effect on one incident: how that stands there, what it is called, and who acts when."""

    entry: OutboxEntry
    record: Record
    name: str
    now: datetime
    people: People

    @property
    def path(self) -> str:
        """Where the incident is, by the id of its record."""
        return f"/incidents/{quote(self.record.text('id'), safe='')}"

    @property
    def status(self) -> str:
        """How it stands: triggered, acknowledged or resolved."""
        return self.record.text("status").casefold()


class Actions:
    """Carries out effects with one key; remembers whose it is and which user has which address."""

    def __init__(self, source: str, options: Options, client: HttpClient) -> None:
        self._source = source
        self._options = options
        self._client = client
        self._users: dict[str, str] = {}
        self._me: Record | None = None
        self._nobody = False  # the key is the account's: there is no "me"
        self._by_kind = {
            EffectKind.ACK: self._ack,
            EffectKind.SNOOZE: self._snooze,
            EffectKind.RESOLVE: self._resolve,
            EffectKind.REOPEN: self._reopen,
            EffectKind.NOTE: self._note,
            EffectKind.ASSIGN: self._assign,
            EffectKind.ESCALATE: self._escalate,
        }

    async def act(self, entry: OutboxEntry, incident: Incident, now: datetime, people: People) -> Settled:
        """Carry out one effect; again with the same entry it changes nothing. Raises ``SourceError``."""
        carry_out = self._by_kind.get(entry.kind)
        if carry_out is None:
            return failed(f"PagerDuty {self._options.ability.words(entry.kind) or 'knows nothing like it'}")

        async def on_one(alert: Alert) -> Settled:
            path = f"/incidents/{quote(alert.ref.fingerprint, safe='')}"
            answer = await self._client.ask("GET", path, accept={404})
            name = alert.upstream.reference if alert.upstream else ""
            name = name or alert.ref.fingerprint
            if answer.status == 404:
                return failed(f"{name} is no longer at PagerDuty")
            record = self._answered(answer.json()).record("incident")
            reader.identity(record)
            return await carry_out(Order(entry, record, name, now, people))

        return await on_each(incident, self._source, on_one)

    async def me(self) -> Record | None:
        """Return the user whose key it is, None for a key of the account. Raises ``SourceError``."""
        if self._me is None and not self._nobody:
            answer = await self._client.ask("GET", "/users/me", accept={400, 403, 404})
            if answer.status < 300:
                self._me = self._answered(answer.json()).record("user")
            else:
                self._nobody = True
        return self._me

    async def _ack(self, order: Order) -> Settled:
        if order.status != "triggered":
            return done(f"{order.name} was {order.status} already")
        return await self._change(order, {"status": "acknowledged"}, f"acknowledged {order.name}")

    async def _resolve(self, order: Order) -> Settled:
        if order.status == "resolved":
            return done(f"{order.name} was resolved already")
        resolution = {"resolution": order.entry.text} if order.entry.text else {}
        return await self._change(order, {"status": "resolved", **resolution}, f"resolved {order.name}")

    async def _reopen(self, order: Order) -> Settled:
        if order.status != "resolved":
            return done(f"{order.name} was open already")
        return await self._change(order, {"status": "triggered"}, f"reopened {order.name}")

    async def _snooze(self, order: Order) -> Settled:
        if order.status == "resolved":
            return failed(f"not snoozed: {order.name} is resolved there")
        until = order.entry.until
        if until is None or until <= order.now:
            return done("nothing to snooze: the time is over")
        until = min(until, order.now + LONGEST_SNOOZE)
        seconds = max(ceil((until - order.now).total_seconds()), 1)
        words = f"snoozed {order.name} until {until:%d %b %H:%MZ}, which acknowledged it too"
        settled = await self._write(order, "POST", f"{order.path}/snooze", {"duration": seconds}, words)
        return (
            Settled(settled.state, settled.text, until=until)
            if settled.state is EffectState.DONE
            else settled
        )

    async def _note(self, order: Order) -> Settled:
        path = f"{order.path}/notes"
        notes = self._answered(await self._client.get_json(path)).records("notes")
        if any(order.entry.id in note.lines("content") for note in notes):
            return done(f"the note is on {order.name} already")
        body = {"note": {"content": signed(order.entry)}}
        return await self._write(order, "POST", path, body, f"note added to {order.name}")

    async def _assign(self, order: Order) -> Settled:
        email = email_of(order.people, order.entry.text)
        if not email:
            return failed(f"not assigned: {order.entry.text} has no email contact in [people]")
        user = await self._user(email)
        if not user:
            return failed(f"not assigned: no user of PagerDuty has the address {email}; invite them there")
        if order.status == "resolved":
            return failed(f"not assigned: {order.name} is resolved there")
        assigned = [one.text("assignee.id") for one in order.record.records("assignments")]
        if assigned == [user]:
            return done(f"{order.name} was assigned to {email} already")
        change = {"assignments": [{"assignee": {"id": user, "type": "user_reference"}}]}
        return await self._change(order, change, f"assigned {order.name} to {email}")

    async def _escalate(self, order: Order) -> Settled:
        if order.status == "resolved":
            return failed(f"not escalated: {order.name} is resolved there")
        if not order.entry.text.isascii() or not order.entry.text.isdigit():
            return failed(f'not escalated: "{order.entry.text}" is no level')
        level = int(order.entry.text) + 1  # theirs count from 1
        return await self._change(
            order, {"escalation_level": level}, f"escalated {order.name} to level {level}"
        )

    async def _user(self, email: str) -> str:
        """Return the id of the user with an email address, empty where there is none."""
        wanted = email.casefold()
        if wanted not in self._users:
            asked = (("query", email), ("limit", "100"))
            answer = self._answered(await self._client.get_json("/users", asked))
            found = {user.text("email").casefold(): user.text("id") for user in answer.records("users")}
            if not found.get(wanted):
                return ""
            self._users[wanted] = found[wanted]
        return self._users[wanted]

    def _answered(self, value: object) -> Record:
        return answered(value, self._client.place)

    async def _change(self, order: Order, change: Mapping[str, Any], words: str) -> Settled:
        body = {"incident": {"type": "incident_reference", **change}}
        return await self._write(order, "PUT", order.path, body, words)

    async def _write(self, order: Order, method: str, path: str, body: Any, words: str) -> Settled:
        """Send a change as the first of the possible senders that PagerDuty knows."""
        senders = await self._senders(order)
        if not senders:
            return failed(
                "PagerDuty must be told who acts: set from_email, "
                f"or give {order.entry.actor or 'whoever acts'} an email contact in [people]"
            )
        for sender in senders:
            answer = await self._client.ask(
                method, path, body=body, accept={400, 404}, headers={"From": sender}
            )
            if answer.status == 404:
                return failed(f"{order.name} is no longer at PagerDuty")
            if answer.status != 400:
                return done(words)
            code, said = _refusal(answer)
            if code not in _NO_SUCH_SENDER:
                return failed(f"PagerDuty refuses: {said}")
        return failed(
            f"PagerDuty knows no user {' or '.join(senders)}: set from_email to the address of one it knows"
        )

    async def _senders(self, order: Order) -> tuple[str, ...]:
        """Return as whom to act: whoever acted here, else as the config says, else as the key's owner."""
        otherwise = self._options.from_email
        if otherwise is None:
            me = await self.me()
            otherwise = me.text("email") if me is not None else ""
        possible = (email_of(order.people, order.entry.actor), otherwise)
        return tuple(dict.fromkeys(one for one in possible if _sendable(one)))


def _sendable(email: str) -> bool:
    """Return whether an address can stand in a header."""
    return bool(email) and email.isascii() and email.isprintable() and " " not in email


def _refusal(answer: Answer) -> tuple[int, str]:
    """Return PagerDuty's error code and what it says."""
    try:
        error = answered(answer.json(), answer.place).record("error")
    except SourceError:
        return 0, "it does not say why"
    said = "; ".join(filter(None, (error.text("message", 120), *error.texts("errors"))))
    return int(error.number("code") or 0), said or "it does not say why"
