"""Actions in these products: accepted first (202), carried out later, and only their outcome counts.

An outcome is asked for in small steps for some seconds. It may be unknown at first (404). "Already
acknowledged" is as good as done.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from console.domain.alert import Alert
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import People, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each
from console.sources.base.operations.actions import Action
from console.sources.base.operations.api import Api
from console.sources.base.source import firing_at

WAITS = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0)
"""Seconds between looks at an outcome, 6 in all."""

_ONCE = frozenset({EffectKind.NOTE, EffectKind.ESCALATE})  # doing these again would show, or page again
_MOST_REQUESTS = 500


class Deeds:
    """Carries out effects on the alerts of one source. ``source`` is its name."""

    def __init__(self, source: str, product: str, api: Api) -> None:
        self._source = source
        self._product = product
        self._api = api
        self._requests: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def act(self, entry: OutboxEntry, incident: Incident, now: datetime, people: People) -> Settled:
        """Carry out one effect; again with the same entry changes nothing. Raises ``SourceError``."""
        if entry.kind is EffectKind.SNOOZE and (entry.until is None or entry.until <= now):
            return done("nothing to snooze: the time is over")
        try:
            action = await self._api.action(entry, people, now)
        except SourceError as error:
            if error.final:
                return failed(str(error))
            raise
        firing = {alert.ref for alert in firing_at(incident, self._source)}

        async def on_one(alert: Alert) -> Settled:
            # A closed alert takes notes, but no other action.
            if alert.ref not in firing and entry.kind is not EffectKind.NOTE:
                return done(f"{called(alert)} is closed in {self._product}")
            said = await self._on(alert, entry, action)
            return failed(said) if said else done(f"{action.words} {called(alert)}")

        settled = await on_each(incident, self._source, on_one)
        return replace(settled, until=entry.until) if entry.kind is EffectKind.SNOOZE else settled

    async def _on(self, alert: Alert, entry: OutboxEntry, action: Action) -> str:
        """Return why one alert was not acted on, empty if it was."""
        key = (entry.id, alert.ref.fingerprint)
        request: str | None = self._requests.get(key)
        if request is None:
            if await self._needless(alert, entry):
                return ""
            request = await self._api.act(alert.ref.fingerprint, action)
            if request is None:
                return f"{called(alert)} is no longer in {self._product}"
            self._remember(key, request)
        if not request:
            return ""
        try:
            return await self._outcome(alert, request)
        except SourceError:
            if entry.kind not in _ONCE:
                del self._requests[key]  # asking for it once more does no harm, and may help
            raise

    async def _outcome(self, alert: Alert, request: str) -> str:
        for wait in WAITS:
            said = await self._api.became(request)
            if said is not None:
                status = said.text("status", 200) or "it was not done"
                well = said.flag("isSuccess") or "already" in status.casefold()
                return "" if well else f"{called(alert)}: {status}"
            await asyncio.sleep(wait)
        raise SourceError(
            f"{self._product} has taken it but not carried it out within {sum(WAITS):.0f} s",
            hint="it is asked for again",
        )

    async def _needless(self, alert: Alert, entry: OutboxEntry) -> bool:
        """Return whether nothing is left to be done; asked only where doing it would do harm."""
        if entry.kind is EffectKind.WAKE:  # somebody may have acked it meanwhile, which ended the snooze
            there = await self._api.one(alert.ref.fingerprint)
            return there is None or not there.flag("snoozed")
        if entry.kind is EffectKind.NOTE and entry.attempts:  # the answer may have got lost
            return any(entry.id in note for note in await self._api.notes(alert.ref.fingerprint))
        return False

    def _remember(self, key: tuple[str, str], request: str) -> None:
        self._requests[key] = request
        while len(self._requests) > _MOST_REQUESTS:
            self._requests.popitem(last=False)


def called(alert: Alert) -> str:
    """Return what people there call an alert."""
    return (alert.upstream.reference if alert.upstream else "") or alert.name
