"""Who has a console open, and what they look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PRESENT_FOR = timedelta(seconds=30)
"""A console that has not been heard of for so long is not shown any more."""
PRESENT_EVERY = timedelta(seconds=10)
"""How often a console says that it is there."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One open console. ``console`` is unique to its run, ``incident`` empty where none is looked at.

    ``digest`` is the fingerprint of the team config it goes by, ``version`` the product's.
    ``seen_at`` is when it was last heard of (store time); the store fills it in.
    """

    console: str
    person: str
    incident: str
    digest: str = ""
    version: str = ""
    seen_at: datetime | None = None
