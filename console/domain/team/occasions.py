"""Which occasions a checklist has for a person: before a shift, each day of it, at its end (semantics, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from console.domain.policy import Policy
from console.domain.team.checklist import Checklist, When
from console.domain.team.turns import Turn, turns

BEFORE = timedelta(hours=24)
"""A pre-shift list opens so long before the shift."""
GRACE = timedelta(hours=1)
"""A pre-shift list is late so long after the shift began."""
AROUND_END = timedelta(hours=12)
"""A list for the end is open from so long before the end to so long after it."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a checklist is filled in for. ``key`` names it in the log for good.

    It can be answered in [opens, closes) and should be by ``due`` (all UTC). ``begins`` is when the
    shift begins, None where it always ran.
    """

    key: str
    team: str
    role: str
    opens: datetime
    due: datetime
    closes: datetime
    begins: datetime | None

    def open_at(self, at: datetime) -> bool:
        """Return whether it can be answered at an instant."""
        return self.opens <= at < self.closes


FOR_EVER = datetime.max.replace(tzinfo=UTC)


def occasions(
    checklist: Checklist, own: tuple[Turn, ...], policy: Policy, now: datetime
) -> tuple[Occasion, ...]:
    """Return the occasions that are open at ``now``, earliest first.

    ``own`` are a person's turns. Of two roles whose shifts begin (or end) together, and of those held on
    the same day, the first counts: nobody checks the same things twice.
    """
    found: dict[datetime, Occasion] = {}
    for turn in own:
        if checklist.team not in {"", turn.team}:
            continue
        for one in _of_turn(checklist, turn, policy, now):
            if one.open_at(now):
                found.setdefault(one.due, one)
    return tuple(found.values())


def turns_around(policy: Policy, person: str, now: datetime) -> tuple[Turn, ...]:
    """Return a person's turns that any checklist may be about at ``now``."""
    return turns(policy.roster, person, now - AROUND_END, now + BEFORE + timedelta.resolution)


def _of_turn(checklist: Checklist, turn: Turn, policy: Policy, now: datetime) -> Iterator[Occasion]:
    when, name = checklist.when, f"{turn.team}/{turn.role}"
    if when is When.PRE_SHIFT and turn.start is not None:
        late = turn.start + GRACE
        closes = turn.end or FOR_EVER
        key = f"{name}/{_instant(turn.start)}"
        yield Occasion(key, turn.team, turn.role, turn.start - BEFORE, late, closes, turn.start)
    elif when is When.END and turn.end is not None:
        opens = max(turn.end - AROUND_END, turn.start or turn.end - AROUND_END)
        key = f"{name}/{_instant(turn.end)}"
        yield Occasion(key, turn.team, turn.role, opens, turn.end, turn.end + AROUND_END, turn.start)
    elif when is When.DAILY and turn.holds(now):
        yield _day(checklist.team, turn, zone_of(policy, turn), now)


def _day(team: str, turn: Turn, zone: tzinfo, now: datetime) -> Occasion:
    day = now.astimezone(zone).date()
    opens = datetime.combine(day, time(), zone).astimezone(UTC)
    closes = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    key = f"{team}/{day.isoformat()}" if team else day.isoformat()
    return Occasion(key, turn.team, turn.role, opens, closes, closes, turn.start)


def zone_of(policy: Policy, turn: Turn) -> tzinfo:
    """Return the zone a role's days are counted in: its rotation's, else its team's, else UTC."""
    rotations = policy.roster.rotations
    zones = [one.timezone for one in rotations if (one.team, one.role) == (turn.team, turn.role)]
    zones += [one.timezone for one in rotations if one.team == turn.team]
    return zones[0] if zones else UTC


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
