"""Who wants to hear of what, as the config says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from console.domain.notify.notification import Topic
from console.domain.priority import Priority
from console.domain.walltime import Hours


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local hours in which only incidents of the priorities ``but`` get through.

    ``zone`` None: the person's own. What is held back is told in one digest when the hours end.
    """

    hours: Hours
    but: frozenset[Priority] = frozenset({Priority.P1, Priority.P2})
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``[[notify]]`` table: these ``topics`` go to these people (or to whom it concerns) by these channels.

    ``to``: people, roles, teams; empty: whom it concerns (the one paged, the owner). ``via``: channel names; those
    with a room and no person's contact go to the room. ``after``: only if nobody has acked by then.
    ``priorities`` and ``teams`` empty: all.
    """

    topics: frozenset[Topic]
    via: tuple[str, ...]
    to: tuple[str, ...] = ()
    after: timedelta = timedelta(0)
    priorities: frozenset[Priority] = frozenset()
    teams: frozenset[str] = frozenset()
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """When many at once become one: more than ``storm`` opened or paged for one address ``within`` that time.

    The first ones go out singly, the rest in one digest ``every`` so often; one with urgent pages in it waits
    no longer than ``urgent_every``.
    """

    storm: int = 5
    within: timedelta = timedelta(minutes=2)
    every: timedelta = timedelta(minutes=1)
    urgent_every: timedelta = timedelta(seconds=10)
