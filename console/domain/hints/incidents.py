"""What the open incidents want of the viewer, most pressing first.

Each incident's want is one sentence, made in one place: NEXT says the most pressing one, ``here`` that of
the incident under the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from console.domain.hints.digest import Digest
from console.domain.hints.hint import Hint, Tone
from console.domain.hints.tracks import due_checks
from console.domain.hints.updates import last_word, owed
from console.domain.human import age, span
from console.domain.policy import Policy
from console.domain.standing import Standing, Want


def incident_wishes(summed: Digest, policy: Policy, now: datetime) -> Iterator[Hint]:
    """Yield what the viewer's incidents want: acks, then work on them, then what only wants closing."""
    mine = summed.mine
    yield from (ack(item, now) for item in mine.get(Want.ACK, ()))
    yield from due_checks(summed, now)
    by_ack = sorted(mine.get(Want.PRIORITY, ()), key=_acked_at)
    yield from (set_priority(item, policy, now) for item in by_ack)
    yield from (answer(item, now) for item in mine.get(Want.ANSWER, ()))
    yield from owed((*mine.get(Want.FIX, ()), *summed.to_tell), policy, now)
    yield from (last_word(item, now) for item in mine.get(Want.TELL, ()))
    for want in (Want.PRIORITY, Want.ANSWER, Want.FIX):
        for item in mine.get(want, ()):
            if is_late(item, policy, now):
                yield fix_in_time(item, now)
    yield from map(resolve, mine.get(Want.RESOLVE, ()))
    yield from map(close, mine.get(Want.CLOSE, ()))


def work_goes_on(summed: Digest, now: datetime) -> Iterator[Hint]:
    """Yield the incidents that the viewer works on while nothing presses: that is not "nothing"."""
    yield from (fix(item, now) for item in summed.mine.get(Want.FIX, ()))


def ack(item: Standing, now: datetime) -> Hint:
    """Say that nobody has it, and for how long that may be so."""
    row, left = item.row, item.clock.remaining(now)
    if item.clock_name != "ack":
        return Hint(f"ack {row.id}, paged again", "incident.ack", row.id, Tone.ALARM)
    if left < timedelta():
        return Hint(f"ack {row.id} now, {span(-left)} overdue", "incident.ack", row.id, Tone.ALARM)
    tone = Tone.ALARM if item.clock.used(now) >= 0.8 else Tone.WARN
    return Hint(f"ack {row.id} within {span(left)}", "incident.ack", row.id, tone)


def set_priority(item: Standing, policy: Policy, now: datetime) -> Hint:
    """Say that it is acked and still ``P?``; semantics, section 5: overdue 5 minutes after the ack."""
    late = now - _acked_at(item) - policy.priority_within
    overdue = late > timedelta()
    tail = f", {span(late)} overdue" if overdue else ""
    text = f"set the priority of {item.row.id}{tail}"
    return Hint(text, "incident.priority", item.row.id, Tone.ALARM if overdue else Tone.WARN)


def answer(item: Standing, now: datetime) -> Hint:
    """Pass the question on that is asked of a quiet owner."""
    quiet = now - item.row.active_at
    return Hint(f"{item.row.id} quiet for {age(quiet)}: still on it?", "incident.still-on", item.row.id)


def is_late(item: Standing, policy: Policy, now: datetime) -> bool:
    """Return whether the fix is due soon or past its target."""
    return item.clock.paused_since is None and item.clock.used(now) >= policy.warn_resolve


def fix_in_time(item: Standing, now: datetime) -> Hint:
    """Say that the target of the fix is near or missed."""
    left = item.clock.remaining(now)
    missed = left < timedelta()
    text = f"past its target by {span(-left)}" if missed else f"due in {span(left)}"
    tone = Tone.ALARM if missed else Tone.WARN
    return Hint(f"resolve {item.row.id}, {text}", "incident.resolve", item.row.id, tone)


def fix(item: Standing, now: datetime) -> Hint:
    """Say that it is being worked on, and until when; a clock that stands still has no "until"."""
    due = "" if item.clock.paused_since else f", due in {span(item.clock.remaining(now))}"
    return Hint(f"work on {item.row.id}{due}", "pane.runbook", item.row.id, Tone.CALM)


def resolve(item: Standing) -> Hint:
    """Say that every alert has cleared and a person is to say that it is over (S4)."""
    return Hint(f"{item.row.id} has recovered: resolve it", "incident.resolve", item.row.id)


def close(item: Standing) -> Hint:
    """Say that it cleared before anybody had it; one ack files it (S3)."""
    return Hint(f"{item.row.id} cleared by itself: ack to close", "incident.ack", item.row.id)


def _acked_at(item: Standing) -> datetime:
    return item.row.acked_at or item.row.reported_at
