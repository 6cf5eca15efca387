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
from console.domain.vocabulary import EffectState
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Settled
from console.ports.store import OutboxEntry
from console.sources.alertmanager.options import Options
from console.sources.alertmanager.peers import Peer, ask_all, forgetful, on_first, outcome
from console.sources.alertmanager.reader import Reader, silence_ids
from console.sources.alertmanager.silencer import Silencer
from console.sources.base.http import HttpClient


class Source:
    """Fetches what fires; silences where the options allow it. Nothing is sent before the first call."""

    kind = "alertmanager"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self.interval = options.interval.total_seconds()
        self.deadline = options.deadline.total_seconds()
        self.can = frozenset(kind for kind, _ in options.ability.does)
        self._options = options
        self._clock = clock
        self._peers = tuple(Peer(HttpClient(url, options, clock)) for url in options.servers)
        self._reader = Reader(name, options)
        self._silencer = Silencer(name, options, self._reader)
        self._params = _params(options)
        self._digest: tuple[object, ...] = ()
        self._poll: Poll | None = None
        self._held_back = False

    async def fetch(self) -> Poll:
        """Return what fires now. One poll at a time. Raises ``SourceError``."""
        answers = await ask_all(self._peers, self._params)
        digest = answers.digest()
        if self._poll is not None and digest == self._digest:
            return self._poll  # not one byte differs, and nothing in it depends on anything else
        payloads = answers.decode()
        problems = [*self._options.warnings, *(error.message for error in answers.errors)]
        peers = tuple(payloads)
        silences = await self._silences(peers, payloads.values(), problems)
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
        try:
            return await on_first(
                self._peers, lambda client: self._silencer.act(client, entry, incident, now)
            )
        except SourceError as error:
            if error.permanent:
                return Settled(EffectState.FAILED, str(error))
            raise

    async def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        await asyncio.gather(*(peer.client.close() for peer in self._peers))

    async def _silences(self, peers: Sequence[Peer], payloads: Iterable[Any], problems: list[str]) -> Any:
        """Fetch the silences, but only where one is in force; without them it is unknown until when."""
        if not silence_ids(payloads):
            return []
        answer = await outcome(on_first, peers, lambda client: client.get_json("/api/v2/silences"))
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


def _params(options: Options) -> tuple[tuple[str, str], ...]:
    """Ask for silenced alerts too: somebody may have silenced what is our incident."""
    fixed = (("active", "true"), ("silenced", "true"), ("inhibited", "false"), ("unprocessed", "true"))
    receiver = (("receiver", options.receiver),) if options.receiver else ()
    return (*fixed, *(("filter", matcher) for matcher in options.filter), *receiver)
