"""That clients are owed an update: the first at once, later ones as their time comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from console.domain.hints.hint import Hint, Tone
from console.domain.human import listed, span
from console.domain.policy import Policy
from console.domain.sla import LAST_WORD_WITHIN, comms_clock, ended_at
from console.domain.standing import Standing

WARN = 0.8
"""Share of the time to the next update after which it is said (semantics, section 2); the first is said at once."""


def owed(items: Iterable[Standing], policy: Policy, now: datetime) -> Iterator[Hint]:
    """Yield the updates that are due, least time left first."""
    found = [(left, item) for item in items if (left := _left(item, policy, now)) is not None]
    for left, item in sorted(found, key=lambda pair: (pair[0], pair[1].row.id)):
        which = "update" if item.row.updated_at else "first update"
        late = left < timedelta()
        due = f"{span(-left)} overdue" if late else f"due in {span(left)}"
        tone = Tone.ALARM if late else Tone.WARN
        yield Hint(f"tell clients of {item.row.id}: {which} {due}", "incident.update", item.row.id, tone)


def last_word(item: Standing, now: datetime) -> Hint:
    """Say that it is over, or goes on elsewhere, and that clients have not heard of it."""
    row = item.row
    tone = Tone.ALARM if now - ended_at(row) > LAST_WORD_WITHIN else Tone.WARN
    what = f"it goes on in {row.merged_into}" if row.merged_into else "it is over"
    text = f"tell clients of {row.id}: {what} ({listed(row.followed)})"
    return Hint(text, "incident.update", row.id, tone)


def _left(item: Standing, policy: Policy, now: datetime) -> timedelta | None:
    clock = comms_clock(item.row, policy)
    if clock is None or clock.stopped_at is not None:
        return None
    told = item.row.updated_at is not None
    return None if told and clock.used(now) < WARN else clock.remaining(now)
