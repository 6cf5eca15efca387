"""Which reviews are owed, read from the store once in a while and a little at a time."""

from __future__ import annotations

from datetime import timedelta

from console.domain.notify.reviewing import due_reviews
from console.domain.notify.saying import Saying
from console.domain.policy import Policy
from console.domain.review.board import SINCE, ReviewBoard, owed
from console.domain.summary import Summary
from console.engine.kit import Kit

EVERY = 1800.0  # seconds between two looks; whole days are told of
AT_ONCE = timedelta(days=7)  # of incidents in one read: whoever acks meanwhile does not wait for three months


class OwedReviews:
    """Looks for them under a notifier."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._looked_at = float("-inf")

    async def due(self, policy: Policy) -> tuple[Saying, ...]:
        """Return what is to be told of them now; nothing between two looks. Raises ``StoreError``."""
        if self._kit.ticks() - self._looked_at < EVERY:
            return ()
        now = self._kit.now()
        found: dict[str, Summary] = {}
        start = now - SINCE
        while start <= now:
            rows = await self._kit.worker.run(
                self._kit.store.rows, start, start + AT_ONCE, deadline=self._kit.settings.ttl
            )
            theirs = {one.incident for one in owed(rows, policy)}
            found.update((row.id, row) for row in rows if row.id in theirs)
            start += AT_ONCE
        self._looked_at = self._kit.ticks()
        return tuple(due_reviews(ReviewBoard(now, owed(found.values(), policy), ()), policy, now))
