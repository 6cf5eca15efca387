"""Processes killed at random: what was told as saved is there, and nothing happened twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from console.domain.events import Noted
from console.store.sqlite.store import SqliteStore
from tests.paths import REPO
from tests.store.hammer import INCIDENTS
from tests.store.made import at, opening


@dataclass
class Told:
    """What the workers were told: (incident, step, op) claims, lease tokens, fenced writes."""

    kills: int = 0
    claims: list[tuple[str, int, str]] = field(default_factory=list)
    leases: list[int] = field(default_factory=list)
    fenced: list[tuple[int, int]] = field(default_factory=list)
    lost: int = 0
    errors: list[str] = field(default_factory=list)

    def twice(self) -> list[tuple[str, int]]:
        """Return the steps that more than one was told to have claimed."""
        return [step for step, count in Counter(claim[:2] for claim in self.claims).items() if count > 1]


def hammer(tmp_path: Path, seconds: float, *flags: str) -> tuple[SqliteStore, Told]:
    path, folder = tmp_path / "store.db", tmp_path / "told"
    folder.mkdir()
    store = SqliteStore(path, busy_timeout=20.0)
    store.append([opening(f"INC-{number}") for number in range(INCIDENTS)] + [opening("ENGINE")])
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.hammer", path, folder, str(seconds), *flags],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=seconds + 40,
        check=True,
    )
    return store, _gather(folder, int(done.stdout))


def _gather(folder: Path, kills: int) -> Told:
    told = Told(kills)
    for found in folder.iterdir():
        if found.name.startswith("error"):
            told.errors.append(found.read_text())
            continue
        for line in found.read_text().splitlines():
            word, *rest = line.split()
            if word == "claimed":
                told.claims.append((rest[0], int(rest[1]), rest[2]))
            elif word == "lease":
                told.leases.append(int(rest[0]))
            elif word == "fenced":
                told.fenced.append((int(rest[0]), int(rest[1])))
            else:
                told.lost += 1
    return told


def test_nothing_told_is_lost_and_nothing_happens_twice(tmp_path: Path) -> None:
    store, told = hammer(tmp_path, 4.5)
    with closing(store):
        assert told.errors == []
        assert told.kills >= 10
        assert len(told.claims) >= 100
        assert len(told.leases) >= 3

        assert told.twice() == []
        logs = store.logs([f"INC-{number}" for number in range(INCIDENTS)])
        for incident, step, op in told.claims:
            assert logs[incident][step].op == op, "told as saved, but not there"
            assert store.applied(op) == (incident, step + 1)

        ops = [event.op for log in logs.values() for event in log[2:]]
        waiting = [entry.id for entry in store.outbox(at(0), limit=len(ops) + 1)]
        assert sorted(waiting) == sorted(ops), "an effect without its event, or the other way round"

        assert len(set(told.leases)) == len(told.leases), "one lease given to two"
        engine = store.log("ENGINE")
        tokens = [int(event.body.text) for event in engine[2:] if isinstance(event.body, Noted)]
        assert tokens == sorted(tokens), "a holder wrote after another had taken over"
        assert all(engine[n - 1].body == Noted(str(token)) for token, n in told.fenced)
        assert store.info(deep=True).problems == ()


def test_the_same_check_catches_writers_that_do_not_look_again(tmp_path: Path) -> None:
    """The control: if this finds nothing, the test above proves nothing."""
    store, told = hammer(tmp_path, 1.5, "naive")
    with closing(store):
        assert told.errors == []
        assert told.twice() != []
