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
