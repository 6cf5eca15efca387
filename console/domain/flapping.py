"""An incident that fires and clears by turns: when it counts as flapping, and how long it is held down.

Nagios calls it flap detection. A change is: from all clear to firing, or back to a severity that its alerts had
left. Flapping is never a reason for silence: nobody's pages stop for it. It only keeps what
happens again and again from starting anything anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from console.domain.human import count, length
from console.domain.incident import Incident
from console.domain.policy import Flapping
from console.domain.summary import Summary

FEWEST_CHANGES = 3
"""Of a rule: that something comes back once is no flapping."""


def recent(changes: tuple[datetime, ...], at: datetime, rule: Flapping) -> tuple[datetime, ...]:
    """Return the changes within the rule's window before an instant (UTC), oldest first."""
    return tuple(one for one in changes if timedelta() <= at - one <= rule.within)


def enough(changes: tuple[datetime, ...], at: datetime, rule: Flapping) -> tuple[datetime, ...]:
    """Return the changes that make it flap at ``at``; empty where they are too few, or the rule is off."""
    found = recent(changes, at, rule)
    return found if rule.changes and len(found) >= rule.changes else ()


def ends_at(incident: Incident, rule: Flapping) -> datetime | None:
    """Return when it has been quiet for long enough (UTC), as things stand; None where it does not flap.

    The past, that is at once, where the rule has been switched off meanwhile. Once all is clear only that counts: a
    change that a wrong clock put into the future would hold it down for as long.
    """
    since = incident.flapping_since
    if since is None or not rule.changes:
        return since
    cleared = None if incident.firing else incident.epoch.recovered_at
    return (cleared or max(since, *incident.changes[-1:])) + rule.quiet


def held_down_until(row: Incident | Summary, rule: Flapping) -> datetime | None:
    """Return until when an incident whose alerts have all cleared still counts as what it was; None: it is not held."""
    recovered = row.epoch.recovered_at if isinstance(row, Incident) else row.recovered_at
    if row.flapping_since is None or row.firing or recovered is None or not row.is_open:
        return None
    return recovered + rule.quiet


def stable_for(incident: Incident, stable: timedelta, rule: Flapping) -> timedelta:
    """Return how long it has to be clear until it counts as over, where ``stable`` is what the priority says.

    What flaps has to be quiet, also where it has become slower than the rule asks for. What is one change short of
    flapping is not believed so soon either: it would be resolved only to be reopened.
    """
    recovered = incident.epoch.recovered_at
    if not rule.changes or recovered is None:
        return stable
    nearly = len(recent(incident.changes, recovered, rule)) >= rule.changes - 1
    return max(stable, rule.quiet) if nearly or incident.flapping_since is not None else stable


def flapping_words(incident: Incident, rule: Flapping, clock: Callable[[datetime], str]) -> str:
    """Return what is told of a flapping incident, empty where it does not flap; ``clock`` says a time of day."""
    since = incident.flapping_since
    if since is None or not incident.is_open:
        return ""
    last = incident.changes[-1] if incident.changes else since
    told = f"fired {count(incident.flaps, 'time')} in {length(last - since)}"
    until = held_down_until(incident, rule)
    if until is not None:
        return f"cleared, held down: it flaps, until {clock(until)} ({told})"
    return f"flapping: {told}; counts as cleared after {length(rule.quiet)} of quiet"
