"""People and teams as the config file writes them."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from console.config.base import Entry, Line, Table, Word, Zone
from console.config.moments import DayOrMoment


class Leave(Entry):
    """Somebody is away: their shifts go to the next member, or to nobody (``on_leave`` of a rotation)."""

    start: DayOrMoment = Field(alias="from")
    """The first day, or a time; whole days and times without an offset are those of the person's time zone."""

    end: DayOrMoment = Field(alias="to")
    """The last day, which is a whole day of leave too, or a time."""

    reason: Line | None = None
    """Why, as it is shown."""


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

    timezone: Zone | None = None
    """Where they are, such as "Asia/Jakarta"; left out: the zone of the first rotation they are in."""

    leave: tuple[Leave, ...] = ()
    """When they are away: { from = 2026-02-01, to = 2026-02-08, reason = "…" }."""

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
