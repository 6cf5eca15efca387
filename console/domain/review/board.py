"""Reviews that are owed and action items that are open: what is overdue, what is due soon, and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from console.domain.aftermath import Action
from console.domain.incident import Incident, State
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.review.due import OWED, last_day, review_due
from console.domain.summary import Summary
from console.domain.vocabulary import ActionState, ReviewState

SINCE = timedelta(days=90)
"""Incidents reported so long ago are looked at."""
MOST_LOGS = 300
"""Incidents with a review whose action items are read, the latest."""
_OVER = frozenset({State.RESOLVED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Owed:
    """A review that is not closed. ``due`` None: no day is set; ``last_day`` is where the team lives.

    ``had`` is who had the incident last: they are asked where nobody owns the review.
    """

    incident: str
    title: str
    service: str
    team: str
    priority: Priority | None
    resolved_at: datetime | None
    state: ReviewState
    owner: str
    due: datetime | None
    last_day: date | None
    had: str = ""

    def overdue(self, now: datetime) -> bool:
        """Return whether it is past due."""
        return self.due is not None and self.due <= now

    def whose(self, name_of: Callable[[str], str]) -> str:
        """Return who owns it, or that nobody does and who had the incident: ``Asha``, ``nobody (Asha had it)``."""
        if self.owner:
            return name_of(self.owner)
        return f"nobody ({name_of(self.had)} had it)" if self.had else "nobody"


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action item that is not done, of an incident's review."""

    incident: str
    team: str
    action: Action
    last_day: date | None

    def overdue(self, now: datetime) -> bool:
        """Return whether it is past due."""
        return self.action.due is not None and self.action.due <= now


@dataclass(frozen=True, slots=True)
class ReviewBoard:
    """What is owed at ``now``, the most pressing first. ``left_out``: incidents whose items were not read."""

    now: datetime
    reviews: tuple[Owed, ...]
    actions: tuple[OpenAction, ...]
    left_out: int = 0


def owed(rows: Iterable[Summary], policy: Policy) -> tuple[Owed, ...]:
    """Return the reviews that are owed: of P1 and P2 that are over, and whatever was begun and not closed."""
    found = [_owed(row, policy) for row in rows if _is_owed(row)]
    return tuple(sorted(found, key=lambda one: (*_by(one.due), one.incident)))


def with_review(rows: Iterable[Summary]) -> tuple[str, ...]:
    """Return the incidents that may have action items, the latest last."""
    return tuple(row.id for row in rows if row.review is not ReviewState.NONE)


def open_actions(incidents: Iterable[Incident], policy: Policy) -> tuple[OpenAction, ...]:
    """Return the action items that are open, the most pressing first."""
    found = [
        OpenAction(one.id, one.team, action, last_day(action.due, one.team, policy) if action.due else None)
        for one in incidents
        for action in one.review.actions
        if action.state is ActionState.OPEN
    ]
    return tuple(sorted(found, key=lambda one: (*_by(one.action.due), one.incident, one.action.id)))


def due_words(due: datetime | None, last: date | None, now: datetime, team_day: date) -> str:
    """Return ``2 days overdue``, ``due today``, ``due tomorrow``, ``due 2026-01-09``; ``team_day`` is today there."""
    if due is None or last is None:
        return "no day set"
    days = (last - team_day).days
    if due <= now:
        return "1 day overdue" if days == -1 else f"{-days} days overdue"
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due {last:%Y-%m-%d}")


def _is_owed(row: Summary) -> bool:
    if row.merged_into or row.review is ReviewState.CLOSED:
        return False
    return row.review is not ReviewState.NONE or (row.state in _OVER and row.effective_priority in OWED)


def _owed(row: Summary, policy: Policy) -> Owed:
    due = row.review_due or review_due(row.effective_priority, row.resolved_at, row.team, policy)
    return Owed(
        row.id,
        row.title,
        row.service,
        row.team,
        row.effective_priority,
        row.resolved_at,
        row.review,
        row.review_owner,
        due,
        last_day(due, row.team, policy) if due else None,
        row.owner,
    )


def _by(due: datetime | None) -> tuple[bool, datetime]:
    """Return what sorts by a due day, those without one last."""
    return (due is None, due or datetime.min.replace(tzinfo=UTC))
