"""A page as facts, whoever asked for it."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.decisions.base import Context
from console.domain.escalation import chain_of
from console.domain.incident import Incident
from console.domain.levels import Planned


def page_bodies(
    incident: Incident, plan: Planned, context: Context, *, auto: bool, reason: str = ""
) -> list[ev.Body]:
    """Return the facts of a step: each level that was skipped, then the page, unless nobody hears of it."""
    chain = chain_of(incident, context.policy)
    scope = chain.scope if chain else ""
    bodies: list[ev.Body] = [
        ev.LevelSkipped(skip.level, skip.reason, skip.round, scope) for skip in plan.skips
    ]
    if plan.tells:
        page = ev.Escalated(
            level=plan.level,
            to=plan.people,
            auto=auto,
            round=plan.round,
            name=plan.name,
            reason=reason,
            channels=plan.channels,
            chain=scope,
            everyone=plan.everyone,
        )
        bodies.append(page)
    return bodies
