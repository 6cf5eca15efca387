"""A store in memory that keeps the promises of ``IncidentStore`` (it passes ``StoreContract``)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from console.clock import Clock
from console.domain.change import Change
from console.domain.events import Event
from console.domain.health import EngineReport
from console.domain.notify.notification import Notification
from console.domain.presence import PRESENT_FOR, Presence
from console.domain.similar import Earlier
from console.domain.summary import Summary
from console.domain.team.facts import Fact
from console.errors import Conflict, FenceLost, StoreError
from console.ports.measures import Made
from console.ports.store import Changes, JournalEntry, Lease, OutboxEntry, StoreInfo, Write
from console.ports.team import Kept
from tests.fakes.measurestore import MemoryMeasures
from tests.fakes.teamstore import MemoryTeam

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until told to move."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(milliseconds=round(seconds * 1000))


@dataclass
class Shelf:
    """What several ``MemoryStore`` connections share."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    version: int = 0
    position: int = 0
    allocated: int = 0
    events: dict[str, list[Event]] = field(default_factory=dict)
    rows: dict[str, tuple[int, Summary]] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    ops: dict[str, tuple[str, int]] = field(default_factory=dict)
    outbox: dict[str, OutboxEntry] = field(default_factory=dict)
    lease: Lease | None = None
    token: int = 0
    report: EngineReport | None = None
    poll_requested_at: datetime | None = None
    journal: list[JournalEntry] = field(default_factory=list)
    consoles: dict[str, Presence] = field(default_factory=dict)
    order: list[Event] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    kept_changes: int = 0
    changes: dict[str, Change] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    notified_until: int | None = None
    made: dict[str, Made] = field(default_factory=dict)


class MemoryStore(MemoryTeam, MemoryMeasures):
    """``another()`` is a second connection. While ``down`` is set every call raises it."""

    def __init__(self, clock: Clock | None = None, shelf: Shelf | None = None) -> None:
        self.clock = clock or FakeClock()
        self.shelf = shelf or Shelf()
        self.down: StoreError | None = None

    def another(self) -> MemoryStore:
        return MemoryStore(self.clock, self.shelf)

    def _use(self, *, write: bool = False) -> Shelf:
        if self.down is not None:
            raise self.down
        self.shelf.version += write
        return self.shelf

    def _fenced(self, lease: Lease) -> Shelf:
        shelf = self._use()
        if shelf.lease is None or shelf.lease.token != lease.token:
            raise FenceLost("Another engine has taken over", hint="this one stops writing")
        return shelf

    look_every = 0.25

    def on_news(self, call: Callable[[], None]) -> None:
        """Nobody is called: whoever follows looks."""

    def now(self) -> datetime:
        self._use()
        return self.clock.now()

    def allocate(self, count: int) -> tuple[str, ...]:
        shelf = self._use(write=True)
        with shelf.lock:
            first = shelf.allocated + 1
            shelf.allocated += count
        return tuple(f"INC-{number}" for number in range(first, first + count))

    def append(self, writes: Sequence[Write], lease: Lease | None = None) -> int:
        shelf = self._use()
        with shelf.lock:
            if lease is not None:
                self._fenced(lease)
            done = set(shelf.ops)
            fresh = [write for write in writes if not write.op or write.op not in done]
            self._check(shelf, fresh)
            for write in fresh:
                self._apply(shelf, write)
            shelf.version += 1
            return shelf.position

    def _check(self, shelf: Shelf, writes: Sequence[Write]) -> None:
        at = {name: len(events) for name, events in shelf.events.items()}
        keys = {row.key: row.id for _, row in shelf.rows.values() if row.is_open and row.key}
        final = {write.incident: write.summary for write in writes}
        keys = {key: name for key, name in keys.items() if name not in final}
        for write in writes:
            numbers = [event.n for event in write.events]
            span = range(write.expected_n + 1, write.expected_n + 1 + len(numbers))
            if not numbers or numbers != list(span) or write.summary.n != numbers[-1]:
                raise ValueError(f"the events of {write.incident} are not numbered from expected_n on")
            if write.summary.id != write.incident or any(e.incident != write.incident for e in write.events):
                raise ValueError(f"a write of {write.incident} speaks of another incident")
            if at.get(write.incident, 0) != write.expected_n:
                raise Conflict(f"{write.incident} has changed in the meantime", hint="load it again")
            at[write.incident] = numbers[-1]
        for row in final.values():
            if row.is_open and row.key and keys.setdefault(row.key, row.id) != row.id:
                raise Conflict(f"{keys[row.key]} is open for the same alerts already", hint="load it")

    def _apply(self, shelf: Shelf, write: Write) -> None:
        shelf.events.setdefault(write.incident, []).extend(write.events)
        shelf.order.extend(write.events)
        shelf.position += len(write.events)
        shelf.rows[write.incident] = (shelf.position, write.summary)
        if write.summary.is_open:
            shelf.ended.pop(write.incident, None)
        else:
            ended = write.summary.resolved_at or write.summary.merged_at
            shelf.ended[write.incident] = ended or shelf.ended.get(write.incident) or write.events[-1].at
        if write.op:
            shelf.ops.setdefault(write.op, (write.incident, write.summary.n))
        for effect in write.effects:
            shelf.outbox.setdefault(effect.id, effect)
        for effect_id in write.settled:
            shelf.outbox.pop(effect_id, None)

    def applied(self, op: str) -> tuple[str, int] | None:
        return self._use().ops.get(op)

    def log(self, incident: str) -> tuple[Event, ...]:
        return tuple(self._use().events.get(incident, ()))

    def log_at(self, incident: str) -> tuple[tuple[Event, ...], datetime]:
        return self.log(incident), self.clock.now()

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        return {incident: self.log(incident) for incident in incidents}

    def summary(self, incident: str) -> Summary | None:
        found = self._use().rows.get(incident)
        return found[1] if found else None

    def open_rows(self) -> Changes:
        shelf = self._use()
        with shelf.lock:
            return Changes(shelf.position, tuple(row for _, row in shelf.rows.values() if row.is_open))

    def followed(self) -> tuple[Summary, ...]:
        shelf = self._use()
        with shelf.lock:
            return tuple(row for _, row in shelf.rows.values() if row.wants_last_word)

    def rows(
        self, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
    ) -> tuple[Summary, ...]:
        shelf = self._use()
        with shelf.lock:
            found = [row for _, row in shelf.rows.values() if _overlaps(row, shelf.ended, since, until)]
        return tuple(sorted(found, key=lambda row: (row.reported_at, row.id))[:limit])

    def same_key(self, key: str, since: datetime) -> tuple[Summary, ...]:
        shelf = self._use()
        with shelf.lock:
            found = [
                (row.reported_at, seq, row)
                for seq, row in shelf.rows.values()
                if key and row.key == key and max(row.reported_at, row.resolved_at or LONG_AGO) >= since
            ]
        return tuple(row for _, _, row in sorted(found, key=lambda entry: entry[:2], reverse=True))

    def ended(self, limit: int) -> tuple[Earlier, ...]:
        shelf = self._use()
        with shelf.lock:
            over = [(seq, row) for seq, row in shelf.rows.values() if not row.is_open and not row.merged_into]
            ends = shelf.ended
        over.sort(key=lambda entry: (ends.get(entry[1].id, LONG_AGO), entry[0]), reverse=True)
        return tuple(
            Earlier(row.id, row.title, row.service, row.alert_name, row.reported_at)
            for _, row in over[:limit]
        )

    def changed(self, after: int, limit: int = 500) -> Changes:
        shelf = self._use()
        with shelf.lock:
            found = sorted(
                ((seq, row) for seq, row in shelf.rows.values() if seq > after), key=lambda entry: entry[0]
            )
        page = found[:limit]
        return Changes(page[-1][0] if page else after, tuple(row for _, row in page), len(found) > limit)

    def signal(self) -> int:
        return self._use().version

    def outbox(self, due: datetime, limit: int = 50) -> tuple[OutboxEntry, ...]:
        shelf = self._use()
        with shelf.lock:
            found = [entry for entry in shelf.outbox.values() if entry.due_at is None or entry.due_at <= due]
        return tuple(found[:limit])

    def postpone(self, entry: str, due_at: datetime, lease: Lease) -> None:
        with self.shelf.lock:
            shelf = self._fenced(lease)
            if entry in shelf.outbox:
                before = shelf.outbox[entry]
                shelf.outbox[entry] = replace(before, attempts=before.attempts + 1, due_at=due_at)

    def acquire(self, report: EngineReport, ttl: float) -> Lease | None:
        shelf = self._use()
        with shelf.lock:
            held = shelf.lease
            if held is not None and held.expires_at > self.now() and held.holder != report.holder:
                return None
            shelf.token += 1
            return self._grant(shelf, report, ttl)

    def renew(self, lease: Lease, report: EngineReport, ttl: float) -> Lease:
        with self.shelf.lock:
            return self._grant(self._fenced(lease), report, ttl)

    def _grant(self, shelf: Shelf, report: EngineReport, ttl: float) -> Lease:
        now = self.now()
        expires_at = now + timedelta(milliseconds=round(ttl * 1000))
        shelf.lease = Lease(report.holder, shelf.token, expires_at)
        shelf.report = replace(report, token=shelf.token, beat_at=now, expires_at=expires_at)
        shelf.version += 1
        return shelf.lease

    def release(self, lease: Lease, report: EngineReport) -> None:
        shelf = self._use()
        with shelf.lock:
            if shelf.lease is not None and shelf.lease.token == lease.token:
                self._grant(shelf, report, 0)
                shelf.token += 1  # fences a late write of the old holder
                shelf.lease = Lease("", shelf.token, self.now())

    def engine(self) -> EngineReport | None:
        return self._use().report

    def request_poll(self) -> None:
        self._use(write=True).poll_requested_at = self.now()

    def poll_requested_at(self) -> datetime | None:
        return self._use().poll_requested_at

    def present(self, mine: Presence) -> None:
        self._use(write=True).consoles[mine.console] = replace(mine, seen_at=self.clock.now())

    def leave(self, console: str) -> None:
        self._use(write=True).consoles.pop(console, None)

    def presences(self) -> tuple[Presence, ...]:
        oldest = self.clock.now() - PRESENT_FOR
        found = [one for one in self._use().consoles.values() if one.seen_at and one.seen_at > oldest]
        return tuple(sorted(found, key=lambda one: (one.person, one.console)))

    def journal(self, entry: JournalEntry) -> None:
        self._use(write=True).journal.append(entry)

    def journal_entries(self, since: datetime, until: datetime) -> tuple[JournalEntry, ...]:
        found = [entry for entry in self._use().journal if since <= entry.at < until]
        return tuple(sorted(found, key=lambda entry: entry.at))

    def info(self, *, deep: bool = False, counted: bool = True) -> StoreInfo:
        shelf = self._use()
        events = sum(len(log) for log in shelf.events.values())
        numbers = (len(shelf.rows), events) if counted else (0, 0)
        return StoreInfo("memory", "memory", 1, False, *numbers)

    def backup(self, target: str) -> None:
        raise StoreError("A store in memory has nothing to back up", hint=f"{target} was not written")

    def close(self) -> None:
        """Nothing to let go of."""


def _overlaps(
    row: Summary, ended: dict[str, datetime], since: datetime | None, until: datetime | None
) -> bool:
    if until is not None and row.reported_at >= until:
        return False
    if since is None or row.is_open:
        return True
    return ended[row.id] > since or ended[row.id] >= since <= row.reported_at
