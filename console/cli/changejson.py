"""Changes of the world as JSON that scripts may rely on, see ``contract``."""

from __future__ import annotations

from typing import Any

from console.cli.output import stamp
from console.domain.change import Change
from console.domain.changes.correlated import EVERYTHING, Correlated
from console.domain.changes.words import in_a_sentence
from console.domain.policy import Policy


def change_json(one: Change) -> dict[str, Any]:
    """Return a change; ``service`` null: it concerns all."""
    return {
        "id": one.id,
        "at": stamp(one.at),
        "service": one.service or None,
        "what": one.what,
        "kind": str(one.kind),
        "by": one.actor or None,
        "url": one.url or None,
        "source": one.source or None,
        "seen_at": stamp(one.seen_at),
    }


def correlated_json(one: Correlated, policy: Policy) -> dict[str, Any]:
    """Return a change as it lies to an incident. ``gap_seconds`` is below zero where it came after the start.

    ``reopened``: the gap is to a reopening, not to the first start. ``distance`` is the steps along
    ``depends_on`` to its service, null for a change that concerns all.
    """
    return {
        **change_json(one.change),
        "gap_seconds": one.gap.total_seconds(),
        "reopened": one.reopened > 0,
        "distance": one.distance if one.distance < EVERYTHING else None,
        "text": in_a_sentence(one, policy),
    }
