"""One role over time: which layer, leave or override decides at an instant, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from console.domain.roster.layer import Has, Layer, Leave, ListedLayer, Turn
from console.domain.roster.strip import BEGINNING, NEVER, layered
from console.domain.roster.values import Duty, Override

_MOST_STEPS = 10_000
"""So often the span is looked for in which one person holds a role; beyond that no end is in sight."""
_NO_ONE: str | None = None


@dataclass(slots=True)
class Parts:
    """What decides one role: layers and overrides in the order they are listed, why some rotations are unusable."""

    leave: Leave
    layers: list[Layer] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


class Piece(NamedTuple):
    """Who holds a role at an instant, and the span around it in which nothing about that can change."""

    person: str | None
    start: datetime
    end: datetime
    covering: bool = False
    covered: str = ""
    reason: str = ""


class Line:
    """What decides one role of one team.

    At any instant exactly one person or nobody holds it. An override decides first, the latest made one;
    then the layers, the highest first. Of the layers of one height the latest listed that counts at that instant
    (it has begun, not ended, its windows include it) is the one that is asked. Where it has nobody, lower
    ones are; only where none has anybody there is a gap.

    The latest answers are kept: they never change, and most questions are about the same shift as the last.
    """

    def __init__(self, team: str, role: str, parts: Parts) -> None:
        self.team = team
        self.role = role
        self.is_planned = bool(parts.layers or parts.broken)
        self._planned_people = frozenset(person for layer in parts.layers for person in layer.people)
        self._last_covers = {one.person: one.end for one in sorted(parts.overrides, key=lambda one: one.end)}
        newest_first = parts.layers[::-1]
        self._layers = sorted(newest_first, key=lambda layer: -layer.height)
        self._covers = layered((one.start, one.end, one) for one in parts.overrides)
        self._leave = parts.leave
        self._nobody = Turn(None, BEGINNING, NEVER, Has.NOTHING, reason="no rotation of this role")
        if parts.broken:
            self._nobody = Turn(None, BEGINNING, NEVER, Has.BROKEN, reason="; ".join(parts.broken))
        self._alone, self._alone_from = self._last_one()
        self._run = (NEVER, NEVER, (NEVER, NEVER, _NO_ONE))
        self._duty: tuple[datetime, datetime, Duty] | None = None
        self._runs: tuple[tuple[datetime, datetime], list[list[Piece]]] = ((NEVER, NEVER), [])

    def may_hold(self, person: str, at: datetime) -> bool:
        """Return whether somebody may hold the role after an instant; covers that are over do not count."""
        return person in self._planned_people or self._last_covers.get(person, at) > at

    def duty(self, at: datetime) -> Duty:
        """Return who holds the role at an instant."""
        latest = self._duty
        if latest is not None and latest[0] <= at < latest[1]:
            return latest[2]
        piece = self.look(at)
        since, until, later = self._span(piece)
        found = Duty(
            team=self.team,
            role=self.role,
            person=piece.person,
            since=None if since == BEGINNING else since,
            until=None if until == NEVER else until,
            next_person=later,
            covering=piece.covering,
            covered=piece.covered,
            reason=piece.reason,
        )
        self._duty = (piece.start, piece.end, found)
        return found

    def runs(self, start: datetime, end: datetime) -> list[list[Piece]]:
        """Cut [start, end) at every change of person; each run has the pieces in which more than that changes."""
        asked, found = self._runs
        if asked == (start, end):
            return found
        found = []
        here = start
        while here < end:
            piece = self.look(here)
            if piece.start < here or piece.end > end:
                piece = piece._replace(start=here, end=min(piece.end, end))
            if found and found[-1][-1].person == piece.person:
                found[-1].append(piece)
            else:
                found.append([piece])
            here = piece.end
        self._runs = ((start, end), found)
        return found

    def look(self, at: datetime) -> Piece:
        """Return who holds the role at an instant, by override or else by layer."""
        if at >= self._alone_from:
            return Piece(self._alone, self._alone_from, NEVER)
        turn = self._planned(at)
        override, start, end = None, turn.start, turn.end
        if self._covers.edges:
            override, begins, ends = self._covers.find(at)
            start, end = max(start, begins), min(end, ends)
        end = min(end, self._alone_from)
        if override is None:
            covered = turn.covered if turn.person is not None else ""
            return Piece(turn.person, start, end, bool(covered), covered, turn.reason)
        by = f" by {self._leave.name(override.by)}" if override.by else ""
        why = f": {override.reason}" if override.reason else ""
        if not override.person:
            return Piece(None, start, end, reason=f"left to nobody{by}{why}")
        owner = turn.covered or turn.person or ""
        if override.person == owner:
            return Piece(owner, start, end)
        # Who arranged it is not who covers: of a cover that somebody takes upon themselves only the reason counts.
        arranged = f"arranged{by}" if by and override.by != override.person else ""
        reason = ": ".join(part for part in (arranged, override.reason) if part)
        return Piece(override.person, start, end, True, owner, reason)

    def _planned(self, at: datetime) -> Turn:
        """Return whose turn it is without overrides."""
        start, end, asked = BEGINNING, NEVER, None
        best = self._nobody
        idle: list[Layer] = []
        for layer in self._layers:
            if layer.height == asked:
                continue
            turn = layer.at(at)
            start, end = max(start, turn.start), min(end, turn.end)
            if turn.person is not None:
                return Turn(turn.person, start, end, turn.has, turn.covered, turn.reason)
            if turn.has is Has.NOBODY:
                asked = layer.height
            if turn.has > best.has:
                best, idle = turn, [layer]
            elif turn.has is best.has:
                idle.append(layer)
        return Turn(None, start, end, best.has, best.covered, best.reason or _why(idle, at))

    def _span(self, piece: Piece) -> tuple[datetime, datetime, str | None]:
        """Return since when and until when a piece's person holds the role, and who does then."""
        first, last, known = self._run
        if first <= piece.start and piece.end <= last:
            return known
        since, until = piece.start, piece.end
        later: str | None = None
        steps = 0
        while since > BEGINNING and steps < _MOST_STEPS:
            earlier = self.look(since - datetime.resolution)
            if earlier.person != piece.person:
                break
            since, steps = earlier.start, steps + 1
        first = since
        if steps == _MOST_STEPS:
            since = BEGINNING
        steps, last = 0, until
        while until < NEVER and steps < _MOST_STEPS:
            after = self.look(until)
            if after.person != piece.person:
                later = after.person
                break
            until, steps = after.end, steps + 1
            if steps <= _MOST_STEPS // 2:  # seen from further on, an end may come into sight
                last = until
        if steps == _MOST_STEPS:
            until = NEVER
        else:
            last = until
        self._run = (first, last, (since, until, later))
        return since, until, later

    def _last_one(self) -> tuple[str | None, datetime]:
        """Return who holds the role for ever from some instant on, where that can be told without walking there."""
        people: set[str] = set()
        for layer in self._layers:
            if isinstance(layer, ListedLayer) or layer.end < NEVER:
                continue
            people.update(layer.people)
            if not layer.people or len(people) > 1:
                break
            if layer.hours is None:
                edges = [edge for one in self._layers for edge in one.edges if edge < NEVER]
                return layer.people[0], max([*edges, *self._covers.edges])
        return None, NEVER


def _why(layers: list[Layer], at: datetime) -> str:
    """Return why layers that do not count at an instant do not, in words."""
    reasons = dict.fromkeys(layer.why(at) for layer in layers)
    return next(iter(reasons), "") if len(reasons) < 2 else "no layer covers these hours"
