"""The part of ``MemoryStore`` that is about the team: its log, kept values, notifications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.clock import Clock
from console.domain.change import Change
from console.domain.notify.notification import Delivery, Notification
from console.domain.team.facts import Fact
from console.errors import Conflict
from console.ports.store import Lease, Write
from console.ports.team import Kept, NewEvents

if TYPE_CHECKING:
    from tests.fakes.store import Shelf

WAITING = (Delivery.PENDING, Delivery.SENDING)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class MemoryTeam:
    """See ``MemoryStore``."""

    clock: Clock
    shelf: Shelf

    def _use(self, *, write: bool = False) -> Shelf:
        raise NotImplementedError

    def append(self, writes: Sequence[Write], lease: Lease | None = None) -> int:
        raise NotImplementedError

    def _fenced(self, lease: Lease) -> Shelf:
        raise NotImplementedError

    def facts(self, after: int = 0) -> tuple[Fact, ...]:
        return tuple(self._use().facts[after:])

    def add_facts(self, facts: Sequence[Fact], expected: int, lease: Lease | None = None) -> int:
        with self.shelf.lock:
            shelf = self._use() if lease is None else self._fenced(lease)
            ops = {fact.op: None for fact in facts if fact.op}
            if any(op in shelf.ops for op in ops):
                return len(shelf.facts)
            if len(shelf.facts) != expected:
                raise Conflict("The team's plans have changed in the meantime", hint="look at them again")
            shelf.facts += [replace(fact, n=n) for n, fact in enumerate(facts, expected + 1)]
            shelf.ops.update({op: ("", len(shelf.facts)) for op in ops})
            shelf.version += 1
            return len(shelf.facts)

    def append_together(self, writes: Sequence[Write], facts: Sequence[Fact], expected: int) -> int:
        with self.shelf.lock:
            ops = {fact.op for fact in facts if fact.op}
            if not ops & set(self.shelf.ops) and len(self._use().facts) != expected:
                raise Conflict("The team's plans have changed in the meantime", hint="look at them again")
            self.append(writes)
            return self.add_facts(facts, expected)

    def add_changes(self, changes: Sequence[Change]) -> tuple[str, ...]:
        with self.shelf.lock:
            shelf = self._use(write=True)
            fresh = {one.id: one for one in changes if one.id not in shelf.changes}
            shelf.changes.update(
                {name: replace(one, seen_at=self.clock.now()) for name, one in fresh.items()}
            )
            shelf.kept_changes += bool(fresh)
            shelf.version += bool(fresh)
            return tuple(fresh)

    def changes(
        self, since: datetime, until: datetime, limit: int = 1000, services: Collection[str] | None = None
    ) -> tuple[Change, ...]:
        found = [one for one in self._use().changes.values() if since <= one.at < until]
        found.sort(key=lambda one: (one.at, one.id))
        if services is not None:
            found = [one for one in found[-10 * limit :] if one.service in services]
        return tuple(found[-limit:])

    def team_mark(self) -> tuple[int, int]:
        shelf = self._use()
        return len(shelf.facts), shelf.kept_changes

    def keep(self, name: str, value: str, lease: Lease) -> None:
        with self.shelf.lock:
            shelf = self._fenced(lease)
            before = shelf.kept.get(name)
            shelf.kept_changes += before is None or before.value != value
            shelf.kept[name] = Kept(name, self.clock.now(), value)
            shelf.version += 1

    def forget(self, name: str, lease: Lease) -> None:
        with self.shelf.lock:
            shelf = self._fenced(lease)
            shelf.kept_changes += shelf.kept.pop(name, None) is not None
            shelf.version += 1

    def kept(self, prefix: str = "") -> tuple[Kept, ...]:
        return tuple(one for name, one in sorted(self._use().kept.items()) if name.startswith(prefix))

    def events_after(self, position: int, limit: int = 500) -> NewEvents:
        found = self._use().order[position:]
        page = found[:limit]
        return NewEvents(position + len(page), tuple(page), more=len(found) > limit)

    def notified_until(self) -> int | None:
        return self._use().notified_until

    def notify(
        self,
        notifications: Sequence[Notification],
        until: int | None,
        lease: Lease,
        changed: Sequence[Notification] = (),
    ) -> tuple[str, ...]:
        with self.shelf.lock:
            shelf = self._fenced(lease)
            new = []
            for one in notifications:
                if one.id not in shelf.notifications:
                    shelf.notifications[one.id] = one
                    new.append(one.id)
            self._save(shelf, changed)
            if until is not None:
                shelf.notified_until = until
            shelf.version += 1
            return tuple(new)

    def deliveries(self, due: datetime, limit: int = 200, channel: str = "") -> tuple[Notification, ...]:
        found = [
            one
            for one in self._found()
            if one.state in WAITING and one.due_at <= due and channel in {"", one.channel}
        ]
        return tuple(sorted(found, key=lambda one: (one.due_at, one.made_at, one.id))[:limit])

    def deliver(self, changed: Sequence[Notification], lease: Lease) -> None:
        with self.shelf.lock:
            self._save(self._fenced(lease), changed)

    def notifications(
        self,
        *,
        incident: str | None = None,
        states: Sequence[Delivery] = (),
        since: datetime | None = None,
        limit: int = 500,
    ) -> tuple[Notification, ...]:
        found = [
            one
            for one in self._found()
            if (incident is None or one.incident == incident)
            and (not states or one.state in states)
            and (since is None or one.made_at >= since)
        ]
        return tuple(sorted(found, key=lambda one: (one.made_at, one.id))[-limit:])

    def count_deliveries(self) -> dict[str, dict[Delivery, int]]:
        counts: dict[str, Counter[Delivery]] = {}
        for one in self._found():
            if one.state in {*WAITING, Delivery.FAILED}:
                counts.setdefault(one.channel, Counter())[one.state] += 1
        return {channel: dict(count) for channel, count in counts.items()}

    def retry(self, ids: Sequence[str], due: datetime) -> int:
        with self.shelf.lock:
            again = {"state": Delivery.PENDING, "attempts": 0, "due_at": due, "settled_at": None}
            return self._change_failed(ids, again)

    def dismiss(self, ids: Sequence[str], at: datetime, by: str) -> int:
        with self.shelf.lock:
            over = {"state": Delivery.DROPPED, "said": f"dismissed by {by}", "settled_at": at}
            return self._change_failed(ids, over)

    def first_sent(self, incident: str, channel: str) -> str:
        found = [
            one
            for one in self._found()
            if (one.incident, one.channel, one.person, one.state) == (incident, channel, "", Delivery.SENT)
            and one.handle
            and incident
        ]
        found.sort(key=lambda one: (one.settled_at or LONG_AGO, one.made_at, one.id))
        return found[0].handle if found else ""

    def _found(self) -> list[Notification]:
        shelf = self._use()
        with shelf.lock:
            return list(shelf.notifications.values())

    def _change_failed(self, ids: Sequence[str], fields: dict[str, object]) -> int:
        shelf = self._use()
        wanted = [shelf.notifications[name] for name in set(ids) if name in shelf.notifications]
        failed = [one for one in wanted if one.state is Delivery.FAILED]
        self._save(shelf, [replace(one, **fields) for one in failed])  # type: ignore[arg-type]
        return len(failed)

    def _save(self, shelf: Shelf, changed: Sequence[Notification]) -> None:
        for one in changed:
            if one.id in shelf.notifications:
                shelf.notifications[one.id] = one
        shelf.version += 1
