"""One Alertmanager, or a cluster of them, as a source."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from console.clock import Clock
from console.domain.alert import Poll
from console.domain.incident import Incident
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.alertmanager.options import SilencingOptions
from console.sources.alertmanager.peers import Peer, forgetful
from console.sources.alertmanager.reader import Reader, silence_ids
from console.sources.alertmanager.silencer import Silencer
from console.sources.base.acting import concluded
from console.sources.base.cluster import ask_all, on_first, outcome
from console.sources.base.source import BaseSource
from console.web.answers import decode
from console.web.http import HttpClient

ALERTS = "/api/v2/alerts"
SILENCES = "/api/v2/silences"


class Source(BaseSource):
    """Fetches what fires; silences where the options allow it. Nothing is sent before the first call."""

    kind = "alertmanager"
    reader: type[Reader] = Reader

    def __init__(self, name: str, options: SilencingOptions, clock: Clock) -> None:
        super().__init__(name, options)
        self.clients = tuple(HttpClient(url, options, clock) for url in options.servers)
        self._options = options
        self._clock = clock
        self._peers = tuple(Peer(client) for client in self.clients)
        self._reader = self.reader(name, options)
        self._silencer = Silencer(name, options, self._reader)
        self._params = _params(options)
        self._digest: tuple[object, ...] = ()
        self._poll: Poll | None = None
        self._held_back = False

    async def fetch(self) -> Poll:
        """Return what fires now. One poll at a time. Raises ``SourceError``."""
        answers = await ask_all(self.clients, ALERTS, self._params)
        digest = answers.digest()
        if self._poll is not None and digest == self._digest:
            return self._poll  # not one byte differs, and nothing in it depends on anything else
        payloads = answers.decode(lambda server, body: _records(body, self.clients[server].place))
        problems = [*self._options.warnings, *(error.message for error in answers.errors)]
        peers = tuple(self._peers[server] for server in payloads)
        silences = await self._silences(peers, payloads.values(), problems)
        await asyncio.sleep(0)  # others have their turn between two things that take long
        before = self._reader.fingerprints()
        read = self._reader.read(payloads.values(), silences)
        doubt = await self._doubt(peers, gone=not before <= self._reader.fingerprints())
        if doubt:
            problems.append(doubt)
        poll = replace(read, complete=read.complete and not doubt, problems=(*problems, *read.problems))
        muted = any(alert.muted_by for alert in poll.alerts)
        self._digest, self._poll = digest, None if muted or doubt else poll
        return poll

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - the owner's id will do
    ) -> Settled:  # fmt: skip
        """Make or end a silence; see ``Silencer``. Raises ``SourceError`` where trying again may help."""
        return await concluded(
            on_first(self.clients, lambda client: self._silencer.act(client, entry, incident, now))
        )

    async def prove(self) -> Proof:
        """Ask for alerts and silences. Raises ``SourceError``.

        An Alertmanager knows no users; whether a proxy in front lets us make silences shows only by making one.
        """
        await ask_all(self.clients, ALERTS, self._params)
        if not self._options.silences:
            return Proof(self._options.username or "")
        await on_first(self.clients, lambda client: client.get_json(SILENCES))
        return Proof(self._options.username or "", unproven=("making a silence",))

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        await asyncio.gather(*(client.close() for client in self.clients))

    async def _silences(self, peers: Sequence[Peer], payloads: Iterable[Any], problems: list[str]) -> Any:
        """Fetch the silences, but only where one is in force; without them it is unknown until when."""
        if not silence_ids(payloads):
            return []
        clients = [peer.client for peer in peers]
        answer = await outcome(on_first, clients, lambda client: client.get_json(SILENCES))
        if isinstance(answer, SourceError):
            problems.append(f"silences are not known: {answer.message}")
            return []
        return answer

    async def _doubt(self, peers: Sequence[Peer], *, gone: bool) -> str:
        """Return why absent alerts do not count as cleared, if there is a reason."""
        if not gone and not self._held_back and all(peer.met for peer in peers):
            return ""
        reason = await forgetful(peers, self._clock.now(), self._options.settle)
        self._held_back = bool(reason)
        return reason


def _params(options: SilencingOptions) -> tuple[tuple[str, str], ...]:
    """Ask for silenced alerts too: somebody may have silenced what is our incident."""
    fixed = (("active", "true"), ("silenced", "true"), ("inhibited", "false"), ("unprocessed", "true"))
    receiver = (("receiver", options.receiver),) if options.receiver else ()
    return (*fixed, *(("filter", matcher) for matcher in options.filter), *receiver)


def _records(body: bytes, place: str) -> list[Any]:
    payload = decode(body, place)
    if not isinstance(payload, list):
        raise SourceError(
            f"{place} answers with JSON that is no list of alerts",
            hint="is it an Alertmanager, version 0.16 or later?",
        )
    return payload
