"""Calendars as the engine sees them: shifts that somebody else plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from console.domain.roster import Shift


@dataclass(frozen=True, slots=True)
class Imported:
    """What a calendar says: shifts of one role in order, none of them overlapping.

    ``until`` is how far they are known (UTC). ``problems`` are what could not be used, one line each;
    a shift of somebody unknown is there all the same, without a person (see ``Shift``). ``days`` are
    holidays with their names, of a calendar of those.
    """

    shifts: tuple[Shift, ...]
    problems: tuple[str, ...] = ()
    until: datetime | None = None
    days: tuple[tuple[date, str], ...] = ()


class CalendarReader(Protocol):
    """One calendar of the config; one of holidays fills no role: its team and role are empty. ``interval`` is seconds between readings; nothing is opened before the first."""

    @property
    def name(self) -> str:
        """What the config calls it."""
        ...

    @property
    def team(self) -> str:
        """Whose shifts they are."""
        ...

    @property
    def role(self) -> str:
        """Which role they fill."""
        ...

    @property
    def layer(self) -> int:
        """How much they count; see ``Listed``."""
        ...

    @property
    def interval(self) -> float:
        """How often to read it."""
        ...

    async def read(self, now: datetime) -> Imported:
        """Return its shifts around ``now``. Raises ``SourceError``, ``CalendarError``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
