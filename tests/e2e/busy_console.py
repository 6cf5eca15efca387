"""A console without a screen that acts all the time and says what it was promised, for ``test_kill``.

    python -m tests.e2e.busy_console CONFIG SEED

A line for each thing that is certain: ``engine PID``, ``asked OP``, ``Saved OP INCIDENT``, ….
"""

from __future__ import annotations

import asyncio
import random
import sys
import uuid
from pathlib import Path

from console.desk.local import LocalDesk
from console.desk.process import EngineProcess, engine_command, engine_log
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Roster
from console.domain.snapshot import Snapshot
from console.store.sqlite.store import SqliteStore
from tests.abilities import silencing

POLICY = Policy(Roster(), teams=("payments",), abilities=silencing("prod"))


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def something(dice: random.Random, op: str) -> cmd.Command:
    choices: tuple[cmd.Command, ...] = (
        cmd.Ack(take=True),
        cmd.Note(f"note {op}"),
        cmd.Note(f"note {op}"),
        cmd.SetPriority(dice.choice(list(Priority))),
        cmd.Unack(f"because {op}"),
    )
    return dice.choice(choices)


async def act(desk: LocalDesk, latest: list[Snapshot], dice: random.Random) -> None:
    while True:
        rows = latest[-1].rows if latest else ()
        if not rows:
            await asyncio.sleep(0.02)
            continue
        op = uuid.UUID(int=dice.getrandbits(128)).hex
        say("asked", op)
        incident = dice.choice(rows).id
        outcome = await desk.carry_out(incident, something(dice, op), op)
        say(type(outcome).__name__, op, incident)
        await asyncio.sleep(0.01)


async def tell_engine(engine: EngineProcess) -> None:
    told: set[int] = set()
    while True:
        if engine.pid is not None and engine.pid not in told:
            told.add(engine.pid)
            say("engine", engine.pid)
        await asyncio.sleep(0.02)


async def main() -> None:
    config = Path(sys.argv[1])
    dice = random.Random(sys.argv[2])  # noqa: S311 - a test's dice
    engine = EngineProcess(engine_command(str(config)), engine_log())
    desk = LocalDesk(
        SqliteStore(config.with_name("oncall.db")),
        lambda: POLICY,
        Actor("asha"),
        find_runbook=lambda _incident: (None, ""),
        engine=engine,
    )
    latest: list[Snapshot] = []

    async def follow() -> None:
        async for snapshot in desk.follow():
            latest[:] = [snapshot]

    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        group.create_task(tell_engine(engine))
        await desk.ensure_engine()
        group.create_task(act(desk, latest, dice))


asyncio.run(main())
