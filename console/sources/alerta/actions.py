"""What is done to alerts in Alerta.

Each effect looks first how the alert stands, and afterwards whether that has changed: an action that
Alerta does not know is answered with 200 and does nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.alerta import reader
from console.sources.alerta.history import shelved_until
from console.sources.alerta.options import Options
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record, answered
from console.sources.base.told import told_by
from console.web.http import HttpClient

_SAME = timedelta(minutes=1)  # ends of a shelving that count as one
_OPEN = frozenset({"open", "assign", "blackout", "unknown"})


@dataclass(frozen=True, slots=True)
class Order:
    """An effect on one alert: how that stands there, what it is called, and when it is now."""

    entry: OutboxEntry
    record: Record
    name: str
    now: datetime

    @property
    def id(self) -> str:
        """The alert's id."""
        return self.record.text("id")

    @property
    def status(self) -> str:
        """How it stands: open, ack, shelved, closed or another."""
        return self.record.text("status").casefold()


class Actions:
    """Carries out effects with one key."""

    def __init__(self, source: str, options: Options, client: HttpClient) -> None:
        self._source = source
        self._options = options
        self._client = client
        self._by_kind = {
            EffectKind.ACK: self._ack,
            EffectKind.UNACK: self._unack,
            EffectKind.SNOOZE: self._shelve,
            EffectKind.WAKE: self._unshelve,
            EffectKind.RESOLVE: self._close,
            EffectKind.REOPEN: self._open,
            EffectKind.NOTE: self._note,
        }

    async def act(self, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        """Carry out one effect; again with the same entry it changes nothing. Raises ``SourceError``."""
        carry_out = self._by_kind.get(entry.kind)
        if carry_out is None:
            return failed(f"Alerta: {self._options.ability.words(entry.kind) or 'knows nothing like it'}")

        async def on_one(alert: Alert) -> Settled:
            record = await self.look(alert.ref.fingerprint)
            name = reader.reference_of(alert.ref)
            if record is None:
                return failed(f"{name} is no longer at Alerta")
            return await carry_out(Order(entry, record, name, now))

        return await on_each(incident, self._source, on_one)

    async def look(self, name: str) -> Record | None:
        """Return an alert with its history, None where there is none. Raises ``SourceError``."""
        answer = await self._client.ask("GET", f"/alert/{quote(name, safe='')}", accept={404})
        if answer.status == 404:
            return None
        record = answered(answer.json(), self._client.place).record("alert")
        reader.identity(record)
        return record

    async def _ack(self, order: Order) -> Settled:
        if order.status == "ack":
            return done(f"{order.name} was acknowledged already")
        if order.status in reader.ENDED:
            return failed(f"not acknowledged: {order.name} is {order.status} there")
        if order.status == "shelved":  # Alerta acknowledges nothing that is shelved
            await self._send(order, "unshelve")
            changed = await self.look(order.id)
            if changed is not None and changed.text("status") == "ack":
                return done(f"unshelved {order.name}, which was acknowledged before")
        return await self._change(order, "ack", {"ack"}, f"acknowledged {order.name}")

    async def _unack(self, order: Order) -> Settled:
        if order.status != "ack":
            return done(f"{order.name} is {order.status} there: no ack to take back")
        return await self._change(order, "unack", _OPEN, f"took back the ack of {order.name}")

    async def _shelve(self, order: Order) -> Settled:
        until = order.entry.until
        if until is None or until <= order.now:
            return done("nothing to shelve: the time is over")
        if order.status in reader.ENDED:
            return failed(f"not shelved: {order.name} is {order.status} there")
        if order.status == "shelved":
            end = shelved_until(order.record)
            if end is not None and abs(end - until) <= _SAME:
                return Settled(EffectState.DONE, f"{order.name} was shelved until then already", until=until)
            await self._send(order, "unshelve")  # its end can be set only anew
        seconds = ceil((until - order.now).total_seconds())
        words = f"shelved {order.name} until {until:%d %b %H:%MZ}"
        settled = await self._change(order, "shelve", {"shelved"}, words, timeout=seconds)
        return Settled(
            settled.state, settled.text, until=until if settled.state is EffectState.DONE else None
        )

    async def _unshelve(self, order: Order) -> Settled:
        if order.status != "shelved":
            return done(f"{order.name} is not shelved")
        return await self._change(order, "unshelve", {*_OPEN, "ack"}, f"unshelved {order.name}")

    async def _close(self, order: Order) -> Settled:
        if order.status in reader.ENDED:
            return done(f"{order.name} was {order.status} already")
        return await self._change(order, "close", reader.ENDED, f"closed {order.name}")

    async def _open(self, order: Order) -> Settled:
        if order.status not in reader.ENDED:
            return done(f"{order.name} was open already")
        return await self._change(order, "open", _OPEN, f"opened {order.name} again")

    async def _note(self, order: Order) -> Settled:
        path = f"/alert/{quote(order.id, safe='')}/note"
        notes = answered(await self._client.get_json(f"{path}s"), self._client.place).records("notes")
        if any(order.entry.id in note.lines("text") for note in notes):
            return done(f"the note is on {order.name} already")
        await self._client.send("PUT", path, {"text": signed(order.entry)})
        return done(f"note added to {order.name}")

    async def _change(
        self, order: Order, action: str, wanted: Collection[str], words: str, **more: Any
    ) -> Settled:
        """Ask for an action and see whether the alert stands as it should."""
        said = await self._send(order, action, **more)
        record = await self.look(order.id)
        status = record.text("status") if record is not None else "gone"
        if status in wanted:
            return done(words)
        return failed(f"Alerta did not {action} {order.name}, it is {status}{f': {said}' if said else ''}")

    async def _send(self, order: Order, action: str, **more: Any) -> str:
        """Send an action; return what Alerta says against it (409: not from this state, perhaps done already)."""
        body = {"action": action, "text": told_by(order.entry), **more}
        path = f"/alert/{quote(order.id, safe='')}/action"
        answer = await self._client.ask("PUT", path, body=body, accept={404, 409})
        if answer.status < 300:
            return ""
        return answered(answer.json(), self._client.place).text("message", 120)
