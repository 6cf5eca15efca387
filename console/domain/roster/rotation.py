"""When a rotation's shifts begin and end.

Everything is counted from the rotation's start, on the wall clock of its zone: nothing is stored, so any
two consoles say the same of any instant, past or future. A changed list of members is therefore dealt out
anew from the start. Who wants the order to go on from the person whose turn it is lists them
first and moves ``start`` to that person's shift (or lists a new rotation of the same layer that starts there:
the old one keeps what was before).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

from console.domain.roster.values import Rotation
from console.domain.walltime import to_utc


def handoff_at(rotation: Rotation, n: int) -> datetime:
    """Return the instant (UTC) at which a rotation's shift ``n`` begins, counting from 0.

    A wall time that exists twice means the first one; one that does not exist means the first instant after
    the hole (see ``to_utc``). Months are counted from the start: shifts from 31 January
    begin on the last day of a shorter month and on the 31st of a longer one.
    """
    first = first_handoff(rotation)
    if not rotation.months:
        return to_utc(first + n * rotation.every, rotation.timezone)
    years, month = divmod(first.month - 1 + n * rotation.months, 12)
    year, month = first.year + years, month + 1
    day = min(first.day, monthrange(year, month)[1])
    return to_utc(first.replace(year=year, month=month, day=day), rotation.timezone)


def shift_at(rotation: Rotation, at: datetime) -> tuple[int, datetime, datetime]:
    """Return the shift an instant falls into: its number (negative before the start), start and end."""
    local = at.astimezone(rotation.timezone).replace(tzinfo=None)
    first = first_handoff(rotation)
    if rotation.months:
        n = ((local.year - first.year) * 12 + local.month - first.month) // rotation.months
        if handoff_at(rotation, n) > at:  # not yet this month
            n -= 1
    else:
        n = (local - first) // rotation.every
    start, end = handoff_at(rotation, n), handoff_at(rotation, n + 1)
    while end <= at:  # in a repeated hour the wall clock shows less than has passed since the handoff
        n, start, end = n + 1, end, handoff_at(rotation, n + 2)
    return n, start, end


def shift_after(rotation: Rotation, shift: tuple[int, datetime, datetime]) -> tuple[int, datetime, datetime]:
    """Return the shift that follows one; as ``shift_at`` its end, for who asks one shift after the other."""
    n, _, start = shift
    n, end = n + 1, handoff_at(rotation, n + 2)
    while end <= start:  # both in a hole of the clock
        n, end = n + 1, handoff_at(rotation, n + 2)
    return n, start, end


def first_handoff(rotation: Rotation) -> datetime:
    """Return the local wall time of the first handoff: on the start date or the first weekday after it."""
    ahead = 0 if rotation.weekday is None else (rotation.weekday - rotation.start.weekday()) % 7
    return datetime.combine(rotation.start, rotation.handoff) + timedelta(days=ahead)
