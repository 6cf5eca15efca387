"""Pauses of the fix clock, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from console.domain.human import length, until
from console.domain.incident import Incident, Pause
from console.domain.vocabulary import PauseReason


def running(incident: Incident) -> Pause | None:
    """Return the pause for which the fix clock stands still now, None where it runs."""
    return next((one for one in incident.pauses if one.until is None), None)


def reason_words(reason: PauseReason) -> str:
    """Return ``waiting for vendor``."""
    return reason.value.replace("_", " for ", 1)


def pause_words(pause: Pause, now: datetime, zone: tzinfo) -> str:
    """Return ``waiting for vendor (ticket 123) since 09:40, 2h 10m so far``."""
    text = f" ({pause.text})" if pause.text else ""
    since = until(pause.since, now, zone)
    return f"{reason_words(pause.reason)}{text} since {since}, {length(now - pause.since)} so far"
