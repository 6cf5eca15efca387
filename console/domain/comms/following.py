"""Whose readers were last told that it goes on: once an incident is over they want to hear that it is. Pure."""

from __future__ import annotations

from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState, Stage

TIMELINE = "timeline"
"""Stands for those who were told without an outlet."""


def followed(incident: Incident) -> tuple[str, ...]:
    """Return the outlets whose newest update does not say that it is over, in the order in which they were told.

    What failed at an outlet nobody has read there; what is on its way counts as read. Nothing counts any more that was
    told before somebody said that no closing update is needed. Whoever was told without an outlet hears of any that
    says that it is over.
    """
    failed = {
        (one.asked_at, one.source)
        for one in incident.effects
        if one.kind is EffectKind.PUBLISH and one.state is EffectState.FAILED
    }
    over: dict[str, bool] = {}
    for at, _, update in incident.updates:
        if incident.waived_at is not None and at <= incident.waived_at:
            continue
        ends = update.stage is Stage.RESOLVED
        for outlet in update.outlets or (TIMELINE,):
            if (at, outlet) not in failed:
                over[outlet] = ends
        if ends:
            over[TIMELINE] = True
    return tuple(one for one, ended in over.items() if not ended)
