"""By when a review has to be done: P1 within three calendar days of the resolution, P2 within five business days.

PagerDuty's rule. It counts whole days where the team lives: overdue is what is not closed when the last one ends.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import to_utc, zone_of

P1_DAYS = 3
P2_BUSINESS_DAYS = 5
OWED = frozenset({Priority.P1, Priority.P2})
"""The priorities whose incidents are owed a review; of others it may be written."""
_DAY = timedelta(days=1)
_SATURDAY = 5


def review_due(
    priority: Priority | None, resolved_at: datetime | None, team: str, policy: Policy
) -> datetime | None:
    """Return the instant (UTC) at which a review is overdue; None where none is owed, or nothing is resolved.

    Holidays that the roster knows are no business days.
    """
    if resolved_at is None or priority not in OWED:
        return None
    day = resolved_at.astimezone(zone_of(policy.roster, team)).date()
    if priority is Priority.P1:
        return end_of(day + P1_DAYS * _DAY, team, policy)
    free = {holiday for holiday, _ in policy.roster.holidays}
    left = P2_BUSINESS_DAYS
    while left:  # ends: holidays are listed, so they are finite
        day += _DAY
        left -= day.weekday() < _SATURDAY and day not in free
    return end_of(day, team, policy)


def due_of(incident: Incident, policy: Policy) -> datetime | None:
    """Return when the review of an incident is overdue: as it was set, else by its priority and last resolution."""
    if incident.review.due is not None:
        return incident.review.due
    return review_due(incident.effective_priority, incident.epoch.resolved_at, incident.team, policy)


def end_of(day: date, team: str, policy: Policy) -> datetime:
    """Return the instant (UTC) at which a day ends where a team lives."""
    return to_utc(datetime.combine(day + _DAY, time()), zone_of(policy.roster, team))


def last_day(due: datetime, team: str, policy: Policy) -> date:
    """Return the last day on which it is still in time, where the team lives."""
    return (due - timedelta(milliseconds=1)).astimezone(zone_of(policy.roster, team)).date()
