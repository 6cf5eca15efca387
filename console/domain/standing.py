"""Where one open incident stands for the people on call: what it wants and by when.

Everything here follows from the row and the policy alone, not from the time, so a list of ten
thousand rows works it out once per change and the one-second tick only compares instants.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Duty
from console.domain.sla import Clock, pressing
from console.domain.storms.graph import graph_of
from console.domain.summary import Summary


class Want(StrEnum):
    """What policy wants of somebody for this incident."""

    ACK = "ack"  # nobody has it
    PRIORITY = "priority"  # acked, but still P?
    ANSWER = "answer"  # quiet for too long: "still on it?"
    RESOLVE = "resolve"  # every alert has cleared; P1/P2 wait for a person to say so (S4)
    FIX = "fix"
    CLOSE = "close"  # cleared before anybody acked; one ack files it (S3)
    SLEEP = "sleep"  # snoozed
    TELL = "tell"  # it is over, and clients were last told that it goes on


BANDS = {Want.TELL: 2, Want.CLOSE: 2, Want.SLEEP: 3}
"""Where a want sorts apart from the rest: after what burns, snoozed last."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One row and what follows from it. ``clock_name`` is "ack" or "fix", the clock a list shows.

    ``concerned``: of a storm, the services that stand on its root; which of them fail only the whole incident says.
    """

    row: Summary
    want: Want
    clock_name: str
    clock: Clock
    order: tuple[int, float, int, str]
    concerned: Collection[str] = ()


def standing(row: Summary, policy: Policy) -> Standing:
    """Return where a row stands.

    ``order`` sorts a list: what nobody has yet, then what somebody works on, each by least time
    left; then what is over or cleared by itself and only wants closing; snoozed last. Ties: worse priority,
    then id.
    """
    pressed = pressing(row, policy)
    want = wanted(row)
    band = BANDS.get(want, 0 if want is Want.ACK else 1)
    priority = row.effective_priority or Priority.P1
    order = (band, pressed.clock.deadline.timestamp(), int(priority), row.id)
    return Standing(row, want, pressed.name, pressed.clock, order, _concerned(row, policy))


def _concerned(row: Summary, policy: Policy) -> Collection[str]:
    return graph_of(policy).dependents(row.root).keys() if row.root and row.services > 1 else ()


def wanted(row: Summary) -> Want:
    """Return what policy wants now of whoever has the incident, or should."""
    answers = (
        (row.wants_last_word, Want.TELL),
        (row.state is State.CLEARED_UNACKED, Want.CLOSE),
        (row.snoozed_until is not None, Want.SLEEP),
        (row.state is State.TRIGGERED, Want.ACK),
        (row.nudged_at is not None, Want.ANSWER),
        (row.priority is None, Want.PRIORITY),
        (bool(row.total and not row.firing and row.flapping_since is None), Want.RESOLVE),
    )
    return next((want for holds, want in answers if holds), Want.FIX)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and for which teams they hold a role now. ``teams`` also has those they rotate in.

    ``telling`` are those of ``on_duty`` whose clients they took over to tell.
    """

    id: str
    on_duty: frozenset[str]
    teams: frozenset[str]
    services: frozenset[str] = frozenset()  # of these teams
    telling: frozenset[str] = frozenset()

    def concerns(self, row: Summary) -> bool:
        """Return whether a row is this person's business: theirs, or nobody's in a team they are on duty for.

        A row without a team is everybody's: better seen twice than by nobody.
        """
        if row.owner:
            return row.owner == self.id
        return not row.team or row.team in self.on_duty

    def tells_the_end(self, row: Summary) -> bool:
        """Return whether it is this person's to tell clients that it is over: whoever is on duty may have to."""
        return row.owner == self.id or not row.team or row.team in self.on_duty

    def tells_clients(self, row: Summary) -> bool:
        """Return whether clients are this person's to tell of somebody else's incident."""
        return row.team in self.telling and row.owner not in {"", self.id}


def viewer(me: str, duties: tuple[Duty, ...], policy: Policy) -> Viewer:
    """Return who is looking, from who holds which role now and who rotates where."""
    on_duty = frozenset(duty.team for duty in duties if duty.person == me)
    rotating = {rotation.team for rotation in policy.roster.rotations if me in rotation.members}
    teams = on_duty | rotating
    services = frozenset(one.name for one in policy.services.values() if one.team in teams)
    telling = frozenset(team for team in on_duty if policy.telling.get(team) == me)
    return Viewer(me, on_duty, teams, services, telling)
