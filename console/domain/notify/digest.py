"""Many notifications for one address in one message."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from console.domain.human import count, length, listed
from console.domain.notify.notification import Delivery, Notification, Topic
from console.domain.notify.saying import ROOM
from console.domain.priority import Priority
from console.domain.text import multi_line, one_line

MOST_LINES = 12
"""Incidents named with their titles; P1 that somebody is paged for are named beyond it, the others by their ids."""


def digest(parts: Sequence[Notification], now: datetime) -> Notification:
    """Return the one that tells them all: the worst first, everything else by its id.

    The same parts make the same id, so that another engine does not tell them twice.
    """
    first = min(parts, key=lambda one: one.made_at)
    lines = _by_incident(parts)
    worst = [one for one in lines if _must_be_named(one)]
    named = (worst + [one for one in lines if not _must_be_named(one)])[: max(MOST_LINES, len(worst))]
    rest = [one[0] for one in lines if one not in named]
    text = [_line(group) for group in named]
    if rest:
        ids = listed(tuple(one.incident or one.title for one in rest), most=100)
        text.append(f"and {len(rest)} more: {ids}")
    names = hashlib.blake2b("\n".join(sorted(one.id for one in parts)).encode(), digest_size=8).hexdigest()
    return Notification(
        id=f"digest/{names}/{first.person or ROOM}/{first.channel}",
        topic=Topic.DIGEST,
        channel=first.channel,
        person=first.person,
        incident="",
        title=_title(lines, first, now),
        text=multi_line("\n".join(text), 8000, 200),
        made_at=now,
        due_at=now,
        urgent=any(one.urgent for one in parts),
        priority=min((one.priority for one in parts if one.priority is not None), default=None),
        pages=tuple(dict.fromkeys(one.incident for one in parts if one.urgent)),
    )


def told_in(part: Notification, whole: Notification, now: datetime) -> Notification:
    """Return a part as it stands once the digest tells it."""
    said = f"in a digest of {now:%H:%M} UTC"
    return replace(part, state=Delivery.DROPPED, said=said, digest=whole.id, settled_at=now)


def _by_incident(parts: Sequence[Notification]) -> list[list[Notification]]:
    """Return the parts by incident, the worst first; what is about none stands alone."""
    groups: dict[str, list[Notification]] = {}
    for one in sorted(parts, key=lambda one: (one.made_at, len(one.incident), one.incident, one.id)):
        groups.setdefault(one.incident or one.id, []).append(one)
    return sorted(
        groups.values(), key=lambda group: (min(one.priority or 5 for one in group), group[0].made_at)
    )


def _must_be_named(group: Sequence[Notification]) -> bool:
    return any(one.topic is Topic.PAGED and one.priority == Priority.P1 for one in group)


def _line(group: Sequence[Notification]) -> str:
    topics = listed(tuple(dict.fromkeys(one.topic.value for one in group)))
    return one_line(f"{group[-1].title} ({topics})", 160)


def _title(lines: list[list[Notification]], first: Notification, now: datetime) -> str:
    incidents = [group for group in lines if group[0].incident]
    thing = "incident" if len(incidents) == len(lines) else "message"
    worst = min((one.priority for one in lines[0] if one.priority is not None), default=None)
    span = length(max(now - first.made_at, now - now))
    text = f"{count(len(lines), thing)} in {span}"
    if worst is not None:
        number = sum(1 for group in incidents if min(one.priority or 5 for one in group) == worst)
        text += f", {number} P{worst}"
    return one_line(f"{text}: {lines[0][-1].title}" + (", …" if len(lines) > 1 else ""), 200)
