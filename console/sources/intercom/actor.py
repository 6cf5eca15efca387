"""What is done to a conversation or ticket when something is done to its incident here."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Protocol

from console.domain.alert import Alert, Who
from console.domain.human import stamp
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import People, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record
from console.sources.base.reports import handle_of, handled
from console.sources.base.source import email_of
from console.sources.intercom.api import IntercomApi
from console.sources.intercom.options import Options
from console.sources.intercom.reader import TICKET, assignee_of, is_open, reference_of

NOBODY_THERE = "0"  # the assignee of what is nobody's


class Teammates(Protocol):
    """Who the teammates are, and which of them we are."""

    async def ourselves(self) -> str:
        """Return the id of the teammate whose token it is. Raises ``SourceError``."""
        ...

    async def with_email(self, email: str) -> Who | None:
        """Return the teammate with an address. Raises ``SourceError``."""
        ...

    def named(self, id_: str) -> str:
        """Return a teammate's name, or the id where it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done (``entry``) to which conversation or ticket, as it stands now; ``us``: who does it."""

    entry: OutboxEntry
    people: People
    report: Alert
    record: Record
    us: str

    @property
    def kind(self) -> str:
        """Conversation or ticket."""
        return self.record.text("type")

    @property
    def id(self) -> str:
        """Intercom's id."""
        return self.record.text("id")

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"{self.kind} {reference_of(self.record)}"


class Actor:
    """Carries out effects; each looks first, so that doing it again changes nothing."""

    def __init__(self, source: str, options: Options, api: IntercomApi, teammates: Teammates) -> None:
        self._source = source
        self._options = options
        self._api = api
        self._teammates = teammates
        self._deeds: Mapping[EffectKind, Callable[[Deed], Awaitable[Settled]]] = {
            EffectKind.ACK: self._take,
            EffectKind.UNACK: self._give_back,
            EffectKind.SNOOZE: self._snooze,
            EffectKind.WAKE: self._open,
            EffectKind.RESOLVE: self._close,
            EffectKind.REOPEN: self._open,
            EffectKind.NOTE: self._note,
            EffectKind.ASSIGN: self._assign,
        }

    async def act(self, entry: OutboxEntry, incident: Incident, people: People) -> Settled:
        """Carry out one effect. Raises ``SourceError`` where trying again may help."""
        return await on_each(incident, self._source, partial(self._act, entry, people))

    async def _act(self, entry: OutboxEntry, people: People, report: Alert) -> Settled:
        deed = self._deeds.get(entry.kind)
        if deed is None:
            return failed(f"Intercom knows no {entry.kind.value}")
        kind, _, id_ = report.ref.fingerprint.partition("-")
        record = await self._api.one(kind, id_)
        if record is None:
            return failed(f"{kind} {id_} is gone, or not ours to see")
        return await deed(Deed(entry, people, report, record, await self._teammates.ourselves()))

    async def _take(self, deed: Deed) -> Settled:
        """Assign it to whoever acked it, but take it from nobody: what somebody has is acked already."""
        has_it, actor = assignee_of(deed.record), deed.entry.actor
        if has_it and not deed.entry.attempts:
            return done(f"{deed.name} is {self._teammates.named(has_it)}'s already")
        email = email_of(deed.people, actor)
        chosen = await self._teammates.with_email(email)
        if chosen is None:
            chosen = await self._teammates.with_email(self._options.ack_as or "")
        if has_it:  # an earlier try may have done it, and its answer got lost
            ours = handle_of(deed.report, has_it) if chosen and chosen.id == has_it else ""
            words = f"{deed.name} is {self._teammates.named(has_it)}'s already"
            return Settled(EffectState.DONE, words, handle=ours)
        if chosen is None:
            return failed(
                f"{deed.name} not assigned: no teammate has {actor}'s email address; "
                "give them the address that Intercom knows, or set ack_as"
            )
        return await self._give(deed, chosen)

    async def _assign(self, deed: Deed) -> Settled:
        person = deed.entry.text
        chosen = await self._teammates.with_email(email_of(deed.people, person))
        if chosen is None:
            return failed(f"{deed.name} not assigned: no teammate has {person}'s email address")
        if chosen.id == assignee_of(deed.record):
            return done(f"{deed.name} is {chosen.name}'s already")
        return await self._give(deed, chosen)

    async def _give(self, deed: Deed, chosen: Who) -> Settled:
        await self._assigned(deed, chosen.id)
        words = f"{deed.name} assigned to {chosen.name or chosen.id}"
        return Settled(EffectState.DONE, words, handle=handle_of(deed.report, chosen.id))

    async def _give_back(self, deed: Deed) -> Settled:
        has_it = assignee_of(deed.record)
        if not has_it:
            return done(f"{deed.name} is nobody's already")
        if has_it != handled(deed.entry.handle).get(deed.report.ref.fingerprint):
            return done(f"{deed.name} stays {self._teammates.named(has_it)}'s: it was not assigned from here")
        await self._assigned(deed, NOBODY_THERE)
        return done(f"{deed.name} unassigned")

    async def _assigned(self, deed: Deed, assignee: str) -> None:
        if deed.kind == TICKET:
            await self._api.update(deed.id, deed.us, assignee_id=assignee)
        else:
            await self._api.manage(deed.id, deed.us, "assignment", type="admin", assignee_id=assignee)

    async def _snooze(self, deed: Deed) -> Settled:
        until = deed.entry.until
        if until is None:
            return failed(f"{deed.name} not snoozed: no time was given")
        seconds = math.ceil(until.timestamp())
        if deed.record.number("snoozed_until") != seconds:
            if deed.kind == TICKET:
                await self._api.update(deed.id, deed.us, snoozed_until=seconds)
            else:
                await self._api.manage(deed.id, deed.us, "snoozed", snoozed_until=seconds)
        return Settled(EffectState.DONE, f"{deed.name} snoozed until {stamp(until, UTC)}", until=until)

    async def _open(self, deed: Deed) -> Settled:
        """Open what is snoozed or closed."""
        if is_open(deed.record) and deed.record.time("snoozed_until") is None:
            return done(f"{deed.name} is open already")
        if deed.kind == TICKET:
            await self._api.update(deed.id, deed.us, open=True)
        else:
            await self._api.manage(deed.id, deed.us, "open")
        return done(f"{deed.name} opened again")

    async def _close(self, deed: Deed) -> Settled:
        if not is_open(deed.record):
            return done(f"{deed.name} is closed already")
        if deed.kind == TICKET:
            state = {"ticket_state_id": self._options.resolved_state} if self._options.resolved_state else {}
            await self._api.update(deed.id, deed.us, open=False, **state)
        else:
            await self._api.manage(deed.id, deed.us, "close", type="admin")
        return done(f"{deed.name} closed")

    async def _note(self, deed: Deed) -> Settled:
        if deed.entry.attempts and deed.entry.id in _parts(deed.record):
            return done(f"{deed.name} has the note already")  # the answer to an earlier try got lost
        await self._api.note(deed.kind, deed.id, deed.us, signed(deed.entry))
        return done(f"internal note added to {deed.name}")


def _parts(record: Record) -> str:
    """Return the texts of what was written so far."""
    parts = record.records("conversation_parts.conversation_parts")
    parts += record.records("ticket_parts.ticket_parts")
    return "\n".join(part.lines("body") for part in parts)
