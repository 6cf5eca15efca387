"""A fingerprint of a team's rules, so that two consoles notice that they go by different ones.

It is made of what the config *comes to*: comments, the layout of files, the order of people or of
services, and keys that say what is the default anyway make no difference. Nor does what belongs to
one person or machine: ``[me]``, ``[ui]``, ``[store]``, ``[engine]``, secrets, paths.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from console.config.feeds import FeedTable
from console.config.model import SourceTable
from console.config.secrets import Secret
from console.config.setup import CalendarSpec
from console.domain.policy import Policy
from console.domain.roster import Override, Roster
from console.feeds.base.options import FeedOptions
from console.sources.base.options import SourceOptions

LENGTH = 12
"""Hexadecimal digits; the first six are enough to show."""
_PERSONAL = {"username"}
"""Keys of a source that belong to whoever asks it."""
_OF_ONE_MACHINE = {"file", "host", "interval"}
"""Keys of a calendar that say where it lies, not what it means."""


def digest_of(
    policy: Policy,
    sources: Iterable[tuple[SourceTable, SourceOptions]],
    calendars: Iterable[CalendarSpec] = (),
    feeds: Iterable[tuple[FeedTable, FeedOptions]] = (),
) -> str:
    """Return the fingerprint of a team's rules, of the sources that they are applied to, the calendars and the feeds."""
    said = {
        **_fields(policy),
        "roster": _roster(policy.roster),
        "people": {
            person.id: {"name": person.name, "contacts": sorted(person.contacts), "zone": person.zone}
            for person in policy.people.values()
        },
        "teams": sorted(policy.teams),
        "channels": sorted(policy.channels, key=lambda one: one.name),
        "outlets": sorted(policy.outlets, key=lambda one: one.name),
        "chains": sorted(policy.chains, key=lambda one: (one.team, one.scope)),
        "calendars": {
            spec.name: {key: value for key, value in _fields(spec).items() if key not in _OF_ONE_MACHINE}
            for spec in calendars
        },
        "sources": {table.name: {"kind": table.kind, **_options(options)} for table, options in sources},
        "changes": {table.name: {"kind": table.kind, **_options(options)} for table, options in feeds},
    }
    text = json.dumps(said, default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _roster(roster: Roster) -> dict[str, Any]:
    """Return who is on call, whatever the order in which people and roles are listed; layers keep theirs."""
    return {
        "rotations": sorted(roster.rotations, key=lambda one: (one.team, one.role)),
        "overrides": sorted(_covers(roster.overrides)),
        "absences": sorted((one.person, str(one.start), str(one.end)) for one in roster.absences),
        "holidays": sorted(set(roster.holidays)),
        "broken": sorted({(team, role) for team, role, _ in roster.broken}),
    }


def _covers(overrides: Iterable[Override]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield who covers each role and when, as no longer depends on the order: of several the last listed counts."""
    by_role: dict[tuple[str, str], list[Override]] = {}
    for override in overrides:
        by_role.setdefault((override.team, override.role), []).append(override)
    for (team, role), listed in by_role.items():
        for person, start, end in _pieces(listed):
            yield team, role, start.isoformat(), end.isoformat(), person


def _pieces(listed: list[Override]) -> list[tuple[str, datetime, datetime]]:
    """Cut the time that overrides of one role cover at every change of person."""
    waiting = sorted(enumerate(listed), key=lambda one: one[1].start, reverse=True)
    begun: list[tuple[int, Override]] = []  # a heap, the last listed on top
    pieces: list[tuple[str, datetime, datetime]] = []
    moments = sorted({moment for one in listed for moment in (one.start, one.end)})
    for start, end in pairwise(moments):
        while waiting and waiting[-1][1].start <= start:
            index, override = waiting.pop()
            heappush(begun, (-index, override))
        while begun and begun[0][1].end <= start:
            heappop(begun)
        if not begun:
            continue
        person = begun[0][1].person
        if pieces and pieces[-1][0] == person and pieces[-1][2] == start:
            pieces[-1] = (person, pieces[-1][1], end)
        else:
            pieces.append((person, start, end))
    return pieces


def _options(options: SourceOptions | FeedOptions) -> dict[str, Any]:
    """Return what a source or a feed is asked and how its answers are read: all but secrets, paths and personal keys."""
    return {key: value for key, value in options if key not in _PERSONAL and not _private(value)}


def _private(value: object) -> bool:
    return value is None or isinstance(value, Secret | Path)


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _plain(value: Any) -> Any:
    """Return a value of the rules as JSON has it; what has no shape of its own there as its text."""
    if isinstance(value, Secret):
        return None  # one of a table of them
    if isinstance(value, BaseModel):
        return {key: inner for key, inner in value if not _private(inner)}
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, timedelta | date | time | ZoneInfo):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the fingerprint")
