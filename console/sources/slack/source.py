"""Channels of a Slack workspace as a source: marked messages are incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record
from console.sources.base.source import HttpSource
from console.sources.base.vanished import Keeping, Vanished
from console.sources.slack.api import MOST, SlackApi, SlackError
from console.sources.slack.mrkdwn import escaped
from console.sources.slack.options import Options
from console.sources.slack.people import Directory
from console.sources.slack.reader import Place, ended, people_of, read, reader, row
from console.web.credentials import Headers
from console.web.gate import Pace
from console.web.http import HttpClient

_SCOPES: Mapping[str, tuple[EffectKind, ...]] = {
    "reactions:write": (EffectKind.ACK, EffectKind.RESOLVE),
    "chat:write": (EffectKind.NOTE,),
}
_HISTORY = frozenset({"channels:history", "groups:history"})
_NAMES = {"users:read": "to name people", "users:read.email": "to know people by their email address"}


class Source(Keeping, HttpSource):
    """Finds marked messages, and reacts to them. Nothing is sent before the first call."""

    kind = "slack"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        gap = options.gap.total_seconds()
        pace = Pace(gap=gap, patience=max(gap, Pace().patience)) if gap else None
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        client = HttpClient(options.url, options, clock, credentials=credentials, pace=pace)
        super().__init__(name, options, clock, client)
        self._options = options
        self._api = SlackApi(client)
        self._people = Directory(self._api, clock)
        self._reader = reader(name, options)
        self._vanished = Vanished(self._look)
        self._me = Record({})

    async def fetch(self) -> Poll:
        """Return the marked messages that are not resolved. Raises ``SourceError``."""
        me = await self._ourselves()
        problems = [*self._options.warnings]
        rows: list[dict[str, Any]] = []
        oldest = f"{self._begin().timestamp():.6f}"
        for channel in self._options.channels:
            found = await self._api.history(channel, oldest)
            if found.cut:
                problems.append(f"{channel}: messages before the newest {MOST} are not read: shorten window")
            rows += await self._rows(channel, found.messages, me)
        poll = await self._reader.read_by_turns(rows)
        whole = len(problems) == len(self._options.warnings)
        poll = replace(poll, complete=poll.complete and whole, problems=(*problems, *poll.problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - the app acts, whoever asked for it
    ) -> Settled:  # fmt: skip
        """Carry out one effect. Raises ``SourceError`` where trying again may help."""
        return await on_each(incident, self.name, partial(self._act, entry))

    async def prove(self) -> Proof:
        """Ask who we are, with which scopes, and try each channel. Raises ``SourceError``."""
        me, scopes = await self._api.whoami()
        missing = [] if scopes is None else list(self._lacking(scopes))
        for channel in self._options.channels:
            try:
                await self._api.peek(channel)
            except SlackError as error:
                if error.code not in {"not_in_channel", "channel_not_found", "missing_scope"}:
                    raise
                missing.append(f"{channel}: {error.message}: {error.hint}")
        unproven = ("scopes: Slack did not say which the token has",) if scopes is None else ()
        return Proof(f"{me.text('user')} in {me.text('team')}", tuple(missing), unproven)

    async def _act(self, entry: OutboxEntry, report: Alert) -> Settled:
        channel, _, sent = report.ref.fingerprint.partition("-")
        match entry.kind:
            case EffectKind.ACK:
                return await self._react(channel, sent, self._options.acked_by)
            case EffectKind.RESOLVE:
                return await self._react(channel, sent, self._options.resolved_by)
            case EffectKind.NOTE:
                return await self._note(entry, channel, sent)
            case _:
                return failed(f"Slack knows no {entry.kind.value}")

    async def _react(self, channel: str, sent: str, emoji: str) -> Settled:
        fresh = await self._api.react(channel, sent, emoji)
        return done(f":{emoji}: added" if fresh else f":{emoji}: was there already")

    async def _note(self, entry: OutboxEntry, channel: str, sent: str) -> Settled:
        if entry.attempts and any(entry.id in one for one in await self._api.replies(channel, sent)):
            return done("replied in the thread already")  # the answer to an earlier try got lost
        await self._api.reply(channel, sent, escaped(signed(entry)))
        return done("replied in the thread")

    async def _look(self, alert: Alert) -> Alert | Ended:
        """Return what became of a message that is no longer an incident in the window."""
        channel, _, sent = alert.ref.fingerprint.partition("-")
        message = await self._api.message(channel, sent)
        if message is None:
            return Ended(alert.ref, Ending.GONE, text="deleted in Slack")
        (known,) = await self._rows(channel, [message], await self._ourselves())
        found = read(alert.ref, Record(known), self._options)
        if found is not None and found.started_at is not None and found.started_at > self._begin():
            return found
        return ended(alert.ref, Record(known), self._options)

    async def _rows(self, channel: str, messages: list[Any], me: Record) -> list[dict[str, Any]]:
        """Return messages with what they do not say themselves."""
        about = [people_of(one, self._options) for one in messages]
        people = await self._people.named(id_ for each in about for id_ in each)
        place = Place(channel, me.text("user_id"), me.text("url"))
        return [row(place, one, ids, people) for one, ids in zip(messages, about, strict=True)]

    async def _ourselves(self) -> Record:
        if not self._me.raw:
            self._me, _ = await self._api.whoami()
        return self._me

    def _begin(self) -> datetime:
        # By the minute: Slack may then answer from a cache.
        return self.clock.now().replace(second=0, microsecond=0) - self._options.window

    def _lacking(self, scopes: frozenset[str]) -> list[str]:
        needed = {
            scope: sorted(kind.value for kind in self.can & set(kinds)) for scope, kinds in _SCOPES.items()
        }
        lines = [] if scopes & _HISTORY else [f"{' or '.join(sorted(_HISTORY))}: needed to read the channels"]
        lines += [
            f"{scope}: needed to {' and '.join(kinds)}"
            for scope, kinds in needed.items()
            if kinds and scope not in scopes
        ]
        return lines + [f"{scope}: needed {why}" for scope, why in _NAMES.items() if scope not in scopes]
