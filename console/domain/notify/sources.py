"""What is told when a source goes blind and when it sees again: no word from it is no good news."""

from __future__ import annotations

from datetime import datetime

from console.domain.health import SourceHealth
from console.domain.notify.matching import About
from console.domain.notify.notification import Topic
from console.domain.notify.saying import Saying
from console.domain.policy import Policy
from console.domain.roster import duty, roles, teams
from console.domain.text import one_line

FIRST_ROLE = "primary"


def is_blind(health: SourceHealth, misses: int) -> bool:
    """Return whether a source is to be told of: so many polls failed in a row, or it is parked (V21)."""
    return health.misses >= misses or health.parked


def went_blind(health: SourceHealth, policy: Policy, now: datetime) -> Saying:
    """Return what is said of a source that has gone blind; once for each last success."""
    since = f"since {health.last_success:%H:%M} UTC" if health.last_success else "since the start"
    hint = f" ({health.hint})" if health.hint else ""
    text = (
        f"Nothing is known from {health.name} {since}: {health.error}{hint}. New alerts there are not seen."
    )
    about = About(Topic.BLIND, first_ones(policy, now))
    return Saying(f"{_key(health)}/blind", about, f"{health.name} is blind {since}", one_line(text))


def sees_again(before: SourceHealth, policy: Policy, now: datetime) -> Saying:
    """Return what is said once it answers again; ``before`` is its health while it was blind."""
    since = f" It was blind since {before.last_success:%H:%M} UTC." if before.last_success else ""
    text = f"{before.name} answers again since {now:%H:%M} UTC.{since}"
    about = About(Topic.BLIND, first_ones(policy, now))
    return Saying(f"{_key(before)}/back", about, f"{before.name} sees again", text)


def first_ones(policy: Policy, at: datetime) -> tuple[str, ...]:
    """Return who is first on call in each team: its primary, else whoever holds its first role."""
    found: list[str] = []
    for team in teams(policy.roster):
        filled = roles(policy.roster, team)
        role = FIRST_ROLE if FIRST_ROLE in filled else filled[0]
        person = duty(policy.roster, team, role, at).person
        if person is not None and person not in found:
            found.append(person)
    return tuple(found)


def _key(health: SourceHealth) -> str:
    last = f"{health.last_success:%Y%m%dT%H%M%S}" if health.last_success else "never"
    return f"source/{health.name}/{last}"
