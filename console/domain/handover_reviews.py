"""What a handover says of reviews: those that are owed, and their open action items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from console.domain.handover_document import ReviewOwed
from console.domain.human import listed
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.review.board import due_words, open_actions, owed
from console.domain.roster import zone_of
from console.domain.summary import Summary, summarise
from console.domain.vocabulary import ReviewState

MOST = 20
"""Lines of each; what is left out is counted in the last one."""


def reviews(  # noqa: PLR0913, PLR0917 - what is known of the shift, and of before
    known: Iterable[Incident],
    reviewed: Iterable[Incident],
    earlier: Iterable[Summary],
    team: str,
    policy: Policy,
    now: datetime,
) -> tuple[ReviewOwed, ...]:
    """Return what is owed at ``now`` of the shift's incidents (``known``) and of those before it, most pressing first.

    Action items outlive their review: those of earlier incidents (``reviewed``) are told of, too.
    """
    incidents = {one.id: one for one in (*reviewed, *known)}
    rows = [*map(summarise, incidents.values()), *(row for row in earlier if row.id not in incidents)]
    today = now.astimezone(zone_of(policy.roster, team)).date()
    lines = [
        *(_owed(one.incident, one.priority, one.title, one.state, one.owner or one.had, policy,
                due_words(one.due, one.last_day, now, today)) for one in owed(rows, policy)),
        *_items(incidents.values(), policy, now, team),
    ]  # fmt: skip
    if len(lines) <= MOST:
        return tuple(lines)
    left = tuple(one.incident for one in lines[MOST:])
    return (
        *lines[:MOST],
        ReviewOwed(listed(left), f"and {len(left)} more: oncall postmortem --board", "", ""),
    )


def _owed(  # noqa: PLR0913, PLR0917 - the parts of one line
    incident: str,
    priority: Priority | None,
    title: str,
    state: ReviewState,
    owner: str,
    policy: Policy,
    due: str,
) -> ReviewOwed:
    how = state.value if state is not ReviewState.NONE else "not begun"
    label = priority.label if priority else "P?"
    return ReviewOwed(incident, f"RCA {how}: {label} {title}", policy.name_of(owner) if owner else "", due)


def _items(incidents: Iterable[Incident], policy: Policy, now: datetime, team: str) -> Iterator[ReviewOwed]:
    today = now.astimezone(zone_of(policy.roster, team)).date()
    for one in open_actions(incidents, policy):
        action = one.action
        due = due_words(action.due, one.last_day, now, today)
        owner = policy.name_of(action.owner) if action.owner else ""
        yield ReviewOwed(one.incident, f"{action.id}, {action.kind.value}: {action.text}", owner, due)
