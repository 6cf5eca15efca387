"""From ``[[calendars]]`` and ``[holidays]`` to what those who read them need to know."""

from __future__ import annotations

from pathlib import Path

from console.config.calendars import Calendar
from console.config.model import Config
from console.config.places import Places
from console.config.setup import CalendarSpec


def calendars_of(config: Config, places: Places) -> tuple[CalendarSpec, ...]:
    """Return all calendars that fill a role, in the order of the config; no secret among it."""
    return tuple(_calendar(table, config, places) for table in config.calendars)


def holidays_file(config: Config, places: Places) -> Path | None:
    """Return the file with holidays, or None where none is said."""
    name = config.holidays.file
    return _beside(places, ("holidays", "file"), name) if name else None


def _calendar(table: Calendar, config: Config, places: Places) -> CalendarSpec:
    rotations = [one for one in config.rotations if (one.team, one.role) == (table.team, table.role)]
    return CalendarSpec(
        name=table.name,
        team=table.team,
        role=table.role,
        layer=table.layer,
        file=_beside(places, (*table.place, "file"), table.file) if table.file else None,
        host=table.origin if table.url else "",
        source=table.source or "",
        schedule=table.schedule or "",
        interval=table.every.total_seconds(),
        zone=table.timezone or (rotations[0].timezone if rotations else None),
        names=tuple(sorted(table.names.items())),
    )


def _beside(places: Places, key: tuple[str | int, ...], name: str) -> Path:
    return places.folder(key) / Path(name).expanduser()
