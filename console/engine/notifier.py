"""What happened becomes notifications: each event once, each deadline once, whichever engine sees it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from console.desk.waking import set_within
from console.domain.events import Event, PrioritySet, SeverityRaised
from console.domain.health import SourceHealth
from console.domain.incident import Incident
from console.domain.notify.bare import bare
from console.domain.notify.handing import handed, withdrawn
from console.domain.notify.notification import Delivery, Notification
from console.domain.notify.plan import LATE, is_told, plan
from console.domain.notify.raised import raised
from console.domain.notify.saying import Saying, notifications
from console.domain.notify.shifts import coming, moved
from console.domain.notify.sources import is_blind, sees_again, went_blind
from console.domain.notify.timed import Moment, moments, tell, worth_telling
from console.domain.team.facts import CoverMade, Fact, LeaveTaken
from console.domain.team.fold import fold
from console.domain.team.state import NO_TEAM_STATE
from console.engine.board import Board
from console.engine.kit import Kit, Result
from console.engine.lease import LeaseKeeper
from console.engine.owedreviews import OwedReviews
from console.errors import OncallError, StoreError

CHUNK = 500  # events a transaction
LONGEST_PAUSE = 5.0  # seconds; what is not noted (the team's log, a source's health) is looked at by then
SHORTEST_PAUSE = 0.1
ROSTER_EVERY = 60.0  # seconds between two looks at hand-offs and gaps
MOST_TOLD = 100_000  # keys of moments kept in memory
AT_ONCE = 200  # incidents whose moments are worked out without letting anything else run

Journal = Callable[[str, str, str], Awaitable[None]]

log = logging.getLogger(__name__)


class Notifier:
    """Puts notifications into the store, under the lease; sending them is the courier's.

    The position up to which events have been told moves in the same transaction as what they made, and every
    notification has an id that follows from its fact alone: an engine that takes over tells nothing twice.
    """

    def __init__(
        self,
        kit: Kit,
        board: Board,
        keeper: LeaseKeeper,
        *,
        healths: Callable[[], tuple[SourceHealth, ...]],
        made: Callable[[], None],
    ) -> None:
        self._kit = kit
        self._board = board
        self._keeper = keeper
        self._healths = healths
        self._made = made
        self._policy = kit.policy_of()
        self._position: int | None = None
        self._since = kit.now() - LATE  # moments before it are history
        self._moments: dict[str, datetime] = {}
        self._told: set[str] = set()  # keys of this term, to ask the store once
        self._blind: dict[str, SourceHealth] = {}
        self._team = NO_TEAM_STATE
        self._plans: dict[str, CoverMade | LeaveTaken] = {}
        self._roster_at = float("-inf")
        self._reviews = OwedReviews(kit)
        self._wake = asyncio.Event()

    def note(self, incidents: Iterable[Incident]) -> None:
        """Work out when the clocks of these incidents next tell something."""
        for incident in incidents:
            self._note(incident)
        self._wake.set()

    async def start(self, journal: Journal) -> None:
        """Find where the engine before us stopped; the first one ever begins here and now. Raises ``StoreError``."""
        if not self._policy.channels:
            return
        self._position = await self._run(self._kit.store.notified_until)
        if self._position is None:
            self._position, self._since = self._board.position, self._kit.now()
            await self._save((), self._position)
            await journal(
                "notify_begun", "notifications", "notifications begin; what happened before is not told"
            )

    async def run(self, journal: Journal) -> None:
        """Tell what is new until cancelled or the lease is lost."""
        while True:
            self._wake.clear()
            try:
                await self._check_policy(journal)
                await self.look()
            except StoreError as error:
                log.debug("what happened cannot be told yet: %s", error)
            await self._pause()

    async def look(self) -> None:
        """Tell everything that is new by now. Raises ``StoreError``, ``FenceLost``."""
        if self._position is None:
            return
        told = (
            self._tell_events,
            self._tell_moments,
            self._tell_sources,
            self._tell_team,
            self._tell_reviews,
        )
        for tell_all in told:
            try:
                await tell_all()
            except OncallError:
                raise
            except Exception:  # a bug with one kind of news must not keep the pages from being told
                log.exception("not all that is new could be told", extra={"event": "notify_failed"})

    async def _tell_events(self) -> None:
        more = True
        while more and self._position is not None:
            page = await self._run(self._kit.store.events_after, self._position, CHUNK)
            if page.position != self._position:
                await self._hurry(page.events)
                await self._save(await self._plan(page.events), page.position)
                self._position = page.position
            more = page.more

    async def _hurry(self, events: Sequence[Event]) -> None:
        """Let go of what quiet hours hold back of incidents that have become urgent."""
        changes = [event for event in events if isinstance(event.body, PrioritySet | SeverityRaised)]
        now = self._kit.now()
        found: list[Notification] = []
        for incident in (await self._incidents(changes)).values():
            waiting = partial(self._kit.store.notifications, incident=incident.id, states=(Delivery.PENDING,))
            later = [raised(one, incident, self._policy, now) for one in await self._run(waiting)]
            found += [one for one in later if one is not None]
        if found:
            await self._run(self._kit.store.deliver, found, self._keeper.current())
            self._made()

    async def _plan(self, events: Sequence[Event]) -> list[Notification]:
        telling = [event for event in events if is_told(event)]
        incidents = await self._incidents(telling)
        now = self._kit.now()
        found: list[Notification] = []
        for event in telling:
            try:
                found += plan(event, incidents[event.incident], self._policy, now)
            except Exception:  # a bug with one event must not keep the others from being told
                told = {"event": "notify_failed", "incident": event.incident}
                log.exception("event %d of %s could not be told", event.n, event.incident, extra=told)
                found += self._bare(event, incidents.get(event.incident))
        return found

    def _bare(self, event: Event, incident: Incident | None) -> tuple[Notification, ...]:
        """Return the pages of an event that could not be worked out: a page in bare words is better than none."""
        try:
            return tuple(bare(event, incident, self._policy)) if incident is not None else ()
        except Exception:
            log.exception("event %d of %s is not told at all", event.n, event.incident)
            return ()

    async def _incidents(self, events: Sequence[Event]) -> dict[str, Incident]:
        """Return the incidents of events as they stand; the board's where it has them no older."""
        latest = {event.incident: event.n for event in events}
        known = {
            name: held
            for name, n in latest.items()
            if (held := self._board.incidents.get(name)) is not None and held.n >= n
        }
        missing = [name for name in latest if name not in known]
        if missing:
            known |= await self._run(self._kit.executor.load_many, missing)
        return known

    async def _tell_moments(self) -> None:
        now = self._kit.now()
        due = [name for name, at in self._moments.items() if at <= now]
        found: list[Notification] = []
        keys: list[str] = []
        for incident in [self._board.incidents[name] for name in due if name in self._board.incidents]:
            passed = [one for one in self._open_moments(incident) if one.at <= now]
            for moment in worth_telling(passed):
                found += tell(moment, incident, self._policy, now)
            keys += [moment.key for moment in passed]
        if found:
            await self._save(found)
        self._told.update(keys)
        if len(self._told) > MOST_TOLD:  # the store knows them, too
            self._told.clear()
            self._since = now - LATE
        for name in due:
            self._moments.pop(name, None)
            if name in self._board.incidents:
                self._note(self._board.incidents[name])

    async def _tell_sources(self) -> None:
        misses, now = self._kit.settings.blind_after, self._kit.now()
        told: list[Saying] = []
        blind = dict(self._blind)
        for health in self._healths():
            before = self._blind.get(health.name)
            if is_blind(health, misses):
                if before is None:
                    told.append(went_blind(health, self._policy, now))
                blind[health.name] = health
            elif before is not None and not health.misses:
                told.append(sees_again(before, self._policy, now))
                del blind[health.name]
        await self._say(told)
        self._blind = blind

    async def _tell_team(self) -> None:
        facts = await self._run(self._kit.store.facts, self._team.n)
        team = fold(facts, self._team)
        for fact in facts:
            if isinstance(fact.body, CoverMade | LeaveTaken):
                self._plans[fact.body.id] = fact.body
        now = self._kit.now()
        recent = [fact for fact in facts if now - fact.at <= LATE]
        told = [one for fact in recent for one in (*self._moved(fact), *handed(fact, team, self._policy))]
        told += withdrawn(facts, self._team, now - LATE, self._policy)
        new: dict[str, Saying] = {}
        if looks := self._kit.ticks() - self._roster_at >= ROSTER_EVERY:
            owners = [(one.team, one.owner) for one in self._board.incidents.values()]
            new = {_said_to(one): one for one in coming(self._policy, now, team, owners)}
            told += [one for key, one in new.items() if key not in self._told]
        await self._say(told)
        self._team = team
        self._told.update(new)
        if looks:
            self._roster_at = self._kit.ticks()

    async def _tell_reviews(self) -> None:
        await self._say(await self._reviews.due(self._policy))  # the store tells none twice

    def _moved(self, fact: Fact) -> tuple[Saying, ...]:
        return tuple(moved(fact, self._plans, self._policy))

    async def _say(self, sayings: Sequence[Saying]) -> None:
        if sayings:
            now = self._kit.now()
            await self._save([one for saying in sayings for one in notifications(saying, self._policy, now)])

    async def _save(self, found: Sequence[Notification], until: int | None = None) -> None:
        lease = self._keeper.current()
        new = await self._run(self._kit.store.notify, found, until, lease)
        if new:
            self._made()

    async def _check_policy(self, journal: Journal) -> None:
        """Take the rules as they are now; channels may be new, and every deadline may have moved."""
        policy = self._kit.policy_of()
        if policy is self._policy:
            return
        self._policy = policy
        if self._position is None:
            await self.start(journal)
        everything = tuple(self._board.incidents.values())
        for start in range(0, len(everything), AT_ONCE):
            self.note(everything[start : start + AT_ONCE])
            await asyncio.sleep(0)

    def _note(self, incident: Incident) -> None:
        """Remember the next moment of an incident that has not been told."""
        coming_up = self._open_moments(incident) if self._policy.channels else ()
        if coming_up:
            self._moments[incident.id] = coming_up[0].at
        else:
            self._moments.pop(incident.id, None)

    def _open_moments(self, incident: Incident) -> tuple[Moment, ...]:
        """Return the moments of an incident that are neither told nor history, soonest first."""
        found = moments(incident, self._policy)
        return tuple(one for one in found if one.at > self._since and one.key not in self._told)

    async def _run(self, fn: Callable[..., Result], *args: object) -> Result:
        return await self._kit.worker.run(fn, *args, deadline=self._kit.settings.ttl)

    async def _pause(self) -> None:
        """Wait for news or the next moment; never shorter than a moment, whatever is overdue."""
        await asyncio.sleep(SHORTEST_PAUSE)
        soonest = min(self._moments.values(), default=None)
        left = LONGEST_PAUSE if soonest is None else (soonest - self._kit.now()).total_seconds()
        await set_within(self._wake, min(max(left, 0.0), LONGEST_PAUSE))


def _said_to(saying: Saying) -> str:
    """Return what a term remembers it by: the fact and whom it concerns."""
    return f"{saying.key} {' '.join(saying.about.people)}"
