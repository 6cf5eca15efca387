"""Checks of parallel work whose time has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from console.domain.hints.digest import Digest
from console.domain.hints.hint import Hint, Tone
from console.domain.human import length
from console.domain.tracks import Check

LOUD_AFTER = timedelta(minutes=30)
"""A check that nobody has looked after for so long is loud."""


def due_checks(summed: Digest, now: datetime) -> Iterator[Hint]:
    """Yield what the viewer is to look after now; it stays until there is a new check or the track is done."""
    for incident, check in summed.checks:
        if check.at > now:
            return  # soonest first
        yield due(check, incident, now)


def due(check: Check, incident: str, now: datetime) -> Hint:
    """Say that a check has come."""
    late = now - check.at
    since = f"due for {length(late)}" if late >= timedelta(minutes=1) else "due now"
    tone = Tone.ALARM if late >= LOUD_AFTER else Tone.WARN
    return Hint(f"{check.words} on {incident}, {since}", "incident.track", incident, tone)
