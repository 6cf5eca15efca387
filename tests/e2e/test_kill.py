"""kill -9 of console and engine at any moment: nothing that was shown as saved is lost, nothing happens twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.domain import events as ev
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.summary import summarise
from console.domain.vocabulary import EffectKind, EffectState
from console.store.sqlite.store import SqliteStore
from tests.paths import REPO
from tests.servers.alertmanager import Alertmanager, alertmanager, alertmanager_server
from tests.waiting import until

__all__ = ["alertmanager", "alertmanager_server"]  # fixtures, found by their names

ROUNDS = 5

CONFIG = """\
[me]
id = "asha"
[store]
url = "sqlite:///oncall.db"
[engine]
lease = "1s"
[[sources]]
kind = "alertmanager"
name = "prod"
url = "{url}"
interval = "1s"
settle = "0s"
ack = "silence"
[[people]]
id = "asha"
name = "Asha"
[[people]]
id = "budi"
name = "Budi"
[[teams]]
id = "payments"
[[services]]
name = "payments"
team = "payments"
[[rotations]]
team = "payments"
role = "primary"
members = ["asha"]
every = "weekly"
handoff = "Mon 09:00"
timezone = "UTC"
start = 2026-01-05
[[escalation]]
team = "payments"
levels = [{{ notify = ["primary"], after = "0m" }}, {{ notify = ["budi"], after = "1s" }}]
repeat = 0
"""


@dataclass
class Fire:
    """What the killed consoles were promised, and the processes that they had."""

    folder: Path
    dice: random.Random
    promised: dict[str, str] = field(default_factory=dict)  # op -> incident
    asked: set[str] = field(default_factory=set)
    engines: list[int] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)

    @property
    def environment(self) -> dict[str, str]:
        home = str(self.folder / "home")
        return {
            **os.environ,
            "HOME": home,
            "XDG_STATE_HOME": home,
            "XDG_DATA_HOME": home,
            "XDG_CACHE_HOME": home,
            "PYTHONPATH": str(REPO),
        }

    async def round(self, number: int, target: str) -> None:
        """Let a console act for a moment, then kill it, or first its engine and later it."""
        command = [sys.executable, "-m", "tests.e2e.busy_console", str(self.folder / "oncall.toml")]
        console = await asyncio.create_subprocess_exec(
            *command,
            str(number),
            stdout=subprocess.PIPE,
            cwd=REPO,
            env=self.environment,
            process_group=0,
        )
        assert console.stdout is not None
        reading = asyncio.create_task(self.read(console.stdout))
        begun = len(self.engines)
        answered = len(self.promised)
        await until(lambda: len(self.engines) > begun and len(self.promised) > answered)
        await asyncio.sleep(self.dice.uniform(0.0, 0.6))
        if target == "engine":
            os.kill(self.engines[-1], signal.SIGKILL)
            self.killed["engine"] += 1
            await asyncio.sleep(self.dice.uniform(0.0, 1.2))
        console.send_signal(signal.SIGKILL)
        self.killed["console"] += 1
        await console.wait()
        await reading

    async def read(self, stream: asyncio.StreamReader) -> None:
        while line := (await stream.readline()).decode():
            if not line.endswith("\n"):
                return  # cut by the kill: not told
            word, name, *more = line.split()
            if word == "engine":
                self.engines.append(int(name))
            elif word == "asked":
                self.asked.add(name)
            elif word == "Saved":
                self.promised[name] = more[0]


@pytest.fixture
def fire(tmp_path: Path, alertmanager: Alertmanager) -> Iterator[Fire]:
    (tmp_path / "oncall.toml").write_text(CONFIG.format(url=alertmanager.url))
    fire = Fire(tmp_path, random.Random(4711))  # noqa: S311 - a test's dice
    yield fire
    for pid in fire.engines:
        if running(pid):
            os.kill(pid, signal.SIGKILL)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def audit(store: SqliteStore, fire: Fire) -> dict[str, tuple[Event, ...]]:
    """Check every log against what was promised; return the logs."""
    rows = {row.id: row for row in store.rows()}
    logs = store.logs(list(rows))
    by_op: dict[str, list[Event]] = {}
    for name, log in logs.items():
        assert rows[name] == summarise(fold(log)), f"{name}'s row is not what its log says"
        pages = [event.body for event in log if isinstance(event.body, ev.Escalated)]
        chains = Counter((chain_of(log, page), page.level, page.round) for page in pages)
        assert max(chains.values(), default=0) <= 1, f"{name} was paged twice for one level: {chains}"
        for event in log:
            if event.op and not event.op.startswith("settle:"):
                by_op.setdefault(event.op, []).append(event)
    lost = {
        op for op, incident in fire.promised.items() if op not in by_op or by_op[op][0].incident != incident
    }
    assert not lost, f"told as saved and not there: {lost}"
    assert set(by_op) <= fire.asked
    for op, events in by_op.items():
        assert [event.n for event in events] == list(range(events[0].n, events[0].n + len(events)))
        assert max(Counter(type(event.body) for event in events).values()) == 1, f"{op} happened twice"
    keys = [row.key for row in rows.values() if row.is_open]
    assert len(keys) == len(set(keys)), "one alert, two open incidents"
    return logs


def chain_of(log: tuple[Event, ...], page: ev.Escalated) -> int:
    """Return which stretch without an ack a page belongs to: each starts the chain anew."""
    count = 0
    for event in log:
        if event.body is page:
            break
        count += isinstance(event.body, ev.Unacked | ev.Reopened | ev.SeverityRaised)
    return count


def effects_in(logs: dict[str, tuple[Event, ...]]) -> dict[str, EffectState]:
    """Return the state of every ack that was asked of the source."""
    return {
        effect.id: effect.state
        for log in logs.values()
        for effect in fold(log).effects
        if effect.kind is EffectKind.ACK
    }


async def test_nothing_saved_is_lost_and_nothing_happens_twice(
    fire: Fire, alertmanager: Alertmanager
) -> None:
    for number in range(4):
        alertmanager.fire(f"Rule{number}", service="payments", instance="a")
    for number in range(ROUNDS):
        alertmanager.fire(f"Late{number}", service="payments", instance="a")
        await fire.round(number, "engine" if number % 2 else "console")
        store = SqliteStore(fire.folder / "oncall.db")
        audit(store, fire)
        store.close()
    assert fire.killed == {"console": ROUNDS, "engine": ROUNDS // 2}
    assert len(fire.promised) > ROUNDS
    await until(lambda: not any(map(running, fire.engines)))  # no console, no engine of it

    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "watch", "--once", "--config", str(fire.folder / "oncall.toml")),
        cwd=REPO,
        env=fire.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, words = await done.communicate()
    assert done.returncode == 0, words.decode()
    store = SqliteStore(fire.folder / "oncall.db")
    logs = audit(store, fire)
    acks = effects_in(logs)
    store.close()
    assert set(acks.values()) == {EffectState.DONE}
    assert len(acks) > 1
    comments = [silence["comment"] for silence in alertmanager.client.get("/api/v2/silences").json()]
    for effect in acks:
        assert sum(effect in comment for comment in comments) <= 1, f"{effect} was carried out twice"
