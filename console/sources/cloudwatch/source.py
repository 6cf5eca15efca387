"""CloudWatch in some regions of some accounts, as one source."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from console.clock import Clock
from console.domain.alert import Poll
from console.domain.incident import Incident
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.holds import Holder, Words
from console.sources.base.source import BaseSource, firing_at
from console.sources.cloudwatch.keys import Keys
from console.sources.cloudwatch.mutes import Mutes, targets
from console.sources.cloudwatch.options import Options
from console.sources.cloudwatch.place import Listing, Place
from console.sources.cloudwatch.reader import reader

_AT_ONCE = 4  # places that are asked at the same time


class Source(BaseSource):
    """Fetches what fires in all places; mutes where the options allow it. Nothing is sent before the first call."""

    kind = "cloudwatch"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, options)
        self._options = options
        self._places = [
            Place(account, region, keys, options, clock)
            for account in options.whose
            for keys in [Keys(account, options.regions[0], options.sts_endpoint)]
            for region in options.regions
        ]
        self._reader = reader(name, options)
        self._limit = asyncio.Semaphore(_AT_ONCE)
        mutes = Mutes({(place.account.name, place.region): place for place in self._places})
        self._holder = Holder(name, mutes, Words("mute rule", "muted"), options.mute_for)

    async def fetch(self) -> Poll:
        """Return what fires now. A place that cannot be asked makes it incomplete. Raises ``SourceError``."""
        answers = await asyncio.gather(*map(self._ask, self._places))
        errors = [answer for answer in answers if isinstance(answer, SourceError)]
        if len(errors) == len(answers):
            raise _worst(errors)
        listings = [answer for answer in answers if isinstance(answer, Listing)]
        read = await self._reader.read_by_turns(alarm for listing in listings for alarm in listing.alarms)
        missing = [listing.missing for listing in listings if listing.missing]
        problems = [problem for listing in listings for problem in listing.problems]
        return replace(
            read,
            complete=read.complete and not errors and not missing,
            problems=(
                *self._options.warnings,
                *(error.message for error in errors),
                *missing,
                *problems,
                *read.problems,
            ),
        )

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - the owner's id will do
    ) -> Settled:  # fmt: skip
        """Make, prolong or end mute rules; see ``Holder``. Raises ``SourceError`` where trying again may help."""
        return await self._holder.act(entry, incident, targets(firing_at(incident, self.name)), now)

    async def prove(self) -> Proof:
        """Say as whom each account is asked, and which rights are missing there. Raises ``SourceError``."""
        firsts = {place.account.name: place for place in reversed(self._places)}.values()
        identities = await asyncio.gather(*(place.identity() for place in firsts))
        tried = await asyncio.gather(*(place.prove(mutes=bool(self.can)) for place in self._places))
        return Proof(
            identity=", ".join(dict.fromkeys(filter(None, reversed(identities)))),
            missing=tuple(line for proof in tried for line in proof.missing),
            unproven=tuple(dict.fromkeys(line for proof in tried for line in proof.unproven)),
        )

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        await asyncio.gather(*(place.close() for place in self._places))

    async def _ask(self, place: Place) -> Listing | SourceError:
        async with self._limit:
            try:
                return await place.listing()
            except SourceError as error:
                return error


def _worst(errors: Sequence[SourceError]) -> SourceError:
    """Return what all places failed with: parked only if waiting helps none of them."""
    return next((error for error in errors if not error.parked), errors[0])
