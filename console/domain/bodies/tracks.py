"""Parallel work inside one incident: what runs beside the fix, and when it is to be looked after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.vocabulary import TrackState


@dataclass(frozen=True, slots=True)
class TrackSet:
    """A track was opened, changed or ended. It says all of it, not only what changed.

    ``track`` is its name within the incident ("vendor"), ``what`` what it is about ("maps vendor, ticket 123"),
    ``owner`` a person's id (empty: whoever has the incident), ``note`` what happened just now, ``check_at`` when
    somebody is to look after it (UTC; None: never, as things stand).
    """

    track: str
    state: TrackState
    what: str = ""
    owner: str = ""
    note: str = ""
    check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrackDue:
    """The time of a track's check came; told once for each check. ``check_at`` (UTC) is the check that is meant."""

    track: str
    check_at: datetime
