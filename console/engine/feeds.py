"""Changes of the world: asked for at each feed's interval, kept in the store where they are news."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.change import Change
from console.domain.health import SourceHealth
from console.domain.human import count
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.pace import pause
from console.engine.promise import kept
from console.errors import SourceError, StoreError
from console.ports.feeds import ChangeFeed, FeedPoll

FIRST = timedelta(hours=24)
"""How far back the first poll asks."""
OVERLAP = timedelta(hours=1)
"""How much of what was asked for already is asked for again: some changes are told late."""
FARTHEST = timedelta(days=7)
"""Further back than this nobody asks, however long a feed was not heard."""
AT_ONCE = 500  # changes in one write: an ack must not wait longer for it
MOST_TOLD = 10  # problems of one feed; they travel with every heartbeat

log = logging.getLogger(__name__)


class FeedWatch:
    """Asks one feed and keeps what is new. ``changed`` is called when its health says something else."""

    def __init__(self, feed: ChangeFeed, kit: Kit, keeper: LeaseKeeper, changed: Callable[[], None]) -> None:
        self._feed = feed
        self._kit = kit
        self._keeper = keeper
        self._changed = changed
        self._whole_at: datetime | None = None  # when it was last asked and all was told
        self._kept: frozenset[str] = frozenset()  # what the last poll told; the store has it
        self._told_to_wait: float | None = None
        self.health = SourceHealth(feed.name, feed.kind, feed.interval)

    def go_on_from(self, before: SourceHealth) -> None:
        """Start from what the engine before us saw, if it is a feed of the same kind."""
        if before.kind != self._feed.kind:
            return
        self.health = replace(before, interval=self._feed.interval)
        self._whole_at = before.last_success if before.complete else None

    async def run(self) -> None:
        """Poll until cancelled. Raises ``FenceLost``."""
        while True:
            await self.poll()
            await asyncio.sleep(pause(self.health, self._kit.settings, self._kit.rng, self._told_to_wait))

    async def poll(self) -> None:
        """Ask once; ``health`` says what came of it. Raises ``FenceLost``."""
        now, before = self._kit.now(), self.health
        self._told_to_wait = None
        try:
            poll = await self._asked(self._since(now))
            await self._keep(poll.changes)
        except SourceError as error:
            self._told_to_wait = error.retry_after
            self._missed(now, error.message, error.hint, permanent=error.permanent, parked=error.parked)
        except StoreError as error:
            self._missed(now, f"not saved: {error.message}", error.hint)
        else:
            self._whole_at = now if poll.complete else self._whole_at
            self._succeeded(now, poll)
        if _words(before) != _words(self.health) or before.last_success is None:
            self._changed()

    def _since(self, now: datetime) -> datetime:
        since = now - FIRST if self._whole_at is None else self._whole_at - OVERLAP
        return max(since, now - FARTHEST)

    async def _asked(self, since: datetime) -> FeedPoll:
        seconds = max(self._kit.settings.poll_deadline, self._feed.deadline)
        try:
            async with asyncio.timeout(seconds):
                return await kept(self._feed.fetch(since), self._feed.name)
        except TimeoutError:
            raise SourceError(
                f"no answer within {seconds:g} s", hint="it may be down or overloaded"
            ) from None

    async def _keep(self, changes: Sequence[Change]) -> None:
        """Give the store what it cannot have yet: a poll that tells nothing new writes nothing."""
        fresh = [one for one in changes if one.id not in self._kept]
        for start in range(0, len(fresh), AT_ONCE):
            self._keeper.current()
            some = fresh[start : start + AT_ONCE]
            added = await self._kit.worker.run(self._kit.store.add_changes, some)
            if added:
                told = {"event": "changes_kept", "feed": self._feed.name, "changes": len(added)}
                log.info("kept %s from %s", count(len(added), "change"), self._feed.name, extra=told)
        self._kept = frozenset(one.id for one in changes)

    def _succeeded(self, now: datetime, poll: FeedPoll) -> None:
        told = poll.problems
        if len(told) > MOST_TOLD:
            told = (*told[: MOST_TOLD - 1], f"and {len(told) - MOST_TOLD + 1} more")
        self.health = replace(
            SourceHealth(self._feed.name, self._feed.kind, self._feed.interval),
            last_success=now,
            last_attempt=now,
            complete=poll.complete,
            problems=told,
        )

    def _missed(
        self, now: datetime, error: str, hint: str, *, permanent: bool = False, parked: bool = False
    ) -> None:
        before = self.health
        self.health = replace(
            before,
            last_attempt=now,
            misses=before.misses + 1,
            error=error,
            hint=hint,
            permanent=permanent,
            parked=parked,
        )
        told = {"event": "feed_failed", "feed": self._feed.name, "misses": self.health.misses}
        log.info("feed %s failed: %s", self._feed.name, error, extra=told)


class Feeds:
    """All feeds of the config in one engine's time in office."""

    def __init__(
        self, feeds: Sequence[ChangeFeed], kit: Kit, keeper: LeaseKeeper, changed: Callable[[], None]
    ) -> None:
        self.watches = tuple(FeedWatch(feed, kit, keeper, changed) for feed in feeds)

    def healths(self) -> tuple[SourceHealth, ...]:
        """Return their health, in config order."""
        return tuple(watch.health for watch in self.watches)

    def go_on_from(self, previous: Sequence[SourceHealth]) -> None:
        """Learn what the engine before us knew."""
        known = {health.name: health for health in previous}
        for watch in self.watches:
            if watch.health.name in known:
                watch.go_on_from(known[watch.health.name])


def _words(health: SourceHealth) -> SourceHealth:
    """Return what a screen says about a feed, times that change with every poll left out."""
    return replace(health, last_success=None, last_attempt=None)
