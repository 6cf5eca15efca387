"""What people asked of the sources, carried out: at least once, in order, each with its outcome in the log."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from console.desk.waking import set_within
from console.domain.actors import ENGINE
from console.domain.commands import SettleEffect
from console.domain.incident import Incident
from console.domain.vocabulary import EffectState
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.pace import retry_delay
from console.engine.poller import Poller
from console.engine.promise import kept
from console.engine.tally import Attempt
from console.errors import FenceLost, SourceError, StoreError
from console.ports.desk import Saved
from console.ports.sources import Actuator, Settled
from console.ports.store import OutboxEntry

log = logging.getLogger(__name__)

AHEAD = timedelta(days=3650)  # to see the entries that wait for another try, too
MOST_TOLD = 10_000  # outcomes kept for whoever asked for one cycle
MOST = 500  # entries looked at; the rest follows once these are settled


class Outbox:
    """Carries out due effects. Each source has a lane of its own, so one that hangs delays only itself.

    An effect is done, then its outcome is written and the entry removed in one transaction. A
    crash in between repeats it with the same entry id, by which the source knows it again.
    Nothing is tried at a source that is parked: what was asked of it waits until it accepts us again.
    ``settled`` are the latest outcomes, ``concluded`` counts all of them; ``pending`` is how many
    effects waited at the last look (500 at most), None before the first.
    """

    def __init__(
        self, kit: Kit, sources: Mapping[str, object], keeper: LeaseKeeper, pollers: Mapping[str, Poller]
    ) -> None:
        self._kit = kit
        self._store = kit.store
        self._worker = kit.worker
        self._sources = sources
        self._keeper = keeper
        self._pollers = pollers
        self._settings = kit.settings
        self._now = kit.now
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self.settled: deque[Settled] = deque(maxlen=MOST_TOLD)
        self.concluded = 0
        self.pending: int | None = None

    def look_soon(self) -> None:
        """Look for due effects at once."""
        self._wake.set()

    async def run(self) -> None:
        """Look whenever woken and each second, until cancelled or the lease is lost."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await self.start_due(group)
                await set_within(self._wake, 1.0)

    async def work_off(self) -> None:
        """Carry out everything that is due, one effect after the other for each incident; for one cycle."""
        for _ in range(MOST):
            before = self.concluded
            async with asyncio.TaskGroup() as lanes:
                await self.start_due(lanes)
            if self.concluded == before:
                return

    async def start_due(self, group: asyncio.TaskGroup) -> None:
        """Start a lane for each source that has something due and none running."""
        try:
            pending = await self._worker.run(self._store.outbox, self._now() + AHEAD, MOST)
        except StoreError as error:
            log.debug("the outbox cannot be read: %s", error)
            return
        self.pending = len(pending)
        by_source: dict[str, list[OutboxEntry]] = {}
        for entry in first_of_each(pending):
            due = entry.due_at is None or entry.due_at <= self._now()
            if due and not self._parked(entry.source):
                by_source.setdefault(entry.source, []).append(entry)
        for source, entries in by_source.items():
            lane = self._lanes.get(source)
            if lane is None or lane.done():
                self._lanes[source] = group.create_task(self._work_off(entries))

    def _parked(self, source: str) -> bool:
        return source in self._pollers and self._pollers[source].health.parked

    async def _work_off(self, entries: list[OutboxEntry]) -> None:
        for entry in entries:
            try:
                await self._carry_out(entry)
            except StoreError as error:  # the entry is still there; the next look tries again
                log.warning("effect %s could not be concluded: %s", entry.id, error, extra=_about(entry))
                return
            except FenceLost:
                raise
            except Exception:  # a bug of ours must not keep the other effects waiting
                log.exception("effect %s could not be carried out", entry.id, extra=_about(entry))
                await self._put_off(entry, self._settings.slowest_retry)
        self._wake.set()  # what waited behind these may be due now

    async def _carry_out(self, entry: OutboxEntry) -> None:
        source = self._sources.get(entry.source)
        if source is None:
            await self._settle(entry, _failed(f"the engine's config knows no {entry.source}"))
            return
        if not isinstance(source, Actuator) or entry.kind not in source.can:
            ability = self._kit.policy_of().ability(entry.source)
            why = "" if ability.can(entry.kind) else ability.words(entry.kind)
            await self._settle(entry, _failed(why or f"{entry.source} cannot do that ({entry.kind.value})"))
            return
        incident = await self._worker.run(self._kit.executor.load, entry.incident)
        if incident is None:
            log.error("effect %s belongs to %s, which does not exist", entry.id, entry.incident)
            await self._put_off(entry, self._settings.slowest_retry)
            return
        self._keeper.current()  # nothing is done in the world without a lease that is safely ours
        try:
            settled = await self._act(source, entry, incident)
        except SourceError as error:
            await self._failed_once(entry, error)
        else:
            await self._settle(entry, settled)

    async def _act(self, source: Actuator, entry: OutboxEntry, incident: Incident) -> Settled:
        try:
            async with asyncio.timeout(self._settings.act_deadline):
                return await kept(
                    source.act(entry, incident, self._now(), self._kit.policy_of().people), entry.source
                )
        except TimeoutError:
            raise SourceError(f"no answer within {self._settings.act_deadline:g} s") from None

    async def _failed_once(self, entry: OutboxEntry, error: SourceError) -> None:
        attempts = entry.attempts + 1
        if error.parked and not entry.attempts:
            # Either nothing of ours is accepted there, which the next poll tells, or just this is forbidden.
            self._pollers[entry.source].poll_soon()
        elif error.permanent or attempts >= self._settings.most_attempts:
            tries = "" if error.permanent else f" (given up after {attempts} tries)"
            await self._settle(entry, _failed(f"{error}{tries}"))
            return
        self._kit.tally.attempts[Attempt.RETRY] += 1
        seconds = retry_delay(attempts, self._settings, self._kit.rng, error.retry_after)
        told = {"event": "effect_failed", **_about(entry)}
        log.warning("effect %s failed, next try in %.0f s: %s", entry.id, seconds, error, extra=told)
        await self._put_off(entry, seconds)

    async def _put_off(self, entry: OutboxEntry, seconds: float) -> None:
        again_at = self._now() + timedelta(seconds=seconds)
        await self._worker.run(self._store.postpone, entry.id, again_at, self._keeper.current())

    async def _settle(self, entry: OutboxEntry, settled: Settled) -> None:
        command = SettleEffect(
            effect=entry.id,
            source=entry.source,
            kind=entry.kind,
            state=settled.state,
            text=settled.text,
            handle=settled.handle,
            until=settled.until,
            ticket=settled.ticket,
        )
        save = partial(
            self._kit.executor.carry_out,
            entry.incident,
            command,
            ENGINE,
            f"settle:{entry.id}",
            lease=self._keeper.current(),
            settled=(entry.id,),
        )
        outcome = await self._worker.run(save, deadline=self._settings.ttl)
        if isinstance(outcome, Saved):
            self.settled.append(settled)
            self.concluded += 1
            refused = settled.state is EffectState.FAILED
            self._kit.tally.attempts[Attempt.REFUSED if refused else Attempt.DONE] += 1
            return
        log.error("the outcome of effect %s was not taken: %s", entry.id, outcome, extra=_about(entry))
        await self._put_off(entry, self._settings.slowest_retry)


def first_of_each(pending: tuple[OutboxEntry, ...]) -> list[OutboxEntry]:
    """Return the oldest entry of each incident and source: an un-ack must not overtake its ack's retry."""
    first: dict[tuple[str, str], OutboxEntry] = {}
    for entry in pending:
        first.setdefault((entry.incident, entry.source), entry)
    return list(first.values())


def _about(entry: OutboxEntry) -> dict[str, str]:
    """Return the fields of a log entry about an effect."""
    return {"effect": entry.id, "incident": entry.incident, "source": entry.source}


def _failed(text: str) -> Settled:
    return Settled(EffectState.FAILED, text)
