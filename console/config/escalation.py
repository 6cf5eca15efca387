"""Escalation chains as the config file writes them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from console.config.base import Line, Table, Word
from console.config.durations import Duration, format_duration


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
