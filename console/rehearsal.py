"""What ``oncall demo`` and ``oncall drill`` are made of. Beside ``bootstrap``, for those commands only.

Imports stand inside the functions, as there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console import bootstrap
from console.clock import SystemClock
from console.config.setup import Setup, SourceSpec

if TYPE_CHECKING:
    from console.domain.drill.recording import Recording
    from console.domain.drill.score import Score

DRILL = "drill"
_STARTS_AFTER = timedelta(seconds=3)  # of the drill's console: its person looks at the screen by then
_LOOK = 0.2  # seconds between two looks whether the drill is over


def write_demo(folder: Path, speed: float) -> Setup:
    """Fill an empty folder with the demo's config, its past and its shift; return what the config comes to."""
    from console.config.load import load  # noqa: PLC0415
    from console.config.policy import setup_of  # noqa: PLC0415
    from console.demo import folder as demo  # noqa: PLC0415
    from console.demo.changes import write as write_changes  # noqa: PLC0415
    from console.demo.history import TurnedBack  # noqa: PLC0415
    from console.demo.history import write as write_history  # noqa: PLC0415
    from console.store.address import open_store as opened  # noqa: PLC0415

    now = SystemClock().now()
    setup = setup_of(load(demo.write(folder, now, speed)))
    clock = TurnedBack(now)
    store = opened(*bootstrap.store_address(setup, None), clock)
    try:
        write_history(bootstrap.make_executor(store, setup.policy), clock, now)
        write_changes(store, clock, now)
    finally:
        store.close()
    return setup


def play_teammates(setup: Setup, wait: Callable[[float], bool], speed: float) -> None:
    """Let the demo's colleagues work, through a store connection of their own, until ``wait`` returns True."""
    from console.demo.teammate import play  # noqa: PLC0415

    store = bootstrap.open_store(setup)
    try:
        play(bootstrap.make_executor(store, setup.policy), lambda: store.open_rows().rows, wait, speed)
    finally:
        store.close()


def demo_team(folder: Path) -> Setup:
    """Return the demo's team, for a drill where there is no config; ``folder`` is empty and private."""
    from console.config.load import load  # noqa: PLC0415
    from console.config.policy import setup_of  # noqa: PLC0415
    from console.demo import folder as demo  # noqa: PLC0415

    return setup_of(load(demo.write(folder, SystemClock().now())))


def write_drill(folder: Path, team: Setup, recording: Recording, me: str, speed: float) -> Setup:
    """Fill an empty folder with a drill's timeline and runbooks; return the setup that it is played with.

    Of the team's config only rules, runbooks on this machine and looks are in it: no source, channel,
    calendar or address of theirs, and no store but the one in the folder.
    """
    from console.domain.drill.rules import drill_rules  # noqa: PLC0415
    from console.drill import files  # noqa: PLC0415

    (folder / "timeline.jsonl").write_text(files.timeline(recording), encoding="utf-8")
    files.write_runbooks(folder / "runbooks")
    return Setup(
        path=folder / "oncall.toml",  # there is none: nothing of a config is read again
        policy=drill_rules(team.policy, recording, me, SystemClock().now(), speed),
        me=me,
        store_url="sqlite:///drill.db",
        store_folder=folder,
        autostart=False,
        sources=(SourceSpec(DRILL, "replay", 1.0),),
        runbooks=(*team.runbooks, str(folder / "runbooks")),
        looks=replace(team.looks, attention=tuple(way for way in team.looks.attention if way == "bell")),
    )


def play_drill(setup: Setup, speed: float, over: threading.Event) -> None:
    """Be the drill's engine, on a store connection of its own, until it is over."""
    import asyncio  # noqa: PLC0415

    start = SystemClock().now() + _STARTS_AFTER
    asyncio.run(_engine(setup, speed, start, over))


async def _engine(setup: Setup, speed: float, start: datetime, over: threading.Event) -> None:
    import asyncio  # noqa: PLC0415
    import os  # noqa: PLC0415
    import socket  # noqa: PLC0415

    from console.engine.engine import Engine  # noqa: PLC0415
    from console.engine.settings import Identity  # noqa: PLC0415

    table = {"file": "timeline.jsonl", "interval": "1s", "speed": speed, "start": start}
    source, _ = bootstrap.new_source("replay", DRILL, table, setup.folder)
    host, pid = socket.gethostname(), os.getpid()
    identity = Identity(f"{DRILL}-{pid}", host, pid, setup.digest, "console")
    engine = Engine(bootstrap.open_store(setup), (source,), lambda: setup.policy, identity)
    stop = asyncio.Event()

    async def look() -> None:
        while not over.is_set():  # noqa: ASYNC110 - the event is another thread's
            await asyncio.sleep(_LOOK)
        stop.set()

    looking = asyncio.create_task(look())
    try:
        await engine.run(stop)
    finally:
        looking.cancel()
        await engine.close()


def drill_score(setup: Setup, team: Setup, recording: Recording, speed: float) -> Score | None:
    """Return what a drill was worth, None where it was left before its incident came."""
    from console.domain.drill.rules import drill_rules  # noqa: PLC0415
    from console.domain.drill.score import Drilled, score  # noqa: PLC0415

    store = bootstrap.open_store(setup, existing=True, readonly=True)
    try:
        rows = {row.id: row for row in store.rows()}
        if not rows:
            return None
        main = min(rows.values(), key=lambda row: (row.reported_at, row.id))
        while main.merged_into in rows:
            main = rows[main.merged_into]
        detail = bootstrap.read_detail(setup, store, main.id)
    finally:
        store.close()
    if detail is None:
        return None
    policy = drill_rules(team.policy, recording, setup.me or "", SystemClock().now())
    steps = len(detail.runbook.steps) if detail.runbook else 0
    return score(Drilled(recording, detail.events, policy, steps, speed))
