"""Whom a level of a chain pages, and which level of some has somebody to page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.domain.holds import Hold
from console.domain.human import listed
from console.domain.policy import Level, Policy
from console.domain.roster import duty, roles


@dataclass(frozen=True, slots=True)
class Skip:
    """A level with nobody new to page, and why."""

    level: int
    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens at ``at`` (UTC) if nobody does anything: ``people`` (ids) of a level are paged.

    ``people`` is empty where every level left had to be skipped, or where a level only tells
    ``channels`` (names of rooms). ``name`` is the level's name, ``note`` says what was skipped on the
    way; ``skips`` are those levels. ``everyone``: each of them is paged again until that person has
    acked. ``hold`` is what the step had to wait for.
    """

    at: datetime
    level: int
    people: tuple[str, ...]
    name: str
    note: str = ""
    round: int = 0
    skips: tuple[Skip, ...] = ()
    channels: tuple[str, ...] = ()
    everyone: bool = False
    hold: Hold | None = None

    @property
    def tells(self) -> bool:
        """Whether anybody hears of it at all."""
        return bool(self.people or self.channels)


def people_of(level: Level, team: str, policy: Policy, at: datetime) -> tuple[str, ...]:
    """Return whom a level pages at an instant: roles of the team by the roster, people, whole teams."""
    return tuple(dict.fromkeys(who for name in level.notify for who in _resolve(name, team, policy, at)))


def level_name(level: Level) -> str:
    """Return what a level is called, else whom it notifies."""
    return level.name or ", ".join((*level.notify, *(f"#{room}" for room in level.channels)))


def whom(plan: Planned, policy: Policy) -> str:
    """Return whom a step pages and which rooms it tells: ``Budi, #payments``; empty for nobody."""
    people = tuple(policy.name_of(person) for person in plan.people)
    return listed((*people, *(f"#{room}" for room in plan.channels)))


def primary_of(team: str, policy: Policy, at: datetime) -> str:
    """Return who is a team's primary at an instant, or holds its first role; empty where nobody does."""
    known = roles(policy.roster, team)
    role = "primary" if "primary" in known else next(iter(known), "")
    return duty(policy.roster, team, role, at).person or "" if role else ""


def reachable(person: str, policy: Policy) -> bool:
    """Return whether some channel has an address of a person.

    Where no channel sends to people at all (none configured, or rooms only) no contact is demanded:
    the console and the rooms are all there is.
    """
    personal = [channel for channel in policy.channels if channel.contact]
    known = policy.people.get(person)
    return not personal or (known is not None and any(channel.address(known) for channel in personal))


@dataclass(frozen=True, slots=True)
class Walk:
    """Looks along some levels for the first that has somebody new to page at ``at``.

    The rooms of levels skipped on the way are told with the level that is found. ``rooms``: a level
    that only tells rooms is a step of its own; else it is passed over like that.
    """

    team: str
    levels: tuple[Level, ...]
    policy: Policy
    at: datetime
    rooms: bool = True

    def onward(self, first: int, turn: int, unresponsive: frozenset[str]) -> Planned:
        """Return the step from level ``first`` on; one without people where there is nobody left."""
        skips: list[Skip] = []
        told: tuple[str, ...] = ()
        for n, level in enumerate(self.levels[first:], first):
            told = tuple(dict.fromkeys((*told, *level.channels)))
            if level.channels and not level.notify:
                if self.rooms:
                    return self._step(n, (), told, turn, skips)
                continue
            people = people_of(level, self.team, self.policy, self.at)
            reason = self._silent(people, unresponsive)
            if not reason:
                return self._step(n, people, told, turn, skips)
            skips.append(Skip(n, turn, f"{level_name(level)}: {reason}"))
        last = len(self.levels) - 1
        if (
            turn and first == 0 and skips
        ):  # said level by level the first time round; from then on in one line
            skips = [Skip(last, turn, f"nobody to page at any level, round {turn + 1}")]
        return Planned(self.at, last, (), "", _note(skips), turn, tuple(skips), told)

    def _step(
        self, n: int, people: tuple[str, ...], told: tuple[str, ...], turn: int, skips: list[Skip]
    ) -> Planned:
        level = self.levels[n]
        return Planned(
            at=self.at,
            level=n,
            people=people,
            name=level_name(level),
            note=_note(skips),
            round=turn,
            skips=tuple(skips),
            channels=told,
            everyone=level.everyone and bool(people),
        )

    def _silent(self, people: tuple[str, ...], unresponsive: frozenset[str]) -> str:
        """Return why paging these people is no use; empty where it is."""
        if not people:
            return "nobody is on call"
        if len(people) == 1 and people[0] in unresponsive:
            return f"only {self.policy.name_of(people[0])}, paged already"
        if not any(reachable(person, self.policy) for person in people):
            names = listed(tuple(map(self.policy.name_of, people)))
            return f"nobody can be reached ({names} {'has' if len(people) == 1 else 'have'} no contact)"
        return ""


def _note(skips: list[Skip]) -> str:
    return listed(tuple(f"level {skip.level} skipped ({skip.reason})" for skip in skips))


def _resolve(name: str, team: str, policy: Policy, at: datetime) -> Iterator[str]:
    roster = policy.roster
    if name in roles(roster, team):
        held = [duty(roster, team, name, at).person]
    elif name in policy.people:
        held = [name]
    else:
        held = [duty(roster, name, role, at).person for role in roles(roster, name)]
    yield from (person for person in held if person)
