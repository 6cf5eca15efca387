"""Changes in words: ``started 3 min after deploy v42 of orders (Asha)``. Never "because of"."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from console.domain.alert import Link
from console.domain.change import Change
from console.domain.changes.correlated import EVERYTHING, Correlated
from console.domain.changes.kinds import named
from console.domain.human import until
from console.domain.policy import Policy

TOLD_LATE = timedelta(minutes=1)
"""A change that we heard of so much later is told with when that was."""
_LONG = timedelta(minutes=100)
_SAME = timedelta(seconds=1)
"""Closer than this nobody can say what came first: most products tell times in whole seconds."""


def in_a_sentence(one: Correlated, policy: Policy) -> str:
    """Return how a change lies to the incident: ``started 3 min after …``, or ``… 11 min after it started``."""
    what, which, who = _parts(one, policy)
    if abs(one.gap) < _SAME:
        return f"{_began(one)} within a second of {what}{which}{who}"
    if one.before:
        return f"{_began(one)} {gap_words(one.gap)} after {what}{which}{who}"
    return f"{what}{which}{who}, {gap_words(-one.gap)} after it {_began(one)}"


def on_a_line(one: Correlated) -> str:
    """Return a change as a line that begins with its time: ``deploy v42 of orders, 3 min before it started``."""
    what, which, _ = _parts(one, None)
    side = "before" if one.before else "after"
    gap = "as" if abs(one.gap) < _SAME else f"{gap_words(abs(one.gap))} {side}"
    return f"{what}{which}, {gap} it {_began(one)}"


def plainly(change: Change) -> str:
    """Return a change by itself: ``deploy v42 of orders``, ``network maintenance of all services``."""
    return f"{named(change)} of {change.service or 'all services'}"


def told_late(change: Change, now: datetime, zone: tzinfo) -> str:
    """Return ``told us 10:31`` where we heard of it later than it took effect, else an empty string."""
    if change.seen_at is None or change.seen_at - change.at <= TOLD_LATE:
        return ""
    return f"told us {until(change.seen_at, now, zone)}"


def actor_of(change: Change, policy: Policy) -> str:
    """Return who did it as people know them, or an empty string."""
    return policy.name_of(change.actor) if change.actor else ""


def links_of_changes(found: tuple[Correlated, ...]) -> tuple[Link, ...]:
    """Return the pages of changes, each address once, the latest first."""
    urls = {one.change.url: one.change for one in reversed(found) if one.change.url}
    return tuple(Link(f"change: {named(change)}", url) for url, change in urls.items())


def gap_words(gap: timedelta) -> str:
    """Return a span as a sentence says it: ``40 s``, ``3 min``, ``2 h 5 min``; fractions are left out."""
    seconds = gap // timedelta(seconds=1)
    if seconds < 60:
        return f"{seconds} s"
    if gap < _LONG:
        return f"{seconds // 60} min"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _began(one: Correlated) -> str:
    return "was reopened" if one.reopened else "started"


def _parts(one: Correlated, policy: Policy | None) -> tuple[str, str, str]:
    change = one.change
    which = f" of {change.service or 'all services'}"
    if 0 < one.distance < EVERYTHING:
        which += ", on which it depends"
    who = f" ({actor_of(change, policy)})" if policy is not None and change.actor else ""
    return named(change), which, who
