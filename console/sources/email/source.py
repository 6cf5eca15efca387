"""A mailbox as a source: threads in a folder are incidents."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each
from console.sources.base.source import BaseSource
from console.sources.base.vanished import Keeping, Vanished
from console.sources.email.line import Line
from console.sources.email.mailbox import CAP, Listing, Mailbox, Moved
from console.sources.email.options import Options
from console.sources.email.reader import ThreadReader
from console.sources.email.rights import missing_rights

_BATCH = 50
"""Messages that are read in one go: at most 1.6 MB."""


class Source(Keeping, BaseSource):
    """Finds threads, and stars and moves them. Nothing is sent before the first call."""

    kind = "email"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, options)
        self._options = options
        self._clock = clock
        self._line = Line(options)
        self._reader = ThreadReader(name, options)
        self._vanished = Vanished(self._look)
        self._validity = ""
        self._heads: dict[int, str] = {}
        self._listed: frozenset[int] = frozenset()

    async def fetch(self) -> Poll:
        """Return what is in the folder. Raises ``SourceError``."""
        since = self._clock.now().date() - timedelta(days=self._options.days)
        listing = await self._line.ask(lambda mailbox: mailbox.listing(since))
        await self._read_heads(listing)
        # In a thread: five hundred new messages take half a second.
        poll = await asyncio.to_thread(self._reader.read, self._payload(listing))
        self._listed = listing.uids
        missing = _beyond(listing)
        problems = (*self._options.warnings, *poll.problems, *missing)
        whole = poll.complete and not missing
        return await self._vanished.settle(replace(poll, complete=whole, problems=problems))

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - a mailbox knows neither
    ) -> Settled:  # fmt: skip
        """Carry out one effect on every thread of ours. Raises ``SourceError`` where trying again may help."""
        if entry.kind not in self.can:
            return failed(self._options.ability.words(entry.kind) or f"cannot {entry.kind.value}")
        return await on_each(incident, self.name, partial(self._act, entry.kind))

    async def prove(self) -> Proof:
        """Log in and look at what we may do in our folders; nothing is changed. Raises ``SourceError``."""
        missing, unproven = await self._line.ask(partial(missing_rights, options=self._options))
        return Proof(f"{self._options.username} at {self._options.host}", missing, unproven)

    async def close(self) -> None:
        """Take leave of the server; safe to call twice."""
        await self._line.close()

    async def _read_heads(self, listing: Listing) -> None:
        """Read what is new. A folder that was made anew has new UIDs for everything (RFC 3501, 2.3.1.1)."""
        if listing.validity != self._validity:
            self._validity, self._heads = listing.validity, {}
        self._heads = {uid: head for uid, head in self._heads.items() if uid in listing.newest}
        new = [uid for uid in listing.newest if uid not in self._heads]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            self._heads |= await self._line.ask(partial(Mailbox.heads, validity=listing.validity, uids=batch))

    def _payload(self, listing: Listing) -> dict[str, Any]:
        """Return what the reader takes. What was removed while we read is left out: the look-up tells of it."""
        return {
            "validity": listing.validity,
            "messages": [
                {"uid": uid, "flags": list(one.flags), "received": one.received, "source": self._heads[uid]}
                for uid, one in listing.newest.items()
                if uid in self._heads
            ],
        }

    async def _look(self, alert: Alert) -> Alert | Ended:
        """Return what became of a thread that is no longer listed."""
        return await self._line.ask(partial(self._looked, alert=alert))

    def _looked(self, mailbox: Mailbox, alert: Alert) -> Alert | Ended:
        thread, folder, done = alert.ref.fingerprint, self._options.folder, self._options.done
        there = mailbox.find(thread, mailbox.look_into(folder)).keys() - self._reader.left_out
        if there & self._listed:
            return alert  # beyond the newest, or it has come back
        if there:
            return Ended(alert.ref, Ending.MOVED, text=f"older than {self._options.days} days")
        if done is not None and mailbox.find_in(done, thread):
            return Ended(alert.ref, Ending.RESOLVED, text=f"moved to {done}")
        return Ended(alert.ref, Ending.GONE, text=f"moved out of {folder}, or deleted")

    async def _act(self, kind: EffectKind, alert: Alert) -> Settled:
        thread = alert.ref.fingerprint
        what = alert.upstream.reference if alert.upstream is not None else "the mail"
        if kind in {EffectKind.ACK, EffectKind.UNACK}:
            return await self._star(thread, what, on=kind is EffectKind.ACK)
        return await self._move(thread, what, back=kind is EffectKind.REOPEN)

    async def _star(self, thread: str, what: str, *, on: bool) -> Settled:
        if not await self._line.ask(lambda mailbox: mailbox.star(thread, on=on)):
            return failed(f"{what} is no longer in {self._options.folder}: it was moved or deleted")
        return done(f"put a star on {what}" if on else f"took the star from {what}")

    async def _move(self, thread: str, what: str, *, back: bool) -> Settled:
        folder, put_away = self._options.folder, self._options.done
        if put_away is None:
            return failed("the config names no folder for what is resolved (done)")
        origin, target = (put_away, folder) if back else (folder, put_away)
        moved = await self._line.ask(lambda mailbox: mailbox.move(thread, origin, target))
        if moved is Moved.MOVED:
            return done(f"moved {what} to {target}")
        if moved is Moved.THERE:
            return done(f"{what} is in {target}")
        if back:
            return failed(f"{what} is neither in {origin} nor in {target}: it was moved or deleted")
        return done(f"{what} is no longer in {origin}")


def _beyond(listing: Listing) -> tuple[str, ...]:
    """Return a sentence about the messages that are not read, if there are any."""
    if not listing.beyond:
        return ()
    return (
        f"{listing.beyond} older than the newest {CAP} messages are not shown: make days shorter, or say subject or to",
    )
