"""Delivery: what waits in the store goes out by its channel, at least once, each channel in a lane of its own."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from console.desk.waking import set_within
from console.domain.incident import Incident
from console.domain.notify.channels import ChannelHealth
from console.domain.notify.moot import missed
from console.domain.notify.notification import Delivery, Notification
from console.engine.board import Board
from console.engine.kit import Kit, Result
from console.engine.lane import Lane
from console.engine.lease import LeaseKeeper
from console.engine.messages import Messages
from console.errors import StoreError
from console.ports.channels import Channel

MOST = 1000  # of one channel at a time; what is beyond follows
COUNT_EVERY = 5.0  # seconds between two counts of what waits
MOST_ROUNDS = 20  # of "something else has fallen due" in one cycle
_WAITS = (Delivery.PENDING, Delivery.SENDING, Delivery.FAILED)

log = logging.getLogger(__name__)


class Courier:
    """Looks for due deliveries and hands them to the lanes; keeps the channels' health."""

    def __init__(
        self,
        kit: Kit,
        channels: Sequence[Channel],
        keeper: LeaseKeeper,
        board: Board,
        changed: Callable[[], None],
    ) -> None:
        self._kit = kit
        self._keeper = keeper
        self._board = board
        self._changed = changed
        self.messages = {one.name: Messages(one.name, kit, self._incident) for one in channels}
        self.lanes = {
            one.name: Lane(one, kit, keeper, self._incidents, self.messages[one.name]) for one in channels
        }
        self._running: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._counted_at = float("-inf")
        self._counts: dict[str, ChannelHealth] = {}

    def healths(self) -> tuple[ChannelHealth, ...]:
        """Return the channels' health for the heartbeat: in config order, then those gone that left dead letters."""
        lanes = tuple(
            replace(lane.health, waiting=told.waiting, dead=told.dead, stuck=told.stuck)
            for lane in self.lanes.values()
            for told in (self._counts.get(lane.channel.name, lane.health),)
        )
        return (*lanes, *(health for name, health in self._counts.items() if name not in self.lanes))

    def go_on_from(self, before: Sequence[ChannelHealth]) -> None:
        """Start from what the engine before us saw."""
        for health in before:
            if health.name in self.lanes:
                self._counts[health.name] = health
                self.lanes[health.name].health = replace(health, kind=self.lanes[health.name].channel.kind)

    def look_soon(self) -> None:
        """Look for due deliveries at once."""
        self._wake.set()

    async def start(self) -> None:
        """Take up what an engine before us had begun: nobody knows whether it arrived. Raises ``StoreError``."""
        states = (Delivery.SENDING,)
        begun = await self._run(lambda: self._kit.store.notifications(states=states, limit=MOST))
        now = self._kit.now()
        if begun:
            log.info("%d deliveries had begun when the engine before us ended; they go out again", len(begun))
            await self._save([replace(one, due_at=now) for one in begun])

    async def run(self) -> None:
        """Deliver until cancelled or the lease is lost."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await self._look(group)
                await set_within(self._wake, 1.0)

    async def work_off(self) -> None:
        """Deliver everything that is due; for one cycle."""
        for _ in range(MOST_ROUNDS):
            async with asyncio.TaskGroup() as group:
                started = await self._look(group)
            if not started:
                return

    async def _look(self, group: asyncio.TaskGroup) -> bool:
        """Start a lane for each channel that has something due; return whether there was any."""
        try:
            due = await self._due()
            await self._count()
        except StoreError as error:
            log.debug("deliveries cannot be read: %s", error)
            return False
        for name, theirs in due.items():
            self._running[name] = group.create_task(self._work_off(self.lanes[name], theirs))
        return bool(due)

    async def _work_off(self, lane: Lane, due: Sequence[Notification]) -> None:
        before = lane.health.error
        await lane.work_off(due)
        self._counted_at = float("-inf")
        if lane.health.error != before:
            self._changed()
        if not lane.rests and len(due) == MOST:
            self._wake.set()

    async def _due(self) -> dict[str, list[Notification]]:
        """Return what is due, by channels that have time; asked by channel only where one could hide the others."""
        found = await self._run(self._kit.store.deliveries, self._kit.now(), MOST)
        free = [name for name, lane in self.lanes.items() if not self._is_busy(name) and not lane.rests]
        by_channel: dict[str, list[Notification]] = {}
        if len(found) < MOST:
            for one in found:
                by_channel.setdefault(one.channel, []).append(one)
        else:
            for name in free:
                by_channel[name] = list(
                    await self._run(self._kit.store.deliveries, self._kit.now(), MOST, name)
                )
        await self._give_up([one for one in found if one.channel not in self.lanes])
        return {name: theirs for name, theirs in by_channel.items() if name in free and theirs}

    def _is_busy(self, name: str) -> bool:
        task = self._running.get(name)
        return task is not None and not task.done()

    async def _give_up(self, homeless: Sequence[Notification]) -> None:
        """Put what is for a channel that is no more on the dead letter list."""
        now = self._kit.now()
        said = "there is no channel {} in the engine's config: add it again, or dismiss this"
        await self._save(
            [
                replace(one, state=Delivery.FAILED, said=said.format(one.channel), settled_at=now)
                for one in homeless
            ]
        )

    async def _count(self) -> None:
        """Count what waits and what is dead, and whose urgent pages did not get through."""
        if self._kit.ticks() - self._counted_at < COUNT_EVERY:
            return
        self._counted_at = self._kit.ticks()
        counts = await self._run(self._kit.store.count_deliveries)
        policy = self._kit.policy_of()
        stands = await self._run(self._stuck) if counts else ()
        stuck: dict[str, Counter[str]] = {}
        for one in stands:  # of an incident that is over no page is missed any more
            if pages := missed(one, self._board.incidents, policy):
                stuck.setdefault(one.channel, Counter())[one.person] += pages
        before = self.healths()
        gone = {name: _gone(name) for name, states in counts.items() if states.get(Delivery.FAILED)}
        known = gone | {name: lane.health for name, lane in self.lanes.items()}
        self._counts = {
            name: _counted(health, counts.get(name, {}), stuck.get(name, Counter()))
            for name, health in known.items()
        }
        if [one.stuck for one in before] != [one.stuck for one in self.healths()]:
            self._changed()

    def _stuck(self) -> tuple[Notification, ...]:
        """Return the urgent pages that do not get through; runs in the store's thread."""
        found = self._kit.store.notifications(states=_WAITS, limit=MOST)
        failing = {name for name, lane in self.lanes.items() if lane.health.error}
        now = self._kit.now()
        return tuple(
            one
            for one in found
            if one.urgent
            and (
                one.state is Delivery.FAILED
                or one.attempts > 1
                or (one.channel in failing and (one.attempts or one.due_at <= now))
            )
        )

    async def _incident(self, name: str) -> Incident | None:
        return (await self._incidents((name,))).get(name)

    async def _incidents(self, names: Sequence[str]) -> dict[str, Incident]:
        """Return incidents as they stand; those that are over are read from the store."""
        known = {name: self._board.incidents[name] for name in names if name in self._board.incidents}
        missing = [name for name in dict.fromkeys(names) if name not in known]
        if missing:
            known |= await self._run(self._kit.executor.load_many, missing)
        return known

    async def _save(self, changed: Sequence[Notification]) -> None:
        if changed:
            await self._run(self._kit.store.deliver, changed, self._keeper.current())

    async def _run(self, fn: Callable[..., Result], *args: object) -> Result:
        return await self._kit.worker.run(fn, *args, deadline=self._kit.settings.ttl)


def _gone(name: str) -> ChannelHealth:
    """Return how a channel does that is no more."""
    return ChannelHealth(
        name,
        "",
        error="it is not in the engine's config",
        hint="add it again, or dismiss what is left (oncall notify dismiss)",
    )


def _counted(health: ChannelHealth, states: dict[Delivery, int], stuck: Counter[str]) -> ChannelHealth:
    return replace(
        health,
        waiting=states.get(Delivery.PENDING, 0) + states.get(Delivery.SENDING, 0),
        dead=states.get(Delivery.FAILED, 0),
        stuck=tuple(sorted(stuck.items())),
    )
