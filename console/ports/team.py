"""What a store keeps besides incidents: the team's log, values that are replaced, changes, notifications."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from console.domain.change import Change
from console.domain.events import Event
from console.domain.notify.notification import Delivery, Notification
from console.domain.team.facts import Fact

if TYPE_CHECKING:
    from console.ports.store import Lease, Write


@dataclass(frozen=True, slots=True)
class NewEvents:
    """Events of all incidents in the order of their commits; ask again from ``position`` while ``more``."""

    position: int
    events: tuple[Event, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A value under a name that is replaced as a whole, such as the shifts of a calendar. ``value`` is JSON."""

    name: str
    at: datetime
    value: str


class TeamStore(Protocol):
    """The part of ``IncidentStore`` that is about the team; what is said there of errors counts here too."""

    # the team's log, and values that are replaced

    def facts(self, after: int = 0) -> tuple[Fact, ...]:
        """Return the team's log behind entry ``after``, in order."""
        ...

    def add_facts(self, facts: Sequence[Fact], expected: int, lease: Lease | None = None) -> int:
        """Append to the team's log in one transaction; return the number of its last entry.

        ``expected`` is the last entry that the writer knew; the facts are numbered on from there.
        Raises ``Conflict`` where the log has moved on, ``FenceLost`` as ``append`` does. An ``op`` that
        is in the log already makes the call a no-op.
        """
        ...

    def append_together(self, writes: Sequence[Write], facts: Sequence[Fact], expected: int) -> int:
        """Append to the logs of incidents and to the team's in one transaction: both, or neither.

        Returns the number of the team log's last entry. Raises what ``append`` and ``add_facts`` raise. The
        facts carry another ``op`` than the writes: each op is applied once.
        """
        ...

    def team_mark(self) -> tuple[int, int]:
        """Return the number of the log's last entry, and one that differs after a kept value or ``changes`` have.

        One small question: who has read both asks it to find out whether there is anything to read again.
        """
        ...

    def keep(self, name: str, value: str, lease: Lease) -> None:
        """Replace the value of a name; the same value again changes nothing but its time. Raises ``FenceLost``."""
        ...

    def forget(self, name: str, lease: Lease) -> None:
        """Drop a name; one that is not there is no error. Raises ``FenceLost``."""
        ...

    def kept(self, prefix: str = "") -> tuple[Kept, ...]:
        """Return the values whose names begin so, by name."""
        ...

    # what was changed in the world

    def add_changes(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """Keep changes; return the ids that were new. One whose id is known already is left as it was.

        ``seen_at`` is the store's time. Anybody may tell of one; needs no lease.
        """
        ...

    def changes(
        self, since: datetime, until: datetime, limit: int = 1000, services: Collection[str] | None = None
    ) -> tuple[Change, ...]:
        """Return the latest that took effect in [since, until), oldest first.

        ``services``: only those of these names (an empty one: those that concern all), found among the latest
        ten times ``limit``.
        """
        ...

    # notifications

    def events_after(self, position: int, limit: int = 500) -> NewEvents:
        """Return events that were committed after a position, in order."""
        ...

    def notified_until(self) -> int | None:
        """Return the position up to which events have become notifications; None before the first time."""
        ...

    def notify(
        self,
        notifications: Sequence[Notification],
        until: int | None,
        lease: Lease,
        changed: Sequence[Notification] = (),
    ) -> tuple[str, ...]:
        """Add notifications, move ``notified_until`` and save ``changed`` as ``deliver`` does, in one transaction.

        Returns the ids that were new. One whose id is known already is left as it is, whatever became of it.
        ``until`` None leaves the position alone. Raises ``FenceLost``.
        """
        ...

    def deliveries(self, due: datetime, limit: int = 200, channel: str = "") -> tuple[Notification, ...]:
        """Return those pending or sending that are due, oldest ``due_at`` first; ``channel`` empty: of all."""
        ...

    def deliver(self, changed: Sequence[Notification], lease: Lease) -> None:
        """Save how deliveries stand now, all fields but ``id``, in one transaction. Raises ``FenceLost``."""
        ...

    def notifications(
        self,
        *,
        incident: str | None = None,
        states: Sequence[Delivery] = (),
        since: datetime | None = None,
        limit: int = 500,
    ) -> tuple[Notification, ...]:
        """Return the latest that match, oldest first; ``states`` empty: any; ``since``: made at or after."""
        ...

    def count_deliveries(self) -> dict[str, dict[Delivery, int]]:
        """Return by channel how many are pending, sending and failed."""
        ...

    def retry(self, ids: Sequence[str], due: datetime) -> int:
        """Make failed ones pending again with no attempts counted; return how many. For people; needs no lease."""
        ...

    def dismiss(self, ids: Sequence[str], at: datetime, by: str) -> int:
        """Take failed ones off the dead letter list (dropped, "dismissed by …"); return how many."""
        ...

    def first_sent(self, incident: str, channel: str) -> str:
        """Return the handle of the first message about an incident that a channel's room took, or empty."""
        ...
