"""What decisions about the team have in common: the circumstances, and the questions that all of them ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from console.domain.actors import Actor
from console.domain.decisions.base import NoChange, Rejected, known_people
from console.domain.human import until
from console.domain.nearest import did_you_mean
from console.domain.policy import Policy
from console.domain.roster import roles, teams
from console.domain.team.facts import FactBody
from console.domain.team.fold import Spanned
from console.domain.team.state import TeamState

LONGEST = timedelta(days=60)
"""No cover, leave or maintenance is made for longer at once: more is a typing mistake, or belongs in the config."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """These facts. ``text`` is one line for the person who asked."""

    facts: tuple[FactBody, ...]
    text: str


Answer = Arranged | NoChange | Rejected


@dataclass(frozen=True, slots=True)
class Around:
    """Around a command: when (store time, UTC), who, the team's log as it stands, the rules with the log in them."""

    now: datetime
    actor: Actor
    state: TeamState
    policy: Policy

    @property
    def zone(self) -> tzinfo:
        """The zone in which the person who asks is told times: theirs, that of a rotation they are in, UTC."""
        me = self.actor.name
        person = self.policy.people.get(me)
        if person is not None and person.zone is not None:
            return person.zone
        return next((one.timezone for one in self.policy.roster.rotations if me in one.members), UTC)

    def when(self, at: datetime) -> str:
        """Return an instant as the person who asks reads it: ``Mon 09:00 WIB``."""
        return f"{until(at, self.now, self.zone)} {at.astimezone(self.zone).tzname()}"

    def span(self, start: datetime, end: datetime) -> str:
        """Return a span of time: ``from now until 15:00 UTC``."""
        begin = "now" if start <= self.now else self.when(start)
        return f"from {begin} until {self.when(end)}"

    def who(self, person: str) -> str:
        """Return a person as the one who asks reads it."""
        return "you" if person == self.actor.name else self.policy.name_of(person)

    def does(self, person: str, verb: str, plural: str = "") -> str:
        """Return ``you cover`` or ``Budi covers``; ``plural`` where the verb takes no s, as with ``is`` and ``are``."""
        if person == self.actor.name:
            return f"you {plural or verb}"
        return f"{self.policy.name_of(person)} {verb if plural else f'{verb}s'}"


def wrong_span(start: datetime, end: datetime, around: Around, longest: timedelta = LONGEST) -> str:
    """Return why a span cannot be arranged any more, or not in one go; empty where it can."""
    if end <= start:
        return "the end must come after the start"
    if end <= around.now:
        return f"that is over: it would have ended {around.when(end)}"
    if end - start > longest:
        return f"that is longer than {longest.days} days: look at the dates again"
    return ""


def unknown_role(team: str, role: str, around: Around) -> str:
    """Return why there is no such role; empty where there is."""
    known = teams(around.policy.roster)
    if team not in known:
        return f'no team on the roster is called "{team}"{did_you_mean(team, known)}'
    of_team = roles(around.policy.roster, team)
    if role not in of_team:
        return f'{team} has no role "{role}"{did_you_mean(role, of_team)}'
    return ""


def unknown_person(person: str, around: Around) -> str:
    """Return why somebody cannot be meant; empty where they can. Where the config knows nobody, anybody can."""
    return unknown("person", person, known_people(around.policy)) if known_people(around.policy) else ""


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Return why a name is none of the known ones; empty where it is one of them."""
    return "" if name in known else f'no {what} is called "{name}"{did_you_mean(name, known)}'


def first_wrong(reasons: Iterable[str]) -> Rejected | None:
    """Return the first reason that is none other than empty, as a refusal."""
    return next((Rejected(reason) for reason in reasons if reason), None)


def found(parts: Iterable[Spanned], name: str, what: str, around: Around) -> Spanned | Rejected | NoChange:
    """Return what has an id, where it has not ended; ``what`` is what it is called."""
    known = {one.id: one for one in parts if one.id}
    one = known.get(name)
    if one is None:
        running = [one.id for one in known.values() if one.end > around.now]
        return Rejected(f'there is no {what} "{name}"{did_you_mean(name, running)}')
    if one.start >= one.end:
        return NoChange(f"{name} was withdrawn before it began")
    if one.end <= around.now:
        return NoChange(f"{name} ended {around.when(one.end)}")
    return one
