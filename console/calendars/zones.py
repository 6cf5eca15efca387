"""Time zones as calendars name them: by their own names, Windows's, with a path before them, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.calendars.lines import Component

_NAME = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,3}")
_LONGEST = 200
_ALWAYS_UTC = frozenset({"z", "utc", "gmt", "etc/utc", "(utc) coordinated universal time"})


class Zones:
    """The zones of one calendar. ``own`` is the one for times that name none."""

    def __init__(self, calendar: Component, otherwise: ZoneInfo) -> None:
        self._given = {
            one.value("TZID"): one.value("X-LIC-LOCATION")
            for one in calendar.inner
            if one.name == "VTIMEZONE"
        }
        self.unknown: dict[str, None] = {}
        said = calendar.value("X-WR-TIMEZONE")
        self.own = (self._find(said) if said else None) or otherwise

    def zone(self, name: str) -> ZoneInfo:
        """Return a zone by its name; one that is not known is noted and taken for the calendar's own."""
        if not name:
            return self.own
        found = self._find(name)
        if found is None:
            self.unknown.setdefault(name[:_LONGEST])
        return found or self.own

    def _find(self, name: str) -> ZoneInfo | None:
        return known_zone(name) or known_zone(self._given.get(name, ""))


@lru_cache(256)
def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone that a calendar means by a name, None where nobody knows."""
    name = name.strip().strip('"')
    if not name or len(name) > _LONGEST:
        return None
    if name.casefold() in _ALWAYS_UTC:
        return ZoneInfo("UTC")
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 - heavy; see lines

    return _first([WINDOWS_TO_OLSON.get(name, name), *_ends(name)])


def _ends(name: str) -> list[str]:
    """Return the ends of a path, the longest first: ``/mozilla.org/20050126_1/Europe/Berlin``."""
    parts = name.strip("/").split("/")
    return ["/".join(parts[-count:]) for count in (3, 2, 1) if count <= len(parts)]


def _first(names: Iterable[str]) -> ZoneInfo | None:
    for name in names:
        if _NAME.fullmatch(name):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return None
