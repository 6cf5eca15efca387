"""Escalation chains as the config file writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Table, Word
from console.config.durations import Duration, PositiveDuration, format_duration

ROOM = "channel:"
"""Before the name of a channel among the targets of a level."""


def _priority(value: str) -> str:
    if value not in {"P1", "P2", "P3", "P4"}:
        raise ValueError(f'"{value}" is not one of P1, P2, P3, P4')
    return value


PriorityName = Annotated[Word, AfterValidator(_priority)]
"""P1 to P4."""


class Level(Table):
    """One step of a chain."""

    notify: tuple[Word, ...] = ()
    """Whom: roles of the team, ids of people or of teams; "channel:NAME" is the room of a channel."""

    channels: tuple[Word, ...] = ()
    """Names of channels whose rooms are told besides; a level of only these pages nobody."""

    after: Duration
    """How long after the first page."""

    name: Line | None = None
    """What the level is called on screen."""

    everyone: bool = False
    """Whether each person has to ack: whoever has not is paged again, whoever else has."""

    again: PositiveDuration = timedelta(minutes=5)
    """How often, with ``everyone``."""

    most: Annotated[int, Field(ge=1, le=100)] = 5
    """How many times at most, with ``everyone``."""

    @property
    def targets(self) -> tuple[str, ...]:
        """The roles, people and teams."""
        return tuple(name for name in self.notify if not name.startswith(ROOM))

    @property
    def rooms(self) -> tuple[str, ...]:
        """The channels whose rooms are told, each once."""
        named = (name.removeprefix(ROOM) for name in self.notify if name.startswith(ROOM))
        return tuple(dict.fromkeys((*named, *self.channels)))

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.notify and not self.channels:
            raise ValueError('has neither notify nor channels; write notify = ["primary"]')
        if self.everyone and not self.targets:
            raise ValueError("everyone needs people: a room cannot ack")
        return self


class Escalation(Table):
    """``[[escalation]]``: whom a team's incidents page, and when the next level's turn comes."""

    team: Word
    """A team's id."""

    name: Line | None = None
    """What the chain is called on screen."""

    priorities: tuple[PriorityName, ...] = ()
    """Only for incidents of these priorities ("P1"); left out: of all."""

    services: tuple[Line, ...] = ()
    """Only for these services of the team; left out: for all. Before a chain for a priority."""

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
