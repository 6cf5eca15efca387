"""Which of the messages that wait for one address go out singly, and which are told together in a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.domain.notify.notification import Notification, Topic
from console.domain.notify.rules import Limits

STORMY = frozenset({Topic.OPENED, Topic.PAGED})
"""What comes in storms."""

_ALONE = frozenset({Topic.DIGEST, Topic.TEST})
_MINUTE = timedelta(minutes=1)
_HELD = timedelta(minutes=10)
"""What has waited so long before its first try was held back, by quiet hours or a rule."""


@dataclass(slots=True)
class Line:
    """What went to one address lately: each message with its time, and the last digest."""

    sent: list[tuple[datetime, bool]] = field(default_factory=list)  # (when, whether it counts for storms)
    digest_at: datetime | None = None

    def note(self, one: Notification, at: datetime) -> None:
        """Count a message."""
        self.sent.append((at, one.topic in STORMY))
        if one.topic is Topic.DIGEST:
            self.digest_at = at

    def forget(self, before: datetime) -> None:
        """Drop what is too long ago to count."""
        self.sent = [entry for entry in self.sent if entry[0] > before]


@dataclass(frozen=True, slots=True)
class Packed:
    """``single`` are sent as they are, ``together`` in one digest; what is in neither waits until ``again_at``."""

    single: tuple[Notification, ...]
    together: tuple[Notification, ...] = ()
    again_at: datetime | None = None


def pack(
    due: Sequence[Notification], line: Line, limits: Limits, most_per_minute: int, now: datetime
) -> Packed:
    """Sort what is due for one address. What has been tried before goes out singly again, under its own key.

    The worst go first. Urgent pages know no rate but the storm's; nothing is thrown away.
    """
    line.forget(now - max(limits.within, _MINUTE))
    storm_room = limits.storm - sum(1 for at, stormy in line.sent if stormy and at > now - limits.within)
    rate_room = most_per_minute - sum(1 for at, _ in line.sent if at > now - _MINUTE)
    single: list[Notification] = []
    rest: list[Notification] = []
    held = _held_back(due)
    for one in sorted(due, key=_worst_first):
        stormy = one.topic in STORMY
        fits = (not stormy or storm_room > 0) and (one.urgent or rate_room > 0)
        if one.topic in _ALONE or one.tried or (fits and one.id not in held):
            single.append(one)
            storm_room -= stormy
            rate_room -= 1
        else:
            rest.append(one)
    if not rest:
        return Packed(tuple(single))
    wait = limits.urgent_every if any(one.urgent for one in rest) else limits.every
    again_at = line.digest_at + wait if line.digest_at is not None else now
    if again_at > now:
        return Packed(tuple(single), (), again_at)
    if len(rest) == 1:  # a digest of one says no more than the one: wait for others, then send it as it is
        alone_until = rest[0].due_at + wait
        return Packed(tuple(single), (), alone_until) if alone_until > now else Packed((*single, *rest))
    return Packed(tuple(single), tuple(rest))


def _held_back(due: Sequence[Notification]) -> frozenset[str]:
    """Return the ids of several that were held back: they are told together."""
    held = [one.id for one in due if not one.urgent and not one.tried and one.due_at - one.made_at >= _HELD]
    return frozenset(held) if len(held) > 1 else frozenset()


def _worst_first(one: Notification) -> tuple[bool, int, datetime, str]:
    return not one.urgent, one.priority or 5, one.due_at, one.id
