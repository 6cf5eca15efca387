"""Planned work as the config file writes it."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from console.config.base import Line, Table, Word
from console.config.moments import Moment


class Maintenance(Table):
    """``[[maintenance]]``: while it lasts incidents of these services, or of these teams, page nobody."""

    services: tuple[Line, ...] = ()
    """Names of services."""

    teams: tuple[Word, ...] = ()
    """Ids of teams: all their services."""

    start: Moment
    """From when; without an offset: wall time of the team's first rotation, else UTC."""

    end: Moment
    """Until when, likewise."""

    reason: Line
    """What is being done; shown beside everything that it holds back."""

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if not self.services and not self.teams:
            raise ValueError('has neither services nor teams; write services = ["payments"]')
        if (self.start.tzinfo is None) != (self.end.tzinfo is None):
            raise ValueError("start and end must both have an offset, or neither")
        if self.end <= self.start:
            raise ValueError("end must be later than start")
        return self
