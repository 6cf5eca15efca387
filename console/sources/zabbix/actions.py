"""What is done to problems in Zabbix, with ``event.acknowledge``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.domain.alert import Alert
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record
from console.sources.base.told import told_by
from console.sources.zabbix import reader
from console.sources.zabbix.api import Api
from console.sources.zabbix.options import Options

_CLOSE, _ACKNOWLEDGE, _MESSAGE, _UNACKNOWLEDGE, _SUPPRESS, _UNSUPPRESS = 1, 2, 4, 16, 32, 64
_SUPPRESSING = (6, 2)  # the first version that suppresses by hand
_SAME = timedelta(minutes=1)  # ends of a suppression that count as one


@dataclass(frozen=True, slots=True)
class Order:
    """An effect on one problem: how that stands there, what it is called, and when it is now."""

    entry: OutboxEntry
    record: Record
    name: str
    now: datetime

    @property
    def acked(self) -> bool:
        """Whether it is acknowledged."""
        return self.record.flag("acknowledged")


class Actions:
    """Carries out effects with one token."""

    def __init__(self, source: str, options: Options, api: Api) -> None:
        self._source = source
        self._options = options
        self._api = api
        self._by_kind = {
            EffectKind.ACK: self._ack,
            EffectKind.UNACK: self._unack,
            EffectKind.SNOOZE: self._suppress,
            EffectKind.WAKE: self._unsuppress,
            EffectKind.RESOLVE: self._close,
            EffectKind.NOTE: self._note,
        }

    async def act(self, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        """Carry out one effect; again with the same entry it changes nothing. Raises ``SourceError``."""
        carry_out = self._by_kind.get(entry.kind)
        if carry_out is None:
            return failed(f"Zabbix: {self._options.ability.words(entry.kind) or 'knows nothing like it'}")

        async def on_one(alert: Alert) -> Settled:
            record = await self.look(alert.ref.fingerprint)
            name = reader.reference_of(alert.ref)
            if record is None:
                return failed(f"{name} is no longer at Zabbix, or the token's user no longer sees its host")
            return await carry_out(Order(entry, record, name, now))

        return await on_each(incident, self._source, on_one)

    async def look(self, name: str) -> Record | None:
        """Return a problem by its event, also one that is over; None where there is none. Raises ``SourceError``."""
        version = await self._api.version()
        acknowledges = "selectAcknowledges" if version >= (7, 0) else "select_acknowledges"
        asked = {
            "eventids": [name],
            "output": "extend",
            "selectTags": "extend",
            "selectSuppressionData": "extend",
        }
        found = await self._api.records("event.get", {**asked, acknowledges: "extend"})
        if not found:
            return None
        record = Record(found[0])
        reader.identity(record)
        return record

    async def _ack(self, order: Order) -> Settled:
        if order.acked:
            return done(f"{order.name} was acknowledged already")
        return await self._update(order, _ACKNOWLEDGE, f"acknowledged {order.name}")

    async def _unack(self, order: Order) -> Settled:
        if not order.acked:
            return done(f"{order.name} is not acknowledged")
        return await self._update(order, _UNACKNOWLEDGE, f"took back the acknowledgement of {order.name}")

    async def _suppress(self, order: Order) -> Settled:
        until = order.entry.until
        if until is None or until <= order.now:
            return done("nothing to suppress: the time is over")
        if reader.ended(order.record):
            return failed(f"not suppressed: {order.name} is over there")
        if old := await self._too_old():
            return failed(f"not suppressed: {old}")
        standing = [one.time("suppress_until") for one in reader.suppressed_by_hand(order.record)]
        if any(end is not None and abs(end - until) <= _SAME for end in standing):
            return Settled(EffectState.DONE, f"{order.name} was suppressed until then already", until=until)
        if standing:  # of one that is suppressed already Zabbix passes over the new time
            await self._update(order, _UNSUPPRESS, "")
        words = f"suppressed {order.name} until {until:%d %b %H:%MZ}"
        settled = await self._update(order, _SUPPRESS, words, suppress_until=int(until.timestamp()))
        return Settled(
            settled.state, settled.text, until=until if settled.state is EffectState.DONE else None
        )

    async def _unsuppress(self, order: Order) -> Settled:
        if not reader.suppressed_by_hand(order.record):
            return done(f"{order.name} is not suppressed by hand")
        return await self._update(order, _UNSUPPRESS, f"no longer suppressed: {order.name}")

    async def _close(self, order: Order) -> Settled:
        """Ask for the end; the server carries it out within seconds, so it is not waited for."""
        if reader.ended(order.record) or _asked_to_close(order):
            return done(f"{order.name} was closed already")
        return await self._update(order, _CLOSE, f"closed {order.name}")

    async def _note(self, order: Order) -> Settled:
        if any(order.entry.id in step.lines("message") for step in reader.steps(order.record)):
            return done(f"the note is on {order.name} already")
        return await self._update(order, 0, f"note added to {order.name}", message=signed(order.entry))

    async def _too_old(self) -> str:
        major, minor = await self._api.version()
        too_old = (major, minor) < _SUPPRESSING
        return f"Zabbix {major}.{minor} cannot do that, 6.2 and later can" if too_old else ""

    async def _update(self, order: Order, action: int, words: str, **more: Any) -> Settled:
        """Update the event, with a message that says who acts."""
        asked = {
            "eventids": [order.record.text("eventid")],
            "action": action | _MESSAGE,
            "message": told_by(order.entry),
            **more,
        }
        try:
            await self._api.call("event.acknowledge", asked)
        except SourceError as error:
            if error.permanent and not error.parked:
                return failed(_said(error.message, order))
            raise
        return done(words)


def _asked_to_close(order: Order) -> bool:
    step = reader.last_step(order.record, reader.CLOSE)
    return step is not None and order.entry.id in step.lines("message")


def _said(message: str, order: Order) -> str:
    """Return Zabbix' refusal with what to do."""
    plain = message.casefold()
    if "manual closing" in plain:
        return f"not closed: the trigger of {order.name} does not allow it; it ends when the trigger recovers"
    if "no permissions to referred object" in plain:
        return (
            f"Zabbix refuses it for {order.name}: the token's user needs read-write access to its host group"
        )
    if "no permissions to" in plain:
        return f"{message}; allow it in the role of the token's user"
    return message
