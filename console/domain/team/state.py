"""The team's log as it stands: covers, leave, maintenance, answers. Built only from facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.roster import Absence, Override
from console.domain.team.facts import ItemAnswered
from console.domain.team.handovers import Handing


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Incidents of these services, or of all services of these teams, page nobody in [start, end), UTC."""

    start: datetime
    end: datetime
    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    reason: str = ""
    id: str = ""
    by: str = ""

    def covers(self, service: str, team: str) -> bool:
        """Return whether it is about a service of a team."""
        return service in self.services or team in self.teams


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer to an item, and when it was given (UTC)."""

    at: datetime
    body: ItemAnswered


@dataclass(frozen=True, slots=True)
class TeamState:
    """All of it after fact ``n``. Covers are in order of their making: of several the latest wins.

    ``handovers`` are the latest. ``comms`` says by team who took over telling clients and the status page.
    """

    n: int = 0
    covers: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    answers: tuple[Answer, ...] = ()
    handovers: tuple[Handing, ...] = ()
    comms: tuple[tuple[str, str], ...] = ()


NO_TEAM_STATE = TeamState()
