"""How much a shift asks of somebody, against what a person can do well, and when to suggest a break.

The guideline is Google's (Site Reliability Engineering, "Being On-Call"): at most two incidents in a shift of twelve hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from console.domain.hints import Hint, Tone
from console.domain.human import count, length
from console.domain.incident import Incident
from console.domain.metrics import at_night
from console.domain.policy import Policy
from console.domain.roster import duty, roles

GUIDELINE = 2
"""Incidents that a shift of twelve hours should have at most."""
PER = timedelta(hours=12)
PAUSE = timedelta(minutes=30)
"""Half an hour without doing anything for an incident counts as a break."""
TIRED_AFTER = timedelta(hours=2)
TIRED_INCIDENTS = 3
"""So long without a break and with so many incidents a break is suggested."""
REMIND_EVERY = timedelta(hours=1)
REMIND_FOR = timedelta(minutes=10)
"""How long the suggestion stays unless it is put away."""


@dataclass(frozen=True, slots=True)
class ShiftLoad:
    """What one person had in their shift so far.

    ``incidents`` concerned them (paged, or worked on), ``night`` pages came in their sleeping hours
    (22-07 local). ``busy_since`` is when they last began to work without a break; None where they
    have one now. ``busy_with`` incidents since then. ``heavy``: beyond the guideline.
    """

    since: datetime
    incidents: int
    pages: int
    night: int
    busy_since: datetime | None
    busy_with: int
    heavy: bool

    @property
    def words(self) -> str:
        """The meter: ``load 5 (2 at night) this shift``."""
        night = f" ({self.night} at night)" if self.night else ""
        return f"load {self.incidents}{night} this shift"


def shift_load(
    incidents: Iterable[Incident],
    acts: Iterable[tuple[datetime, str]],
    person: str,
    span: tuple[datetime, datetime],
    zone: tzinfo,
) -> ShiftLoad:
    """Return the load of ``person`` in ``span`` (the beginning of the shift, now).

    ``incidents`` are those open in the span, ``acts`` the instants at which the person did something
    themselves, each with the incident. ``zone`` is where their nights are.
    """
    start, now = span
    pages = {
        (at, one.id) for one in incidents for at, who in one.pages if who == person and start <= at < now
    }
    done = sorted((at, name) for at, name in acts if start <= at <= now)
    concerned = {name for _, name in (*pages, *done)}
    busy = _busy(sorted([*pages, *done]), now) if done else []
    return ShiftLoad(
        since=start,
        incidents=len(concerned),
        pages=len(pages),
        night=sum(at_night(at, zone) for at, _ in pages),
        busy_since=busy[0][0] if busy else None,
        busy_with=len({name for _, name in busy}),
        heavy=len(concerned) > GUIDELINE * max(1.0, (now - start) / PER),
    )


def _busy(moments: list[tuple[datetime, str]], now: datetime) -> list[tuple[datetime, str]]:
    """Return what happened since the last break; nothing where one goes on now."""
    after, found = now, len(moments)
    while found and after - moments[found - 1][0] < PAUSE:
        found -= 1
        after = moments[found][0]
    return moments[found:]


def needs_break(load: ShiftLoad, now: datetime) -> bool:
    """Return whether somebody has worked for too long on too much."""
    since = load.busy_since
    return since is not None and now - since > TIRED_AFTER and load.busy_with >= TIRED_INCIDENTS


def break_hint(load: ShiftLoad, policy: Policy, me: str, team: str, now: datetime) -> Hint | None:
    """Return the suggestion to take a break, calm and with who could take over; None where none is due."""
    if load.busy_since is None or not needs_break(load, now):
        return None
    worked, other = length(now - load.busy_since), _other(policy, me, team, now)
    ask = f": ask {other} to take over for 20 min" if other else ": nobody else is on duty; tell your team"
    text = f"{worked} without a break, {count(load.busy_with, 'incident')}{ask}"
    return Hint(text, "pane.roster", tone=Tone.CALM)


def _other(policy: Policy, me: str, team: str, now: datetime) -> str:
    """Return who of the team could take over, with the role, the secondary first; empty where nobody is there."""
    held = [duty(policy.roster, team, role, now) for role in roles(policy.roster, team)]
    others = [one for one in held if one.person not in {None, me}]
    found = min(others, key=lambda one: one.role != "secondary", default=None)
    return f"{policy.name_of(found.person or '')} ({found.role})" if found else ""


@dataclass(slots=True)
class Reminder:
    """When a suggestion was last made, so that it comes at most once an hour and goes away by itself."""

    begun: datetime | None = None
    away: bool = False

    def show(self, *, wanted: bool, now: datetime) -> bool:
        """Return whether to show it now."""
        if wanted and (self.begun is None or now - self.begun >= REMIND_EVERY):
            self.begun, self.away = now, False
        return wanted and not self.away and self.begun is not None and now - self.begun < REMIND_FOR

    def put_away(self, now: datetime) -> bool:
        """Put it away until the next time; True where it was to be seen."""
        seen = self.show(wanted=True, now=now) if self.begun is not None else False
        self.away = True
        return seen
