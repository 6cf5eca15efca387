"""An incident's tracks as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from console.cli.output import stamp
from console.clock import local_zone
from console.domain.human import length, until
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.tracks import Track, open_tracks

HEADS = ("TRACK", "STATE", "OWNER", "CHECK", "ABOUT", "LAST")


def tracks_json(incident: Incident, now: datetime) -> list[dict[str, Any]]:
    """Return an incident's tracks, those to be looked after first on top."""
    return [
        {
            "track": one.name,
            "state": str(one.state),
            "what": one.what,
            "owner": one.owner or None,
            "note": one.note,
            "noted_by": one.noted_by or None,
            "noted_at": stamp(one.noted_at),
            "by": one.by,
            "at": stamp(one.at),
            "check_at": stamp(one.check_at),
            "due": one.check_at is not None and one.check_at <= now,
        }
        for one in in_order(incident)
    ]


def in_order(incident: Incident) -> tuple[Track, ...]:
    """Return its tracks, those to be looked after first on top, done ones last."""
    return (*open_tracks(incident.tracks), *(one for one in incident.tracks if not one.is_open))


def track_row(one: Track, incident: Incident, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return a track as a table has it."""
    owner = one.owner or (incident.owner if one.is_open else "")
    return (
        one.name,
        str(one.state),
        policy.name_of(owner) if owner else "",
        _check_words(one, now),
        one.what,
        one.note,
    )


def _check_words(one: Track, now: datetime) -> str:
    if one.check_at is None:
        return "none" if one.is_open else ""
    at = until(one.check_at, now, local_zone())
    late = now - one.check_at
    return f"{at}, due for {length(late)}" if late >= timedelta() else at


def track_lines(incident: Incident, policy: Policy, now: datetime) -> Iterator[str]:
    """Yield the tracks of the card, one a line."""
    for one in in_order(incident):
        name, state, owner, check, what, note = track_row(one, incident, policy, now)
        parts = (f"{state:<8}{name}", what, owner, f"check {check}" if check else "", note)
        yield "  " + "  ".join(filter(None, parts))
