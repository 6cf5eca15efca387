"""A Jira as a source: issues found by JQL are incidents."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.source import HttpSource, kept_at
from console.sources.base.vanished import Keeping, Vanished
from console.sources.jira.actor import Actor
from console.sources.jira.api import MOST, JiraApi
from console.sources.jira.options import Options
from console.sources.jira.reader import ended, is_done, read, reader
from console.web.credentials import Basic, Credentials, Headers
from console.web.http import HttpClient

_RIGHTS: Mapping[str, tuple[str, AbstractSet[EffectKind]]] = {
    "BROWSE_PROJECTS": ("Browse Projects", frozenset()),
    "ASSIGN_ISSUES": ("Assign Issues", {EffectKind.ASSIGN}),
    "TRANSITION_ISSUES": ("Transition Issues", {EffectKind.RESOLVE}),
    "ADD_COMMENTS": ("Add Comments", {EffectKind.NOTE}),
}
"""Permissions by Jira's key: what Jira calls them, and what we do that needs them (nothing: reading)."""

_ACK_RIGHT = {"assign": "ASSIGN_ISSUES", "start": "TRANSITION_ISSUES"}


class Source(Keeping, HttpSource):
    """Finds issues, and acts on them. Nothing is sent before the first call."""

    kind = "jira"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        client = HttpClient(options.address, options, clock, credentials=_credentials(options))
        super().__init__(name, options, clock, client)
        self._options = options
        self._api = JiraApi(client, options)
        self._actor = Actor(name, options, self._api)
        self._reader = reader(name, options)
        self._vanished = Vanished(self._look)
        self._written: dict[int, datetime] = {}

    async def fetch(self) -> Poll:
        """Return the open issues. Raises ``SourceError``."""
        reading = self._reader.reading()
        missing = await self._api.search(self._just_written(), reading)
        poll = reading.poll()
        problems = [*self._options.warnings, *poll.problems]
        if missing:
            problems.append(f"about {missing} issues beyond the first {MOST} are not shown: narrow jql")
        poll = replace(poll, complete=poll.complete and not missing, problems=tuple(problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Carry out one effect on the issue. Raises ``SourceError`` where trying again may help."""
        settled = await self._actor.act(entry, incident, people)
        if settled.state is EffectState.DONE:
            for report in kept_at(incident, self.name):
                if report.ref.fingerprint.isdecimal():
                    self._written[int(report.ref.fingerprint)] = now
        return settled

    async def prove(self) -> Proof:
        """Ask who we are and what we may do. Raises ``SourceError``."""
        may = await self._api.permissions(list(_RIGHTS))
        me = await self._api.myself()
        missing = []
        for key, (name, kinds) in _RIGHTS.items():
            needed = kinds | ({EffectKind.ACK} if key == _ACK_RIGHT[self._options.ack] else set())
            purpose = sorted(kind.value for kind in needed & self.can)
            if (purpose or not kinds) and not may.flag(f"permissions.{key}.havePermission"):
                missing.append(f"{name}: needed to {' and '.join(purpose) or 'see issues'}")
        identity = me.text("emailAddress") or me.text("displayName") or me.text("name")
        return Proof(identity, tuple(missing))

    async def _look(self, alert: Alert) -> Alert | Ended:
        """Return what became of an issue that the search no longer finds."""
        issue = await self._api.issue(alert.ref.fingerprint, history=True)
        if issue is None:
            return Ended(alert.ref, Ending.GONE, text="deleted, or hidden from us")
        if not is_done(issue) and await self._api.matches(alert.ref.fingerprint):
            return read(alert.ref, issue, self._options) or ended(alert.ref, issue)
        return ended(alert.ref, issue)

    def _just_written(self) -> list[int]:
        """Return the issues that we changed in the last minutes; Jira's index is seconds behind."""
        now = self.clock.now()
        self._written = {
            issue: at for issue, at in self._written.items() if (now - at).total_seconds() < _INDEX_LAG
        }
        return list(self._written)


_INDEX_LAG = 120.0  # seconds


def _credentials(options: Options) -> Credentials:
    if options.username is not None:
        return Basic(options.username, options.token)
    return Headers({"Authorization": ("Bearer {}", options.token)})
