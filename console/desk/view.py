"""What a front end knows of the store: rows, engine, health and duties, and the snapshots made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from console.desk.storetime import StoreTime
from console.domain.clockskew import is_worth_a_warning
from console.domain.health import EngineReport
from console.domain.policy import Policy
from console.domain.presence import PRESENT_FOR, Presence
from console.domain.roster import Duty, duties
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.summary import Summary
from console.domain.team.state import NO_TEAM_STATE, TeamState
from console.ports.store import Changes, StoreInfo

SAME_SKEW = timedelta(seconds=0.5)  # a change of the skew by less is no news


class View:
    """The state behind the snapshots. ``due`` is True while something changed that no snapshot has told yet.

    A row that did not change stays the same object, so that a pane compares by identity.
    ``console`` is our own presence's, which is left out; ``digest`` is our team config's.
    ``read_only`` is why this front end writes nothing, empty where it may.
    """

    def __init__(  # noqa: PLR0913 - what is the same in all its snapshots
        self,
        me: str,
        policy_of: Callable[[], Policy],
        time: StoreTime,
        *,
        team_of: Callable[[], TeamState] = lambda: NO_TEAM_STATE,
        rehearsal: str = "",
        console: str = "",
        digest: str = "",
        read_only: str = "",
    ) -> None:
        self.time = time
        self.due = True
        self.engine: EngineReport | None = None
        self.position: int | None = None  # None: the rows have never been read
        self.health = StoreHealth("", StoreState.UNREACHABLE, None, "it has not been asked yet")
        self.skew: timedelta | None = None
        self._me = me
        self._rehearsal = rehearsal
        self._console = console
        self._digest = digest
        self._read_only = read_only
        self._consoles: tuple[Presence, ...] = ()
        self._policy_of = policy_of
        self._policy = policy_of()
        self._team_of = team_of
        self._team = team_of()
        self._by_id: dict[str, Summary] = {}
        self._over: dict[str, Summary] = {}
        self._rows: tuple[Summary, ...] = ()
        self._followed: tuple[Summary, ...] = ()
        self._duties: tuple[Duty, ...] = ()
        self._duties_until: datetime | None = None
        self._told = 0

    @property
    def reachable(self) -> bool:
        """Whether the store answered when it was last asked."""
        return self.health.state is not StoreState.UNREACHABLE

    def take_rows(self, changes: Changes) -> None:
        """Take in all rows that are shown (the first time) or those that changed."""
        touched = self.position is None
        for row in changes.rows:
            touched |= _keep(self._by_id, row, here=row.is_open)
            touched |= _keep(self._over, row, here=row.wants_last_word)
        self.position = changes.position
        if touched:
            self._rows = tuple(self._by_id.values())
            self._followed = tuple(self._over.values())
            self.due = True

    def take_info(self, info: StoreInfo) -> None:
        """Take in what the store is and whether it can be written: it has been found, or found again."""
        reason = info.reason if info.read_only else self._read_only
        state = StoreState.READ_ONLY if info.read_only or reason else StoreState.OK
        self.health = StoreHealth(info.kind, state, self.time.now(), reason)
        self.due = True

    def take_report(self, report: EngineReport | None) -> None:
        """Take in the engine's last heartbeat."""
        if report != self.engine:
            self.engine = report
            self.due = True

    def take_consoles(self, found: tuple[Presence, ...]) -> None:
        """Take in which consoles are open; that one is still there is no news."""
        others = tuple(one for one in found if one.console != self._console)
        if _unseen(others) != _unseen(self._consoles):
            self.due = True
        self._consoles = others

    def forget_consoles(self) -> None:
        """Drop the consoles that have not been heard of for too long, also while the store says nothing."""
        oldest = self.time.now() - PRESENT_FOR
        left = tuple(one for one in self._consoles if one.seen_at is None or one.seen_at > oldest)
        if len(left) != len(self._consoles):
            self._consoles = left
            self.due = True

    def take_skew(self) -> None:
        """Compare this machine's clock with the store's time as it is reckoned."""
        off, error = self.time.skew()
        if self.skew is not None and abs(off - self.skew) < SAME_SKEW:
            return
        told = off if is_worth_a_warning(off, error) else None
        if told != self.skew:
            self.skew = told
            self.due = True

    def take_told(self, told: int) -> None:
        """Take in how often changes of the world have been told."""
        if told != self._told:
            self._told = told
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
        policy, team = self._policy_of(), self._team_of()
        if team is not self._team:
            self._team = team
            self.due = True
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
            rehearsal=self._rehearsal,
            consoles=self._consoles,
            digest=self._digest,
            skew=self.skew,
            team=self._team,
            told=self._told,
            followed=self._followed,
        )


def _keep(known: dict[str, Summary], row: Summary, *, here: bool) -> bool:
    """Take a row in or out; return whether that changed anything."""
    before = known.get(row.id)
    if here and row != before:
        known[row.id] = row
        return True
    return not here and known.pop(row.id, None) is not None


def _unseen(consoles: tuple[Presence, ...]) -> list[Presence]:
    return [replace(one, seen_at=None) for one in consoles]
