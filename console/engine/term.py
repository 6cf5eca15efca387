"""One engine's time in office: from taking the lease to losing it or giving it up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from console.desk.storetime import StoreTime
from console.domain.health import CalendarHealth, EngineReport, SourceHealth, SourceStatus, polled
from console.domain.human import length
from console.domain.incident import Incident
from console.domain.notify.channels import ChannelHealth
from console.engine.answers import AnswerWatch
from console.engine.board import Board
from console.engine.bookkeeper import Bookkeeper
from console.engine.calendars import Calendars
from console.engine.courier import Courier
from console.engine.escalator import Escalator
from console.engine.feeds import Feeds
from console.engine.grouper import Grouper
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.notifier import Notifier
from console.engine.outbox import Outbox
from console.engine.poller import Poller
from console.engine.publisher import Publisher
from console.engine.rosters import RosterWatch
from console.engine.settings import Identity
from console.engine.ticketer import Ticketer
from console.engine.updates import Updater
from console.engine.watcher import Watcher
from console.errors import StoreError
from console.ports.calendars import CalendarReader
from console.ports.channels import Answering, Channel
from console.ports.feeds import ChangeFeed
from console.ports.outlets import Outlet
from console.ports.sources import AlertSource, Remembering, RosterSource
from console.ports.store import JournalEntry
from console.ports.tickets import TicketSystem

UNWATCHED = timedelta(minutes=1)  # without an engine for longer than this, the journal says so

log = logging.getLogger(__name__)


class Term:
    """The parts of a working engine, made anew for each term: nothing is carried over but the store."""

    def __init__(  # noqa: PLR0913, PLR0917 - one argument a collaborator
        self,
        kit: Kit,
        sources: Sequence[AlertSource],
        identity: Identity,
        time: StoreTime,
        channels: Sequence[Channel] = (),
        calendars: Sequence[CalendarReader] = (),
        feeds: Sequence[ChangeFeed] = (),
        outlets: Sequence[Outlet] = (),
        tickets: Sequence[TicketSystem] = (),
    ) -> None:
        self._kit = kit
        self._sources = sources
        self.keeper = LeaseKeeper(
            kit, identity, self.healths, self.channel_healths, self.calendar_healths, self.feed_healths
        )
        self.calendars = Calendars(calendars, kit, self.keeper, self.keeper.poke)
        self.feeds = Feeds(feeds, kit, self.keeper, self.keeper.poke)
        self.escalator = Escalator(kit, self.dark)
        self.board = Board(kit, self.keeper, self._note)
        self.grouper = Grouper(kit, self.board)
        self.pollers = tuple(
            Poller(
                source,
                kit,
                deliver=self.grouper.digest,
                journal=self._journal,
                changed=self.keeper.poke,
            )
            for source in sources
        )
        by_name = {poller.health.name: poller for poller in self.pollers}
        self.outbox = Outbox(kit, self._asked(outlets, tickets), self.keeper, by_name)
        self.rosters = tuple(
            RosterWatch(source, poller, kit, self.keeper.poke)
            for source, poller in zip(sources, self.pollers, strict=True)
            if isinstance(source, RosterSource)
        )
        self.courier = Courier(kit, channels, self.keeper, self.board, self.keeper.poke)
        self.notifier = Notifier(
            kit, self.board, self.keeper, healths=self.healths, made=self.courier.look_soon
        )
        self.updater = Updater(kit, self.courier.lanes, self.courier.messages)
        self.bookkeeper = Bookkeeper(kit)
        self.answers = tuple(
            AnswerWatch(channel, kit, self.keeper, self.board)
            for channel in channels
            if isinstance(channel, Answering)
        )
        self.watcher = Watcher(
            kit,
            self.board,
            time,
            written=self.outbox.look_soon,
            poll_now=self._poll_now,
            replanned=self.escalator.look_soon,
        )

    def _asked(self, outlets: Sequence[Outlet], tickets: Sequence[TicketSystem]) -> dict[str, object]:
        """Return by their names who carries out effects."""
        asked: dict[str, object] = {source.name: source for source in self._sources}
        asked |= {outlet.name: Publisher(self._kit, outlet, self.keeper) for outlet in outlets}
        asked |= {system.name: Ticketer(self._kit, system, self.keeper) for system in tickets}
        return asked

    def healths(self) -> tuple[SourceHealth, ...]:
        """Return the sources' health, in config order."""
        return tuple(poller.health for poller in self.pollers)

    def dark(self) -> frozenset[str]:
        """Return the names of the sources that cannot be believed at this moment."""
        now = self._kit.now()
        return frozenset(one.name for one in self.healths() if polled(one, now) is not SourceStatus.LIVE)

    def channel_healths(self) -> tuple[ChannelHealth, ...]:
        """Return the channels' health, in config order."""
        return self.courier.healths()

    def calendar_healths(self) -> tuple[CalendarHealth, ...]:
        """Return the calendars' health, in config order."""
        return self.calendars.healths()

    def feed_healths(self) -> tuple[SourceHealth, ...]:
        """Return the feeds' health, in config order."""
        return self.feeds.healths()

    async def take_over(self, previous: EngineReport) -> None:
        """Learn all that the engine before us knew. Raises ``StoreError``."""
        known = {health.name: health for health in previous.sources}
        for poller in self.pollers:
            if poller.health.name in known:
                poller.go_on_from(known[poller.health.name])
        self.courier.go_on_from(previous.channels)
        await self.calendars.start(previous.calendars)
        self.feeds.go_on_from(previous.feeds)
        await self.watcher.start()
        await self.board.load()
        await self.notifier.start(self._journal)
        await self.courier.start()
        for source in self._sources:
            if isinstance(source, Remembering):
                source.remember(self.board.book.firing_alerts(source.name))

    async def work(self, previous: EngineReport) -> None:
        """Do everything an engine does, until cancelled; ends with ``FenceLost`` (in a group) with the lease."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.keeper.keep())
            await self.take_over(previous)
            await self._tell_gap(previous)
            for poller in self.pollers:
                group.create_task(poller.run())
            for roster in self.rosters:
                group.create_task(roster.run())
            for calendar in self.calendars.watches:
                group.create_task(calendar.run())
            for feed in self.feeds.watches:
                group.create_task(feed.run())
            group.create_task(self.escalator.run(self.board))
            group.create_task(self.outbox.run())
            group.create_task(self.notifier.run(self._journal))
            group.create_task(self.courier.run())
            group.create_task(self.updater.run())
            for answers in self.answers:
                group.create_task(answers.run())
            group.create_task(self.bookkeeper.run())
            group.create_task(self.watcher.run())

    def _note(self, incidents: Sequence[Incident]) -> None:
        self.escalator.note(incidents)
        self.notifier.note(incidents)
        self.updater.note(incidents)
        self.outbox.look_soon()

    def _poll_now(self) -> None:
        for poller in self.pollers:
            poller.poll_soon()

    async def _tell_gap(self, previous: EngineReport) -> None:
        """Say in the journal for how long nobody was the engine."""
        now = self._kit.now()
        gap = now - previous.expires_at
        if gap > UNWATCHED:
            since = f"{previous.expires_at:%H:%M}–{now:%H:%M} UTC ({length(gap)})"
            await self._journal("engine_gap", "engine", f"nothing was polled or escalated {since}")

    async def _journal(self, kind: str, subject: str, text: str) -> None:
        """Write into the journal; what cannot be written there stands in the log at least."""
        log.info("journal: %s", text)
        try:
            self.keeper.current()
            entry = JournalEntry(self._kit.now(), kind, subject, text)
            await self._kit.worker.run(self._kit.store.journal, entry)
        except StoreError as error:
            log.warning("the journal could not be written: %s", error)
