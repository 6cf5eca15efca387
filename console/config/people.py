"""People and teams as the config file writes them."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from console.config.base import Line, Table, Word


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
