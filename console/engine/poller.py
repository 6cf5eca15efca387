"""One source, polled for ever: at its interval, more rarely while it fails, never in the way of the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from console.desk.waking import set_within
from console.domain.alert import AlertRef, Poll
from console.domain.health import SourceHealth
from console.domain.watchdogs import watched
from console.engine.blindness import blind_text, late_alerts, sight_text
from console.engine.kit import Kit
from console.engine.pace import pause
from console.engine.promise import kept
from console.engine.tally import PollOutcome
from console.errors import FenceLost, OncallError, SourceError
from console.ports.sources import AlertSource

log = logging.getLogger(__name__)

Deliver = Callable[[Poll], Awaitable[None]]
Journal = Callable[[str, str, str], Awaitable[None]]  # kind, subject, text


class Poller:
    """Asks one source, keeps its health, and hands successful polls to ``deliver``.

    A failed poll is data: misses are counted, the last good answer stays what it was, nothing
    is cleared by it. ``changed`` is called when the health says something else than before
    (not at each success), ``journal`` when the source goes blind and when it sees again.
    """

    def __init__(
        self,
        source: AlertSource,
        kit: Kit,
        *,
        deliver: Deliver,
        journal: Journal,
        changed: Callable[[], None],
    ) -> None:
        self._source = source
        self._settings = kit.settings
        self._now = kit.now
        self._ticks = kit.ticks
        self._tally = kit.tally
        self._rng = kit.rng
        self._policy_of = kit.policy_of
        self._deliver = deliver
        self._journal = journal
        self._changed = changed
        self._seen: frozenset[AlertRef] | None = None
        self._told_to_wait: float | None = None
        self._asked = asyncio.Event()
        self._blind = False  # the journal says so
        self.health = SourceHealth(source.name, source.kind, source.interval)

    def go_on_from(self, before: SourceHealth) -> None:
        """Start from what the engine before us saw: it is still the last we know."""
        self.health = replace(before, kind=self._source.kind, interval=self._source.interval)
        self._blind = self._is_blind(before)

    def poll_soon(self) -> None:
        """Poll at once, unless the source itself told us to wait."""
        if self._told_to_wait is None:
            self._asked.set()

    async def run(self) -> None:
        """Poll until cancelled. Only the loss of the lease ends it otherwise."""
        while True:
            try:
                await self.poll_once()
            except FenceLost:
                raise
            except OncallError as error:  # the store's trouble, not the source's; the next poll tries again
                log.warning("what %s reported could not be saved: %s", self._source.name, error)
            except Exception as error:  # a bug of ours must not blind us to this source for good
                log.exception("handling the answer of %s failed", self._source.name)
                self._not_handled(error)
            await self._pause(self.delay())

    async def poll_once(self) -> Poll | None:
        """Ask once; return what fires, or None where the source failed (``health`` says how)."""
        self._told_to_wait = None
        began, asked = self._now(), self._ticks()
        deadline = max(self._settings.poll_deadline, self._source.deadline)
        outcome = PollOutcome.FAILED
        try:
            async with asyncio.timeout(deadline):
                poll = await kept(self._source.fetch(), self._source.name)
        except TimeoutError:
            outcome = PollOutcome.TIMEOUT
            error = SourceError(f"no answer within {deadline:g} s", hint="it may be down or overloaded")
            await self._missed(began, error)
        except SourceError as error:
            await self._missed(began, error)
        else:
            outcome = PollOutcome.SUCCESS if poll.complete else PollOutcome.PARTIAL
            self._tally.polled(self._source.name, outcome, self._ticks() - asked)
            await self._succeeded(began, poll)
            return poll
        self._tally.polled(self._source.name, outcome, self._ticks() - asked)
        return None

    def delay(self) -> float:
        """Return how many seconds to wait before the next poll, see ``pause``."""
        return pause(self.health, self._settings, self._rng, self._told_to_wait)

    async def _succeeded(self, began: datetime, poll: Poll) -> None:
        before = self.health
        rule = self._policy_of().watchdogs.get(poll.source)
        seen = before.watchdogs
        if rule is not None:
            poll, seen = watched(poll, rule, seen, self._now())
        self.health = replace(
            before,
            last_success=self._now(),
            last_attempt=began,
            misses=0,
            error="",
            hint="",
            permanent=False,
            parked=False,
            complete=poll.complete,
            watchdogs=seen,
            alerts=len(poll.alerts),
            problems=poll.problems,
        )
        if _words(before) != _words(self.health) or before.last_success is None:
            self._changed()
        if before.misses:
            told = {"event": "source_recovered", "source": self._source.name, "misses": before.misses}
            log.info("%s answers again", self._source.name, extra=told)
        if self._blind:
            self._blind = False
            late = late_alerts(poll, self._seen, before.last_success)
            await self._journal("source_back", self._source.name, sight_text(before, self._now(), late))
        self._seen = frozenset(alert.ref for alert in poll.alerts)
        await self._deliver(poll)

    async def _missed(self, began: datetime, error: SourceError) -> None:
        before = self.health
        self._told_to_wait = error.retry_after
        self.health = replace(
            before,
            last_attempt=began,
            misses=before.misses + 1,
            error=error.message,
            hint=error.hint,
            permanent=error.permanent,
            parked=error.parked,
        )
        told = {"event": "source_failed", "source": self._source.name, "misses": self.health.misses}
        log.warning(
            "poll of %s failed (%d in a row): %s", self._source.name, self.health.misses, error, extra=told
        )
        self._changed()
        if not self._blind and self._is_blind(self.health):
            self._blind = True
            await self._journal("source_blind", self._source.name, blind_text(self.health))

    def _is_blind(self, health: SourceHealth) -> bool:
        """Return whether the journal is told; a source that is parked will not be asked soon."""
        return health.misses >= self._settings.blind_after or health.parked

    def _not_handled(self, error: Exception) -> None:
        """Say that the source answered and that we made nothing of it: no miss of its, but not live either."""
        problem = f"its answer could not be handled ({type(error).__name__}, a bug of ours; see the log)"
        self.health = replace(self.health, complete=False, problems=(problem,))
        self._changed()

    async def _pause(self, seconds: float) -> None:
        await set_within(self._asked, seconds)
        self._asked.clear()


def _words(health: SourceHealth) -> tuple[object, ...]:
    """Return what a screen says about a source, numbers that change with every poll left out."""
    said = (health.error, health.hint, health.permanent, health.parked, health.problems)
    return (health.misses, health.complete, *said)
