"""What the open incidents want of the viewer, most pressing first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from console.domain.hints.digest import Digest
from console.domain.hints.hint import Hint, Tone
from console.domain.hints.tracks import due_checks
from console.domain.human import age, span
from console.domain.policy import Policy
from console.domain.standing import Standing, Want

PRIORITY_WITHIN = timedelta(minutes=5)
"""A priority is due this long after the ack (semantics, section 5)."""


def incident_wishes(summed: Digest, policy: Policy, now: datetime) -> Iterator[Hint]:
    """Yield what the viewer's incidents want: acks, then work on them, then what only wants closing."""
    yield from _acks(summed, now)
    yield from due_checks(summed, now)
    yield from _work(summed, policy, now)
    yield from _closing(summed)


def _acks(summed: Digest, now: datetime) -> Iterator[Hint]:
    """Yield the worst priority first, then least time left: a late P1 comes before a P3 still in time."""
    for item in summed.mine.get(Want.ACK, ()):
        row, left = item.row, item.clock.remaining(now)
        if item.clock_name != "ack":
            yield Hint(f"ack {row.id}, paged again", "incident.ack", row.id, Tone.ALARM)
        elif left < timedelta():
            yield Hint(f"ack {row.id} now, {span(-left)} overdue", "incident.ack", row.id, Tone.ALARM)
        else:
            yield Hint(f"ack {row.id} within {span(left)}", "incident.ack", row.id, _by_time(item, now))


def _by_time(item: Standing, now: datetime) -> Tone:
    return Tone.ALARM if item.clock.used(now) >= 0.8 else Tone.WARN


def _work(summed: Digest, policy: Policy, now: datetime) -> Iterator[Hint]:
    for item in sorted(
        summed.mine.get(Want.PRIORITY, ()), key=lambda item: item.row.acked_at or item.row.reported_at
    ):
        late = now - (item.row.acked_at or item.row.reported_at) - PRIORITY_WITHIN
        overdue = late > timedelta()
        tail = f", {span(late)} overdue" if overdue else ""
        yield Hint(
            f"set the priority of {item.row.id}{tail}",
            "incident.priority",
            item.row.id,
            Tone.ALARM if overdue else Tone.WARN,
        )
    for item in summed.mine.get(Want.ANSWER, ()):
        quiet = now - item.row.active_at
        yield Hint(f"{item.row.id} quiet for {age(quiet)}: still on it?", "incident.still-on", item.row.id)
    for want in (Want.PRIORITY, Want.ANSWER, Want.FIX):
        for item in summed.mine.get(want, ()):
            if item.clock.paused_since is None and item.clock.used(now) >= policy.warn_resolve:
                left = item.clock.remaining(now)
                missed = left < timedelta()
                text = f"past its target by {span(-left)}" if missed else f"due in {span(left)}"
                yield Hint(
                    f"resolve {item.row.id}, {text}",
                    "incident.resolve",
                    item.row.id,
                    Tone.ALARM if missed else Tone.WARN,
                )


def _closing(summed: Digest) -> Iterator[Hint]:
    for item in summed.mine.get(Want.RESOLVE, ()):
        yield Hint(f"{item.row.id} has recovered: resolve it", "incident.resolve", item.row.id)
    for item in summed.mine.get(Want.CLOSE, ()):
        yield Hint(f"{item.row.id} cleared by itself: ack to close", "incident.ack", item.row.id)
