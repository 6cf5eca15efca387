"""The updates of one incident as outlets keep them together: from the first to the one that says it is over. Pure."""

from __future__ import annotations

from datetime import datetime

from console.domain.bodies.work import UpdatePosted
from console.domain.incident import Effect, Incident
from console.domain.vocabulary import ComponentState, EffectKind, Stage

Posted = tuple[datetime, str, UpdatePosted]
"""When, by whom, what."""


def series(incident: Incident, at: datetime) -> tuple[Posted, ...]:
    """Return the updates up to the one posted at an instant (UTC), since the last that said it was over before it."""
    found: list[Posted] = []
    for posted in incident.updates:
        if posted[0] > at:
            break
        if found and found[-1][2].stage is Stage.RESOLVED:
            found = []
        found.append(posted)
    return tuple(found)


def handle_in(incident: Incident, outlet: str, posted: tuple[Posted, ...]) -> str:
    """Return what an outlet made for a series, by its own id; empty where it has made nothing yet."""
    began = posted[0][0] if posted else None
    handles = [
        one.handle
        for one in incident.effects
        if (one.kind, one.source) == (EffectKind.PUBLISH, outlet)
        and one.handle
        and (began is None or one.asked_at >= began)
    ]
    return handles[-1] if handles else ""


def standing(posted: tuple[Posted, ...]) -> tuple[tuple[str, ComponentState], ...]:
    """Return how each component stands after the last of a series: what it names no more works again."""
    if not posted:
        return ()
    last = posted[-1][2]
    over = last.stage is Stage.RESOLVED
    failing = ComponentState.OPERATIONAL if over else last.failing or ComponentState.DEGRADED
    named = dict.fromkeys(one for _, _, update in posted for one in update.components)
    return tuple((one, failing if one in last.components else ComponentState.OPERATIONAL) for one in named)


def outcomes(incident: Incident) -> tuple[Effect, ...]:
    """Return what became of the latest update at each of its outlets."""
    asked = [one for one in incident.effects if one.kind is EffectKind.PUBLISH]
    return tuple(one for one in asked if one.asked_at == asked[-1].asked_at)
