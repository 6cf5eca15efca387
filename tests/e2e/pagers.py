"""Engines in processes of their own that page people through a sink over HTTP, while the engines are killed.

The sink takes each message under its ``Idempotency-Key``, and sometimes refuses it, answers late, or takes it
and hangs up without a word.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from console.channels.webhook import Channel as Webhook
from console.channels.webhook import Options
from console.clock import SystemClock
from console.domain import events as ev
from console.domain.notify.channels import Channel
from console.domain.notify.notification import Delivery, Topic
from console.domain.notify.rules import Limits, Rule
from console.domain.policy import Chain, Level, Policy
from console.engine.engine import Engine
from console.engine.settings import Identity, Settings
from console.ports.store import IncidentStore
from console.store.address import open_store
from tests.e2e import engines
from tests.fakes.sources import FakeSource, alert
from tests.waiting import until

LEASE = 1.0  # seconds
NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class Race:
    """How large it is: each of ``incidents`` pages ``levels`` people, one every ``step`` seconds."""

    engines: int
    incidents: int
    levels: int
    kills: int
    step: float = 0.5
    within: float = 60.0

    @property
    def pages(self) -> int:
        return self.incidents * self.levels


@dataclass
class Sink:
    """What arrived, by key: how often, and what it said. ``trouble`` is the share of messages treated badly."""

    trouble: float = 0.1
    arrived: Counter[str] = field(default_factory=Counter)
    url: str = ""
    rng: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311 - a test's dice

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = (line.partition(": ") for line in head.split("\r\n")[1:])
                headers = {name.lower(): value for name, _, value in lines}
                await reader.readexactly(int(headers.get("content-length", 0)))
                dice = self.rng.random() / self.trouble if self.trouble else 9
                if dice >= 0.4:
                    self.arrived[headers["idempotency-key"]] += 1
                if 0.4 <= dice < 0.7:
                    break  # taken, and never a word of it
                status = "503 Busy" if dice < 0.4 else "200 OK"
                writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
        writer.close()


@asynccontextmanager
async def sink(trouble: float = 0.1) -> AsyncIterator[Sink]:
    """Serve a sink on a free port."""
    made = Sink(trouble)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/pages"
    async with server:
        yield made
        server.close()


def policy(race: Race) -> Policy:
    """Page one person after the other by the hook, with no limits."""
    people = [f"p{n}" for n in range(race.levels)]
    levels = tuple(Level((who,), timedelta(seconds=race.step * n)) for n, who in enumerate(people))
    contacts = (("pager", "1"),)
    asha = engines.policy().people["asha"]
    return replace(
        engines.policy(),
        people={who: replace(asha, id=who, name=who, contacts=contacts) for who in people},
        chains=(Chain("payments", levels, repeat=0),),
        channels=(Channel("hook", "webhook", "pager", most_per_minute=NO_LIMIT),),
        rules=(Rule(frozenset({Topic.PAGED}), ("hook",)),),
        limits=Limits(storm=NO_LIMIT),
    )


async def _work(url: str, sink_url: str, race: Race) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    source = FakeSource(interval=0.5)
    source.fires(*(alert(f"Rule{n}") for n in range(race.incidents)))
    rules, pid = policy(race), os.getpid()
    identity = Identity(f"pager-{pid}", socket.gethostname(), pid, kind="service")
    hook = Webhook("hook", Options(url=sink_url, contact="pager"), SystemClock())
    settings = Settings(ttl=LEASE, quickest_retry=0.2, send_deadline=2.0)
    engine = Engine(open_store(url, Path("/")), [source], lambda: rules, identity, settings, channels=[hook])
    await engine.run(stop)
    await engine.close()


def work(url: str, sink_url: str, race: Race) -> None:
    """Be an engine until told to stop."""
    asyncio.run(_work(url, sink_url, race))


def start(url: str, sink_url: str, race: Race, count: int) -> dict[int, BaseProcess]:
    """Start engines on a store, by process id."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.pagers", "console.store.postgres.store"])
    made = [context.Process(target=work, args=(url, sink_url, race), daemon=True) for _ in range(count)]
    for process in made:
        process.start()
    return {process.pid: process for process in made if process.pid is not None}


def holder(store: IncidentStore) -> int:
    """Return the process that works, 0 where none does."""
    report = store.engine()
    return report.pid if report is not None and report.expires_at > store.now() else 0


async def run(url: str, race: Race, trouble: float = 0.1) -> Sink:
    """Let engines race and be killed; return the sink once every page stands as sent. Raises ``TimeoutError``."""
    store = open_store(url, Path("/"))
    async with sink(trouble) as made:
        running = start(url, made.url, race, race.engines)
        try:
            for turn in range(1, race.kills + 1):
                some = race.pages * turn // (race.kills + 1)
                await until(partial(_ripe, store, made, some, running), race.within)
                victim = holder(store)
                os.kill(victim, signal.SIGKILL)
                running.pop(victim).join(5)
                running.update(start(url, made.url, race, 1))
            await until(partial(_all_sent, store, race), race.within)
        finally:
            for process in running.values():
                process.kill()
            for process in running.values():
                process.join(5)
            store.close()
    return made


def _ripe(store: IncidentStore, made: Sink, some: int, running: dict[int, BaseProcess]) -> bool:
    """Return whether so many pages arrived and one of those still running works."""
    return len(made.arrived) >= some and holder(store) in running


def _all_sent(store: IncidentStore, race: Race) -> bool:
    return len(store.notifications(states=(Delivery.SENT,), limit=10 * race.pages)) >= race.pages


def audit(url: str, race: Race, made: Sink) -> list[str]:
    """Return what is wrong: levels not claimed or claimed twice, pages that never arrived or have no fact."""
    store = open_store(url, Path("/"))
    try:
        logs = store.logs([row.id for row in store.rows()])
        stands = store.notifications(limit=10 * race.pages)
    finally:
        store.close()
    wrong: list[str] = []
    expected: set[str] = set()
    for name, log in logs.items():
        pages = [event for event in log if isinstance(event.body, ev.Escalated)]
        levels = [event.body.level for event in pages if isinstance(event.body, ev.Escalated)]
        if levels != list(range(race.levels)):
            wrong.append(f"{name}: levels {levels}")
        expected |= {
            f"{name}/{event.n}/paged/p{level}/hook" for event, level in zip(pages, levels, strict=True)
        }
    wrong += [f"{key} never arrived" for key in sorted(expected - set(made.arrived))]
    wrong += [f"{key} says what never happened" for key in sorted(set(made.arrived) - expected)]
    wrong += [f"{one.id} stands as {one.state}" for one in stands if one.state is not Delivery.SENT]
    wrong += [f"{len(stands)} notifications for {race.pages} pages"] if len(stands) != race.pages else []
    return wrong
