"""What a front end knows of the store: rows, engine, health and duties, and the snapshots made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from console.desk.storetime import StoreTime
from console.domain.health import EngineReport
from console.domain.policy import Policy
from console.domain.roster import Duty, duties
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.summary import Summary
from console.ports.store import Changes, StoreInfo


class View:
    """The state behind the snapshots. ``due`` is True while something changed that no snapshot has told yet.

    A row that did not change stays the same object, so that a pane compares by identity.
    """

    def __init__(
        self, me: str, policy_of: Callable[[], Policy], time: StoreTime, *, demo: bool = False
    ) -> None:
        self.time = time
        self.due = True
        self.engine: EngineReport | None = None
        self.position: int | None = None  # None: the rows have never been read
        self.health = StoreHealth("", StoreState.UNREACHABLE, None, "it has not been asked yet")
        self._me = me
        self._demo = demo
        self._policy_of = policy_of
        self._policy = policy_of()
        self._by_id: dict[str, Summary] = {}
        self._rows: tuple[Summary, ...] = ()
        self._duties: tuple[Duty, ...] = ()
        self._duties_until: datetime | None = None

    @property
    def reachable(self) -> bool:
        """Whether the store answered when it was last asked."""
        return self.health.state is not StoreState.UNREACHABLE

    def take_rows(self, changes: Changes) -> None:
        """Take in all open rows (the first time) or those that changed."""
        touched = self.position is None
        for row in changes.rows:
            before = self._by_id.get(row.id)
            if row.is_open and row != before:
                self._by_id[row.id] = row
                touched = True
            elif not row.is_open and before is not None:
                del self._by_id[row.id]
                touched = True
        self.position = changes.position
        if touched:
            self._rows = tuple(self._by_id.values())
            self.due = True

    def take_info(self, info: StoreInfo) -> None:
        """Take in what the store is and whether it can be written: it has been found, or found again."""
        state = StoreState.READ_ONLY if info.read_only else StoreState.OK
        self.health = StoreHealth(info.kind, state, self.time.now())
        self.due = True

    def take_report(self, report: EngineReport | None) -> None:
        """Take in the engine's last heartbeat."""
        if report != self.engine:
            self.engine = report
            self.due = True

    def answered(self) -> None:
        """Note that the store has answered just now."""
        self.health = replace(self.health, seen_at=self.time.now())

    def unreachable(self, error: str) -> None:
        """Say that the store cannot be asked; everything known stays, as of when it last answered."""
        if self.reachable or self.health.error != error:
            self.health = replace(self.health, state=StoreState.UNREACHABLE, error=error)
            self.due = True

    def refresh_duties(self) -> None:
        """Work out who is on call, at each change of person or config and at least once a minute."""
        now = self.time.now()
        policy = self._policy_of()
        same_policy = policy is self._policy
        if same_policy and self._duties_until is not None and now < self._duties_until:
            return
        self._policy = policy
        found = duties(policy.roster, now)
        ends = [duty.until for duty in found if duty.until is not None and duty.until > now]
        self._duties_until = min([now + timedelta(minutes=1), *ends])
        if found != self._duties or not same_policy:
            self._duties = found
            self.due = True

    def snapshot(self) -> Snapshot:
        """Return all of it as of now; nothing is due any more."""
        self.due = False
        return Snapshot(
            now=self.time.now(),
            me=self._me,
            position=self.position or 0,
            rows=self._rows,
            sources=self.engine.sources if self.engine else (),
            engine=self.engine,
            store=self.health,
            duties=self._duties,
            policy=self._policy,
            demo=self._demo,
        )
