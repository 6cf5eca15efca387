"""Whose local time counts: for nights, quiet hours and times in messages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from console.domain.policy import Policy

UTC = ZoneInfo("UTC")


def zone_of(person: str, team: str, policy: Policy) -> ZoneInfo:
    """Return the time zone somebody lives by: their own, else that of a rotation they are in, else their team's."""
    known = policy.people.get(person)
    own = known.zone if known is not None else None
    own = own or dict(policy.roster.zones).get(person)
    if own is not None:
        return own
    rotations = policy.roster.rotations
    theirs = [one.timezone for one in rotations if person in one.members]
    return next(iter(theirs), None) or next((one.timezone for one in rotations if one.team == team), UTC)
