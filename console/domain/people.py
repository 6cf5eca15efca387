"""People as the config names them."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be paged. ``contacts`` are (kind, value) pairs in config order; ``zone`` None: the team's."""

    id: str
    name: str
    contacts: tuple[tuple[str, str], ...] = ()
    zone: ZoneInfo | None = None
