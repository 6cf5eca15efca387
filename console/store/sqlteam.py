"""The part of a store in a database that is about the team: its log, kept values, notifications."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from console.domain.change import Change
from console.domain.notify.notification import Delivery, Notification
from console.domain.team.facts import Fact
from console.ports.store import Lease, Write
from console.ports.team import Kept, NewEvents
from console.store import append, kept, notifications, reading, teamlog
from console.store import changes as change_table
from console.store.tx import Connection


class SqlTeam:
    """See ``console.ports.store.IncidentStore`` for what each method promises."""

    _db: Connection

    def facts(self, after: int = 0) -> tuple[Fact, ...]:
        """Return the team's log behind an entry."""
        with self._db.read() as tx:
            return teamlog.facts(tx, after)

    def add_facts(self, facts: Sequence[Fact], expected: int, lease: Lease | None = None) -> int:
        """Append to the team's log."""
        with self._db.write() as tx:
            return teamlog.add(tx, facts, expected, lease)

    def append_together(self, writes: Sequence[Write], facts: Sequence[Fact], expected: int) -> int:
        """Append to incidents and to the team's log in one transaction."""
        with self._db.write() as tx:
            append.append(tx, writes, None)
            return teamlog.add(tx, facts, expected, None)

    def team_mark(self) -> tuple[int, int]:
        """Return how far the team's log and the changes of kept values are."""
        with self._db.read() as tx:
            return teamlog.mark(tx)

    def keep(self, name: str, value: str, lease: Lease) -> None:
        """Replace the value of a name."""
        with self._db.write() as tx:
            kept.keep(tx, name, value, lease)

    def forget(self, name: str, lease: Lease) -> None:
        """Drop a name."""
        with self._db.write() as tx:
            kept.forget(tx, name, lease)

    def kept(self, prefix: str = "") -> tuple[Kept, ...]:
        """Return the values whose names begin so."""
        with self._db.read() as tx:
            return kept.kept(tx, prefix)

    def add_changes(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """Keep changes that are new; where none is, nothing is written and nobody woken."""
        with self._db.read() as tx:
            if not change_table.unknown(tx, changes):
                return ()
        with self._db.write() as tx:
            return change_table.add(tx, changes)

    def changes(
        self, since: datetime, until: datetime, limit: int = 1000, services: Collection[str] | None = None
    ) -> tuple[Change, ...]:
        """Return the changes of a span."""
        with self._db.read() as tx:
            return change_table.between(tx, since, until, limit, services)

    def events_after(self, position: int, limit: int = 500) -> NewEvents:
        """Return events behind a position."""
        with self._db.read() as tx:
            return reading.events_after(tx, position, limit)

    def notified_until(self) -> int | None:
        """Return up to where events have become notifications."""
        with self._db.read() as tx:
            return notifications.until(tx)

    def notify(
        self,
        news: Sequence[Notification],
        until: int | None,
        lease: Lease,
        changed: Sequence[Notification] = (),
    ) -> tuple[str, ...]:
        """Add notifications, save others, and move on."""
        with self._db.write() as tx:
            return notifications.add(tx, news, until, lease, changed)

    def deliveries(self, due: datetime, limit: int = 200, channel: str = "") -> tuple[Notification, ...]:
        """Return what is due."""
        with self._db.read() as tx:
            return notifications.due(tx, due, limit, channel)

    def deliver(self, changed: Sequence[Notification], lease: Lease) -> None:
        """Save how deliveries stand."""
        with self._db.write() as tx:
            notifications.deliver(tx, changed, lease)

    def notifications(
        self,
        *,
        incident: str | None = None,
        states: Sequence[Delivery] = (),
        since: datetime | None = None,
        limit: int = 500,
    ) -> tuple[Notification, ...]:
        """Return the latest that match."""
        with self._db.read() as tx:
            return notifications.matching(tx, incident, states, since, limit)

    def count_deliveries(self) -> dict[str, dict[Delivery, int]]:
        """Return how many are not through, by channel."""
        with self._db.read() as tx:
            return notifications.counts(tx)

    def retry(self, ids: Sequence[str], due: datetime) -> int:
        """Make failed ones pending again."""
        with self._db.write() as tx:
            return notifications.retry(tx, ids, due)

    def dismiss(self, ids: Sequence[str], at: datetime, by: str) -> int:
        """Take failed ones off the list."""
        with self._db.write() as tx:
            return notifications.dismiss(tx, ids, at, by)

    def first_sent(self, incident: str, channel: str) -> str:
        """Return the handle of a room's first message about an incident."""
        with self._db.read() as tx:
            return notifications.first_sent(tx, incident, channel)
