"""What an alert's history says of who did what, and until when.

Alerta counts what we do as done by the owner of our key. So our texts begin with who it was here,
and are read back.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from console.domain.alert import Who
from console.domain.text import one_line
from console.ports.store import OutboxEntry
from console.sources.base.records import Record

_OURS = re.compile(r"(?P<who>.{1,100}?) via oncall(?:: | \()")


def told_by(entry: OutboxEntry) -> str:
    """Return the text that goes with what we do: who did it here, the note, and the effect's id."""
    note = f": {one_line(entry.text, 300)}" if entry.text else ""
    return f"{one_line(entry.actor, 100) or 'oncall'} via oncall{note} ({entry.id})"


def who(record: Record) -> Who:
    """Return who made an entry: whom our own text names, else the login that Alerta noted."""
    ours = _OURS.match(record.text("text"))
    if ours:
        return Who(name=ours["who"])
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
