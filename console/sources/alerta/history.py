"""What an alert's history says of who did what, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.domain.alert import Who
from console.sources.base.reading.records import Record
from console.sources.base.told import teller


def who(record: Record) -> Who:
    """Return who made an entry: whom our own text names, else the login that Alerta noted."""
    ours = teller(record.text("text"))
    if ours:
        return Who(name=ours)
    login = record.text("user", 200)
    return Who(id=login, name=login, email=login if "@" in login else "")


def last(record: Record, *kinds: str) -> Record | None:
    """Return the latest entry of one of these types; Alerta lists the oldest first."""
    return next((one for one in reversed(record.records("history")) if one.text("type") in kinds), None)


def status_before(record: Record, kind: str) -> str:
    """Return the state that the latest entry of this type came from, empty where that is not known."""
    before = ""
    found = ""
    for one in record.records("history"):
        if one.text("type") == kind:
            found = before
        before = one.text("status") or before
    return found


def shelved_until(record: Record) -> datetime | None:
    """Return when a shelved alert comes back by itself; None where it does not, or nobody knows."""
    entry = last(record, "shelve")
    seconds = entry.number("timeout") if entry is not None else None
    since = entry.time("updateTime") if entry is not None else None
    if not seconds or since is None or not 0 < seconds < _LONGEST:
        return None
    return since + timedelta(seconds=seconds)


_LONGEST = 10 * 365 * 86_400.0
