"""Hold what a hammered store holds against what the workers were told."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from console.domain import events as ev
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.vocabulary import EffectState
from console.ports.store import IncidentStore
from tests.paths import REPO
from tests.store.hammer import STARVED, open_store, prepare

BESIDES = 30  # seconds for a run, besides its own
Logs = dict[str, tuple[Event, ...]]


@dataclass
class Told:
    """What the workers were told: kinds and incidents by op, what was refused, leases, fenced writes."""

    kills: int = 0
    saved: dict[str, tuple[str, str]] = field(default_factory=dict)
    unsaved: list[str] = field(default_factory=list)
    second: Counter[str] = field(default_factory=Counter)
    granted: list[tuple[int, datetime]] = field(default_factory=list)
    expiry: dict[int, datetime] = field(default_factory=dict)
    fenced: list[tuple[int, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """Take in a line of a worker's."""
        word, *rest = line.split()
        if word == "saved":
            self.saved[rest[2]] = (rest[0], rest[1])
        elif word == "unsaved":
            self.unsaved.append(rest[1])
        elif word == "second":
            self.second[rest[0]] += 1
        elif word == "lease":
            self.granted.append((int(rest[0]), datetime.fromisoformat(rest[1])))
        elif word == "until":
            token, until = int(rest[0]), datetime.fromisoformat(rest[1])
            self.expiry[token] = max(until, self.expiry.get(token, until))
        elif word == "fenced":
            self.fenced.append((int(rest[0]), rest[1]))

    def count(self, kind: str) -> int:
        """Return how many commands of a kind were told as saved."""
        return sum(found == kind for found, _ in self.saved.values())


@dataclass
class Audit:
    """What was found: each list names what broke one promise."""

    told: Told
    writes: int  # operations in the logs, told or not
    seconds: float
    lost: list[str]
    duplicates: list[str]
    leases: list[str]
    fences: list[str]
    unsound: list[str]

    @property
    def broken(self) -> list[str]:
        """Everything that is wrong."""
        return [*self.told.errors, *self.lost, *self.duplicates, *self.leases, *self.fences, *self.unsound]


def hammer(url: str, folder: Path, seconds: float, *flags: str) -> Audit:
    """Hammer the empty store of an address for so many seconds; ``naive`` is the control."""
    prepare(url, seconds)
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.hammer", url, folder, str(seconds), *flags],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=seconds * STARVED + BESIDES,
        check=True,
    )
    store = open_store(url)
    try:
        return audit(store, _gather(folder, int(done.stdout)), seconds)
    finally:
        store.close()


def _gather(folder: Path, kills: int) -> Told:
    told = Told(kills)
    for found in folder.iterdir():
        if found.name.startswith("error"):
            told.errors.append(found.read_text())
            continue
        for line in found.read_text().splitlines(keepends=True):
            if line.endswith("\n"):  # else cut by the kill: not told
                told.hear(line)
    return told


def audit(store: IncidentStore, told: Told, seconds: float) -> Audit:
    """Check a store that nobody writes to any more against everything that was told."""
    logs = store.logs([row.id for row in store.rows()])
    return Audit(
        told,
        len({event.op for log in logs.values() for event in log}),
        seconds,
        lost=list(_lost(store, logs, told)),
        duplicates=[*_twice(logs), *_outbox(store, logs)],
        leases=list(_leases(told)),
        fences=list(_fences(logs, told)),
        unsound=list(store.info(deep=True).problems),
    )


def _lost(store: IncidentStore, logs: Logs, told: Told) -> Iterator[str]:
    """What was told as saved is there, what was told as not saved is not."""
    there = {event.op: name for name, log in logs.items() for event in log if event.op}
    for op, (kind, incident) in told.saved.items():
        if there.get(op) != incident:
            yield f"{kind} {op} was told as saved, but is not in {incident}"
        elif (found := store.applied(op)) is None or found[0] != incident:
            yield f"{op} counts as not applied"
    yield from (f"{op} was told as not saved, but is in {there[op]}" for op in told.unsaved if op in there)


def _twice(logs: Logs) -> Iterator[str]:
    """Each op stands once, each incident is acked once until it is given back, each level is paged once in a chain."""
    seen: set[tuple[str, str]] = set()
    for name, log in logs.items():
        acked, paged, last = False, set[tuple[int, int]](), ""
        for event in log:
            body = event.body
            if event.op and event.op != last and (event.op, name) in seen:
                yield f"{event.op} was carried out twice"
            seen.add((event.op, name))
            last = event.op
            if isinstance(body, ev.Acked):
                if acked:
                    yield f"{name} was acked twice, at last by {event.actor.name} (event {event.n})"
                acked = True
            elif isinstance(body, ev.Unacked):
                acked, paged = False, set()
            elif isinstance(body, ev.Escalated):
                if (body.level, body.round) in paged:
                    yield f"{name}: level {body.level} was paged twice (event {event.n})"
                paged.add((body.level, body.round))
                acked = False
    once = Counter(
        (event.op, name, type(event.body).__name__)
        for name, log in logs.items()
        for event in log
        if event.op and not isinstance(event.body, ev.LevelSkipped)  # one page may pass over several
    )
    yield from (f"{op}: {kind} twice in {name}" for (op, name, kind), times in once.items() if times > 1)


def _outbox(store: IncidentStore, logs: Logs) -> Iterator[str]:
    """What waits to be done is what the logs say is pending, each once."""
    pending = [
        effect.id
        for log in logs.values()
        for effect in fold(log).effects
        if effect.state is EffectState.PENDING
    ]
    waiting = [entry.id for entry in store.outbox(store.now(), len(pending) + 100)]
    for name, times in Counter(waiting).items():
        if times > 1:
            yield f"effect {name} waits twice"
    yield from (f"effect {name} was asked for and does not wait" for name in set(pending) - set(waiting))
    yield from (f"effect {name} waits and nobody asked for it" for name in set(waiting) - set(pending))


def _leases(told: Told) -> Iterator[str]:
    """No token was given twice, and none before the one before it had run out."""
    tokens = Counter(token for token, _ in told.granted)
    yield from (f"lease {token} was given to {times}" for token, times in tokens.items() if times > 1)
    granted = sorted(told.granted)
    for (before, _), (token, at) in pairwise(granted):
        if at < told.expiry.get(before, at):
            yield f"lease {token} was given while {before} still ran"


def _fences(logs: Logs, told: Told) -> Iterator[str]:
    """Nobody wrote under a lease after another had taken over."""
    notes = [event for event in logs["INC-1"] if isinstance(event.body, ev.Noted)]
    tokens = [int(event.body.text) for event in notes if isinstance(event.body, ev.Noted)]
    if tokens != sorted(tokens):
        yield "a holder wrote after another had taken over"
    by_op = {event.op: token for event, token in zip(notes, tokens, strict=True)}
    yield from (
        f"the write {op} under {token} is lost" for token, op in told.fenced if by_op.get(op) != token
    )
