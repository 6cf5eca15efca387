"""A ticket system as the outbox sees it: something that can be asked to make, link, comment on, move and assign tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from console.domain.bodies.aftermath import TicketAsked, TicketLinked
from console.domain.incident import Incident
from console.domain.people import Person
from console.domain.tickets.draft import Draft
from console.domain.tickets.place import Place
from console.domain.tickets.text import draft_of
from console.domain.vocabulary import EffectKind, EffectState
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.promise import kept
from console.engine.waits import say_that_it_waits
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Settled
from console.ports.store import OutboxEntry
from console.ports.tickets import Found, TicketSystem

LISTED_AFTER = 60.0
"""Seconds after which a ticket that was made can be found by its label; Jira Cloud's search is seconds behind."""

Deed = Callable[[OutboxEntry, Incident, Place, People], Coroutine[Any, Any, Settled]]


class Ticketer:
    """Carries out effects at one ticket system, so that each ticket and each comment is made once.

    Before the first try it is written down that there is one: whoever takes over after a crash waits until a
    ticket that was made can be found, and looks for it. Where our credentials or rights are not accepted the effect
    waits, and says so.
    """

    def __init__(self, kit: Kit, system: TicketSystem, keeper: LeaseKeeper) -> None:
        self._kit = kit
        self._system = system
        self._keeper = keeper
        self.name = system.name
        self._deeds: Mapping[EffectKind, Deed] = {
            EffectKind.TICKET_OPEN: self._open,
            EffectKind.TICKET_LINK: self._link,
            EffectKind.TICKET_COMMENT: self._comment,
            EffectKind.TICKET_MOVE: self._move,
            EffectKind.TICKET_ASSIGN: self._assign,
        }
        self.can = frozenset(self._deeds)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Carry out one effect. Raises ``SourceError`` where trying again later may help."""
        place = next((one for one in self._kit.policy_of().tickets if one.name == self.name), None)
        if place is None:
            return _failed(f"the config has no [[tickets]] called {self.name} any more")
        if not entry.attempts:
            again = now + timedelta(seconds=LISTED_AFTER)
            await self._kit.worker.run(self._kit.store.postpone, entry.id, again, self._keeper.current())
        try:
            async with asyncio.timeout(self._kit.settings.act_deadline * 0.9):
                return await kept(self._deeds[entry.kind](entry, incident, place, people), self.name)
        except TimeoutError:
            raise SourceError("no answer in time", retry_after=LISTED_AFTER) from None
        except SourceError as error:
            if error.parked:
                await say_that_it_waits(self._kit, self._keeper, entry, error)
                raise _later(error, self._kit.settings.parked_retry) from None
            if not error.permanent and (error.status is None or error.status >= 500):
                raise _later(error, LISTED_AFTER) from None  # it may have been done all the same
            raise

    async def _open(self, entry: OutboxEntry, incident: Incident, place: Place, _people: People) -> Settled:
        draft = await self._draft(entry, incident, place)
        made = await self._system.find(draft)
        said = "made before" if made else "made"
        if made is None:
            made = await self._system.create(draft)
        return await self._linked(made, draft, said)

    async def _link(self, entry: OutboxEntry, incident: Incident, place: Place, _people: People) -> Settled:
        found = await self._system.look(entry.handle)
        if found is None:
            return _failed(f"{entry.handle} is not there, or not ours to see")
        back = place.link_to(incident.id)
        told = f"This is incident {incident.id}: {incident.title}" + (f"\n{back}" if back else "")
        await self._system.comment(found.key, told, _mark(entry))
        return await self._linked(found, await self._draft(entry, incident, place), "linked")

    async def _comment(
        self, entry: OutboxEntry, _incident: Incident, _place: Place, _people: People
    ) -> Settled:
        await self._system.comment(entry.handle, entry.text, _mark(entry))
        return Settled(EffectState.DONE, f"{entry.handle} commented on", entry.handle)

    async def _move(self, entry: OutboxEntry, _incident: Incident, _place: Place, _people: People) -> Settled:
        moved = await self._system.move(entry.handle, entry.text)
        return Settled(EffectState.DONE, f"{moved.key} is {moved.state}", moved.key, ticket=self._fact(moved))

    async def _assign(
        self, entry: OutboxEntry, _incident: Incident, _place: Place, people: People
    ) -> Settled:
        person = people.get(entry.text, Person(entry.text, entry.text))
        given = await self._system.assign(entry.handle, person)
        said = f"{given.key} is {given.assignee or person.name}'s"
        return Settled(EffectState.DONE, said, given.key, ticket=self._fact(given))

    async def _linked(self, found: Found, draft: Draft, said: str) -> Settled:
        lacks = [*found.lacks, await self._system.point_back(found.key, draft)]
        text = "; ".join(filter(None, (f"{found.key} {said}", *lacks)))
        return Settled(EffectState.DONE, text, found.key, ticket=self._fact(found))

    async def _draft(self, entry: OutboxEntry, incident: Incident, place: Place) -> Draft:
        """Return what the ticket says, with what whoever asked for it wrote."""
        log = await self._kit.worker.run(self._kit.store.log, incident.id)
        bodies = [event.body for event in log]
        wrote = [
            one for one in bodies if isinstance(one, TicketAsked) and one.outlet == self.name and not one.key
        ]
        asked_at = next(
            (one.asked_at for one in incident.effects if one.id == entry.id), incident.reported_at
        )
        actual, ideal = (wrote[-1].actual, wrote[-1].ideal) if wrote else ("", "")
        policy = self._kit.policy_of()
        return draft_of(incident, log, policy, place, asked_at, actual=actual, ideal=ideal)

    def _fact(self, found: Found) -> TicketLinked:
        return TicketLinked(self.name, found.key, found.url, found.title, found.assignee, found.state)


def _mark(entry: OutboxEntry) -> str:
    """Return what a comment is found by again."""
    return f"{entry.incident} {sha256(entry.id.encode()).hexdigest()[:10]}"


def _later(error: SourceError, seconds: float) -> SourceError:
    """Return the error of a try that is made again, so many seconds later at the earliest."""
    wait = max(seconds, error.retry_after or 0.0)
    return SourceError(error.message, hint=error.hint, retry_after=wait, status=error.status)


def _failed(text: str) -> Settled:
    return Settled(EffectState.FAILED, text)
