"""An organization at Sentry as a source."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.clock import Clock
from console.domain.alert import Alert, Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import concluded
from console.sources.base.reading.records import Reading, Record
from console.sources.base.source import HttpSource, email_of, firing_at, kept_at
from console.sources.sentry.options import Options
from console.sources.sentry.pages import every_page
from console.sources.sentry.reader import reader
from console.web.credentials import Headers
from console.web.http import HttpClient

_PER_PAGE = 100
_MOST_PAGES = 200
_AT_ONCE = 100  # issues changed by one request
_EVERY_PROJECT = ("project", "-1")  # without it only the token owner's own projects are listed
_READING = ("event:read", "event:write", "event:admin")
_WRITING = ("event:write", "event:admin")


class Source(HttpSource):
    """Fetches unresolved issues; resolves, archives and assigns them where the options allow it."""

    kind = "sentry"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        super().__init__(
            name, options, clock, HttpClient(options.url, options, clock, credentials=credentials)
        )
        self._options = options
        self._reader = reader(name, options)

    async def fetch(self) -> Poll:
        """Return the issues that are open, archived ones as muted. Raises ``SourceError``."""
        reading = self._reader.reading()
        cut = await self._read("is:unresolved", reading)
        if self._options.archived:
            cut = await self._read_archived(reading) or cut
        poll = reading.poll()
        problems = list(self._options.warnings)
        if cut:
            problems.append(
                f"Sentry has more than the {_MOST_PAGES * _PER_PAGE} issues that are read: "
                "narrow projects, query or stats_period"
            )
        return replace(poll, complete=poll.complete and not cut, problems=(*problems, *poll.problems))

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Change the incident's issues; doing it again changes nothing. Raises ``SourceError``."""
        return await concluded(self._act(entry, incident, now, people))

    async def prove(self) -> Proof:
        """Ask who we are and for one issue. Raises ``SourceError`` where the token is no good.

        ``GET /api/0/`` names the token's scopes (getsentry/sentry, api/endpoints/index.py); it is not in
        the published reference, so that without it they count as unproven.
        """
        about = await self.client.ask("GET", "/api/0/", accept={403, 404})
        known = Record(_table(about.json() if about.status == 200 else None))
        scopes = known.texts("auth.scopes")
        tried = await self.client.ask(
            "GET", self._options.issues, self._params("is:unresolved", 1), accept={403}
        )
        missing, unproven = [], []
        if tried.status == 403 or (scopes and not set(_READING) & set(scopes)):
            missing.append("event:read: needed to see issues")
        if self.can:
            if scopes and not set(_WRITING) & set(scopes):
                missing.append("event:write: needed to resolve, archive and assign issues")
            elif not scopes:
                unproven.append("event:write: needed to resolve, archive and assign issues")
        who = (
            known.text("user.email", 100) or known.text("user.name", 100) or known.text("user.username", 100)
        )
        return Proof(identity=who, missing=tuple(missing), unproven=tuple(unproven))

    async def _act(self, entry: OutboxEntry, incident: Incident, now: datetime, people: People) -> Settled:
        firing = _ids(firing_at(incident, self.name))
        made = entry.handle.split() or _ids(kept_at(incident, self.name))
        match entry.kind:
            case EffectKind.RESOLVE:
                settled = await self._change(firing, {"status": "resolved"}, "resolved")
            case EffectKind.REOPEN:
                settled = await self._change(made, {"status": "unresolved"}, "reopened")
            case EffectKind.SNOOZE:
                settled = await self._snooze(entry, firing, now)
            case EffectKind.WAKE:
                settled = await self._wake(made)
            case EffectKind.ASSIGN:
                settled = await self._assign(firing, entry.text, email_of(people, entry.text))
            case _:
                settled = Settled(EffectState.FAILED, f"{self.name} knows no {entry.kind.value}")
        return settled

    async def _snooze(self, entry: OutboxEntry, ids: Sequence[str], now: datetime) -> Settled:
        if entry.until is None or entry.until <= now:
            return Settled(EffectState.DONE, "nothing to archive: the time is over")
        minutes = math.ceil((entry.until - now).total_seconds() / 60)
        change = {"status": "ignored", "statusDetails": {"ignoreDuration": minutes}}
        at = entry.until.strftime("%H:%MZ" if entry.until.date() == now.date() else "%d %b %H:%MZ")
        settled = await self._change(ids, change, f"archived until {at}")
        return replace(settled, until=entry.until) if settled.handle else settled

    async def _wake(self, ids: Sequence[str]) -> Settled:
        """Open what is still archived; what was resolved or opened meanwhile stays as it is."""
        archived = [one for one in ids if await self._is_archived(one)]
        if not archived:
            return Settled(EffectState.DONE, "no longer archived")
        return await self._change(archived, {"status": "unresolved"}, "taken out of the archive")

    async def _assign(self, ids: Sequence[str], person: str, email: str) -> Settled:
        if not email:
            words = f"not assigned: {person or 'nobody'} has no email address in the config"
            return Settled(EffectState.FAILED, words)
        return await self._change(ids, {"assignedTo": email}, f"assigned to {email}")

    async def _change(self, ids: Sequence[str], change: Mapping[str, Any], words: str) -> Settled:
        """Change issues. Never without ids: Sentry then takes *all* of the organization to be meant."""
        if not ids:
            return Settled(EffectState.DONE, "nothing to do: its issues are no longer open")
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            params = [*(("id", one) for one in some), _EVERY_PROJECT]
            answer = await self.client.ask("PUT", self._options.issues, params, change)
            if answer.status == 204:  # what it says where it found none of them
                return Settled(EffectState.FAILED, "Sentry no longer has these issues, or hides them from us")
        count = "" if len(ids) == 1 else f" ({len(ids)} issues)"
        return Settled(EffectState.DONE, words + count, handle=" ".join(ids))

    async def _is_archived(self, issue: str) -> bool:
        answer = await self.client.ask("GET", f"{self._options.issues}{quote(issue, safe='')}/", accept={404})
        return answer.status != 404 and Record(_table(answer.json())).text("status") == "ignored"

    async def _read_archived(self, reading: Reading) -> bool:
        """Read the issues archived until something happens; those archived for good are nobody's alert."""
        try:
            return await self._read("is:archived_until_condition_met", reading)
        except SourceError as error:
            if error.status == 400:
                raise SourceError(
                    f"{self.client.place} cannot list archived issues ({error.message})",
                    hint="is it a Sentry of your own before 23.8? set archived = false",
                    permanent=True,
                    status=400,
                ) from None
            raise

    async def _read(self, state: str, reading: Reading) -> bool:
        """Read the issues in a state; return whether there are more of them than we read."""
        params = self._params(state, _PER_PAGE)
        return await every_page(self.client, self._options.issues, params, _MOST_PAGES, reading.take)

    def _params(self, state: str, limit: int) -> list[tuple[str, str]]:
        options = self._options
        projects = f"project:[{','.join(options.projects)}]" if len(options.projects) > 1 else ""
        if len(options.projects) == 1:
            projects = f"project:{options.projects[0]}"
        words = (state, projects, options.query or "")
        return [
            ("query", " ".join(word for word in words if word)),
            ("statsPeriod", options.stats_period),
            ("sort", "new"),  # by first event: what gets another event while we read does not move
            ("limit", str(limit)),
            _EVERY_PROJECT,
            *(("environment", one) for one in options.environments),
        ]


def _ids(alerts: Sequence[Alert]) -> list[str]:
    return [alert.ref.fingerprint for alert in alerts]


def _table(value: object) -> object:
    return value if isinstance(value, dict) else {}
