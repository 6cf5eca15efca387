"""People, teams, services, rotations and escalation chains as the config file writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from console.config.base import Line, Table, Word, Zone, parse_zone
from console.config.durations import Duration, format_duration, parse_positive
from console.domain.text import safe_url

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)
_HANDOFF = re.compile(r"(?:([A-Za-z]{3,9})\s+)?(\d{1,2}):(\d{2})", re.ASCII)


class Person(Table):
    """``[[people]]``: somebody who can be on call or paged."""

    id: Word
    """Short name, used in rotations, on the command line and in the log; never reuse one."""

    name: Line | None = None
    """Name as shown; the id where left out."""

    phone: Line | None = None
    """Telephone number, as you would dial it."""

    slack: Line | None = None
    """Slack handle."""

    email: Line | None = None
    """Email address."""

    contacts: dict[Word, Line] = Field(default_factory=dict)
    """Other ways to reach them, by kind."""

    _order: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_order(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        person = handler(value)
        if isinstance(value, dict):
            person._order = tuple(value)  # noqa: SLF001 - its own, set while it is being made
        return person

    def reached_by(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, value) of every contact in the order of the file."""
        found: list[tuple[str, str]] = []
        for key in self._order:
            value = getattr(self, key, None)
            if key == "contacts":
                found += self.contacts.items()
            elif key in {"phone", "slack", "email"} and value:
                found.append((key, value))
        return tuple(found)


class Team(Table):
    """``[[teams]]``: who owns services and shares a rotation."""

    id: Word
    """Short name, used by services, rotations and chains."""


def _address(value: str) -> str:
    address = safe_url(value)
    if not address:
        raise ValueError("is not an http or https address without user name and blanks")
    return address


class ServiceLink(Table):
    """A titled address of a service: its dashboard, its logs."""

    title: Line
    """What it is called."""

    url: Annotated[str, BeforeValidator(_address)]
    """http or https."""


class Service(Table):
    """``[[services]]``: what alerts are about."""

    name: Line
    """As alerts call it (the ``service`` of the alert)."""

    team: Word
    """Whose it is: a team's id."""

    depends_on: tuple[Line, ...] = ()
    """Services it stands on."""

    links: tuple[ServiceLink, ...] = ()
    """Where to look."""

    runbooks: tuple[Line, ...] = ()
    """Runbook files for any alert of this service, relative to a runbook folder."""


def _every(value: object) -> timedelta:
    if value == "daily":
        return timedelta(days=1)
    if value == "weekly":
        return WEEK
    try:
        return parse_positive(value)
    except ValueError:
        raise ValueError(
            f'"{value}" is not a length of a shift; write "weekly", "daily" or like "12h"'
        ) from None


class Handoff(Table):
    """When the next person takes over: local wall time, for weekly rotations with a day."""

    at: time
    weekday: int | None = None  # 0 is Monday


def _handoff(value: object) -> Handoff:
    match = _HANDOFF.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        day, hour, minute = (match[1] or "").lower(), int(match[2]), int(match[3])
        known = [number for number, name in enumerate(DAYS) if day[:3] == name]
        if hour < 24 and minute < 60 and (known or not day):
            return Handoff(at=time(hour, minute), weekday=known[0] if known else None)
    raise ValueError(f'"{value}" is not a handoff; write it like "Mon 09:00" or "09:00"')


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("is a date without quotes, like 2026-01-05")


class Rotation(Table):
    """``[[rotations]]``: one role of one team, handed round its members."""

    team: Word
    """A team's id."""

    role: Word
    """What the holder is: primary, secondary, …"""

    members: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Ids of people in order of their turns."""

    start: Annotated[date, BeforeValidator(_day)]
    """The first member's first shift begins at the first handoff on or after this day."""

    every: Annotated[timedelta, BeforeValidator(_every)] = WEEK
    """Length of a shift: "weekly", "daily" or a duration such as "12h"."""

    handoff: Annotated[Handoff, BeforeValidator(_handoff)] = Handoff(at=time(9))
    """Local wall time of the handoff: "Mon 09:00" for weeks (without a day: the weekday of ``start``), "09:00" otherwise."""

    timezone: Zone = parse_zone("UTC")
    """Whose wall time, such as "Asia/Jakarta"."""

    @property
    def weekly(self) -> bool:
        """Whether shifts are whole weeks."""
        return not self.every % WEEK

    @model_validator(mode="after")
    def _day_fits(self) -> Self:
        if self.handoff.weekday is not None and not self.weekly:
            raise ValueError(
                f'handoff names a day, but every is "{format_duration(self.every)}", not whole weeks; '
                'leave the day out or write every = "weekly"'
            )
        return self


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    raise ValueError("is a time without quotes, like 2026-01-05T09:00:00+07:00 or 2026-01-05T09:00:00")


class Override(Table):
    """``[[overrides]]``: somebody covers a role for a while; the later in the file wins."""

    team: Word
    """A team's id."""

    role: Word
    """The role that is covered."""

    person: Word
    """Who covers: a person's id."""

    start: Annotated[datetime, BeforeValidator(_moment)]
    """From when; without an offset: wall time of the role's rotation."""

    end: Annotated[datetime, BeforeValidator(_moment)]
    """Until when, likewise."""


class Level(Table):
    """One step of a chain."""

    notify: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Whom: roles of the team, ids of people or ids of teams."""

    after: Duration
    """How long after the first page."""

    name: Line | None = None
    """What the level is called on screen."""


class Escalation(Table):
    """``[[escalation]]``: whom a team's incidents page, and when the next level's turn comes."""

    team: Word
    """A team's id."""

    levels: Annotated[tuple[Level, ...], Field(min_length=1, max_length=50)]
    """The steps, earliest first."""

    repeat: Annotated[int, Field(ge=-1, le=100)] = 1
    """How often the whole chain starts again; -1 for ever."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in zip(self.levels, self.levels[1:], strict=False):
            if later.after < earlier.after:
                raise ValueError(
                    f'levels are not in order: "{format_duration(later.after)}" '
                    f'comes after "{format_duration(earlier.after)}"'
                )
        return self
