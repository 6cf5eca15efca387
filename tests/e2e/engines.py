"""Engines in processes of their own, forked from one that has imported everything, on any store."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
from datetime import date, time, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from zoneinfo import ZoneInfo

from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.roster import Roster, Rotation
from console.engine.engine import Engine
from console.engine.settings import Identity, Settings
from console.store.address import open_store
from tests.fakes.sources import FakeSource, alert

PEOPLE = ("asha", "budi", "citra", "dewi", "eko", "fajar")
STEP = timedelta(milliseconds=700)
INCIDENTS = 5
LEASE = 1.0  # seconds


def policy() -> Policy:
    """Page one person after the other, each ``STEP`` after the last."""
    rotation = Rotation(
        "payments", "primary", ("asha",), timedelta(days=7), time(9), ZoneInfo("UTC"), date(2026, 1, 5), 0
    )
    levels = tuple(Level((who,), STEP * n) for n, who in enumerate(PEOPLE))
    return Policy(
        roster=Roster((rotation,)),
        people={name: Person(name, name.title()) for name in PEOPLE},
        services={"payments": Service("payments", "payments")},
        teams=("payments",),
        chains=(Chain("payments", levels, repeat=0),),
    )


async def _work(url: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    source = FakeSource(interval=0.5)
    source.fires(*(alert(f"Rule{n}") for n in range(INCIDENTS)))
    rules, pid = policy(), os.getpid()
    identity = Identity(f"racer-{pid}", socket.gethostname(), pid, kind="service")
    store = open_store(url, Path("/"))
    engine = Engine(store, [source], lambda: rules, identity, Settings(ttl=LEASE))
    await engine.run(stop)
    await engine.close()


def work(url: str) -> None:
    """Be an engine until told to stop."""
    asyncio.run(_work(url))


def start(url: str, count: int) -> list[BaseProcess]:
    """Start engines on a store; they compete at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.engines", "console.store.postgres.store"])
    engines = [context.Process(target=work, args=(url,), daemon=True) for _ in range(count)]
    for engine in engines:
        engine.start()
    return list(engines)
