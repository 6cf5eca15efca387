"""What people ask for about tracks; ``commands`` is the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.vocabulary import TrackState


@dataclass(frozen=True, slots=True)
class SetTrack:
    """Open a track of parallel work, or change it; None leaves a part as it is, ``no_check`` takes the check off.

    ``owner`` is a person's id, empty for whoever has the incident; ``note`` is what happened just now.
    """

    track: str
    state: TrackState | None = None
    what: str | None = None
    owner: str | None = None
    note: str = ""
    check_at: datetime | None = None
    no_check: bool = False
