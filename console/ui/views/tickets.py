"""The tickets of an incident, in a line each above its timeline."""

from __future__ import annotations

from console.domain.incident import Incident
from console.domain.tickets.standing import stands
from console.domain.vocabulary import EffectState
from console.ui.text import Spans

INDENT = 10
MOST = 3
_STYLES = {EffectState.FAILED: "clock-late bold", EffectState.PENDING: "note", EffectState.DONE: ""}


def ticket_parts(incident: Incident) -> list[Spans]:
    """Return the tickets that are linked, and what waits or went wrong."""
    if not incident.tickets and not incident.effects:
        return []
    found = stands(incident)
    parts: list[Spans] = [
        (
            (f"{'ticket':<{INDENT}}", "dim"),
            (one.key or one.outlet, "bold"),
            (f"  {one.words}" if one.words else "", _STYLES[one.state]),
        )
        for one in found[:MOST]
    ]
    if len(found) > MOST:
        parts.append(((f"{'':<{INDENT}}and {len(found) - MOST} more", "dim"),))
    return parts
