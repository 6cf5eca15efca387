"""Engines on virtual time over a store in memory."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.desk.executor import Executor
from console.desk.storetime import StoreTime
from console.domain.actors import Actor
from console.domain.commands import Command
from console.domain.fold import fold
from console.domain.health import SourceHealth
from console.domain.incident import Incident
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.roster import Roster, Rotation
from console.engine.engine import Engine
from console.engine.kit import Kit, Runner
from console.engine.settings import Identity, Settings
from console.ports.calendars import CalendarReader
from console.ports.channels import Channel
from console.ports.desk import Outcome
from console.ports.feeds import ChangeFeed
from console.ports.outlets import Outlet
from console.ports.sources import AlertSource
from console.ports.store import JournalEntry
from console.ports.tickets import TicketSystem
from tests.abilities import silencing
from tests.fakes.store import MemoryStore
from tests.fakes.virtualtime import START, InlineWorker, VirtualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

STEADY = Settings(jitter=0.0)
ASHA = Actor("asha")
BUDI = Actor("budi")


def rotation(role: str, *members: str) -> Rotation:
    return Rotation(
        "payments", role, members, timedelta(days=7), time(9, 0), ZoneInfo("UTC"), date(2026, 1, 5), 0
    )


def policy(**changes: object) -> Policy:
    """Asha, then Budi after five minutes; ``prod`` expresses acks as silences."""
    facts: dict[str, object] = {
        "roster": Roster((rotation("primary", "asha"), rotation("secondary", "budi"))),
        "people": {name: Person(name, name.title()) for name in ("asha", "budi", "dewi")},
        "services": {"payments": Service("payments", "payments")},
        "teams": ("payments",),
        "chains": (
            Chain(
                "payments",
                (
                    Level(("primary",), timedelta(0)),
                    Level(("secondary",), timedelta(minutes=5)),
                    Level(("dewi",), timedelta(minutes=10), "L1 manager"),
                ),
                repeat=0,
            ),
        ),
        "abilities": silencing("prod"),
        **changes,
    }
    return Policy(**facts)  # type: ignore[arg-type]  # the names are those of the fields


def kit(
    clock: VirtualClock,
    store: MemoryStore | None = None,
    settings: Settings = STEADY,
    worker: Runner | None = None,
    policy_of: Callable[[], Policy] = policy,
) -> Kit:
    store = store or MemoryStore(clock)
    return Kit(
        store=store,
        worker=worker or InlineWorker(),
        executor=Executor(store, policy_of),
        policy_of=policy_of,
        settings=settings,
        now=clock.now,
        ticks=clock.ticks,
        rng=random.Random(7),  # noqa: S311 - jitter, not a secret
    )


@dataclass
class Office:
    """A store, a policy, and any number of engines on it, for one scenario."""

    clock: VirtualClock
    store: MemoryStore = field(init=False)
    policy: Policy = field(default_factory=policy)
    ops: int = 0

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.clock)

    def engine(
        self,
        *sources: AlertSource,
        name: str = "one",
        store: MemoryStore | None = None,
        worker: Runner | None = None,
        settings: Settings = STEADY,
        channels: Sequence[Channel] = (),
        calendars: Sequence[CalendarReader] = (),
        feeds: Sequence[ChangeFeed] = (),
        outlets: Sequence[Outlet] = (),
        tickets: Sequence[TicketSystem] = (),
    ) -> Engine:
        return Engine(
            store or self.store.another(),
            sources,
            lambda: self.policy,
            Identity(name, "host", 4711),
            settings,
            channels=channels,
            calendars=calendars,
            feeds=feeds,
            outlets=outlets,
            tickets=tickets,
            worker=worker or InlineWorker(),
            time=StoreTime(self.clock.ticks, self.clock),
            monotonic=self.clock.ticks,
            rng=random.Random(7),  # noqa: S311 - jitter, not a secret
        )

    @asynccontextmanager
    async def running(self, *engines: Engine) -> AsyncIterator[asyncio.Event]:
        """Run engines until the block ends, then stop them cleanly."""
        stop = asyncio.Event()
        tasks = [asyncio.create_task(engine.run(stop)) for engine in engines]
        try:
            yield stop
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    def do(self, incident: str, command: Command, actor: Actor = ASHA) -> Outcome:
        """Carry out a command as a front end does."""
        self.ops += 1
        return Executor(self.store, lambda: self.policy).carry_out(incident, command, actor, f"op-{self.ops}")

    def incidents(self) -> list[Incident]:
        """Return all incidents as the store has them, oldest first."""
        logs: Sequence[str] = list(self.store.shelf.events)
        return [fold(self.store.log(name)) for name in logs]

    def incident(self) -> Incident:
        """Return the only incident there is."""
        (found,) = self.incidents()
        return found

    def bodies(self, incident: str, *kinds: type) -> list[object]:
        """Return an incident's events of some kinds."""
        return [event.body for event in self.store.log(incident) if isinstance(event.body, kinds)]

    def health(self, name: str = "prod") -> SourceHealth:
        """Return a source's health as front ends read it."""
        report = self.store.engine()
        assert report is not None
        return next(health for health in report.sources if health.name == name)

    def journal(self) -> list[JournalEntry]:
        return list(self.store.journal_entries(START - timedelta(days=1), START + timedelta(days=30)))
