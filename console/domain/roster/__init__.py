"""Who is on call: pure calculation over spans of time. The values say what is planned, the functions what follows."""

from console.domain.roster.ahead import AHEAD, Handoff, next_handoff, next_shift
from console.domain.roster.duty import coverage, duties, duty, gaps, roles, shift_of, shifts, teams
from console.domain.roster.roster import Roster, zone_of
from console.domain.roster.rotation import handoff_at, shift_at
from console.domain.roster.values import (
    Absence,
    Duty,
    Gap,
    Listed,
    OnLeave,
    Override,
    Rotation,
    Shift,
    Window,
)
from console.domain.walltime import to_utc

__all__ = [
    "AHEAD",
    "Absence",
    "Duty",
    "Gap",
    "Handoff",
    "Listed",
    "OnLeave",
    "Override",
    "Roster",
    "Rotation",
    "Shift",
    "Window",
    "coverage",
    "duties",
    "duty",
    "gaps",
    "handoff_at",
    "next_handoff",
    "next_shift",
    "roles",
    "shift_at",
    "shift_of",
    "shifts",
    "teams",
    "to_utc",
    "zone_of",
]
