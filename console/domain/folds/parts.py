"""Pieces that several steps share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from console.domain.incident import Epoch, Incident, Pause, State
from console.domain.records import replace


def epochs(incident: Incident, **changes: Any) -> tuple[Epoch, ...]:
    """Return the epochs with the current one changed."""
    return (*incident.epochs[:-1], replace(incident.epoch, **changes))


def ended_pauses(incident: Incident, at: datetime) -> tuple[Pause, ...]:
    """Return the pauses with a running one ended."""
    return tuple(
        one if one.until is not None else replace(one, until=max(one.since, at)) for one in incident.pauses
    )


def unowned(incident: Incident, **changes: Any) -> Incident:
    """Return the incident in nobody's hands. What the ack clock has measured stays measured."""
    return replace(
        incident, owner="", acked_at=None, acked_by=None, bot_acked_at=None, nudged_at=None, **changes
    )


def chain_anew(incident: Incident, at: datetime) -> Incident:
    """Return the incident with its escalation chain to be run from the first level again."""
    return replace(incident, level=None, level_at=at, level_round=0, paged_now=(), chased=())


def without(people: tuple[str, ...], person: str) -> tuple[str, ...]:
    """Return people but one."""
    return tuple(one for one in people if one != person)


def unacked_state(incident: Incident) -> State:
    """Return the state of an open incident that nobody has: cleared where none of its alerts fires, unless it flaps."""
    cleared = incident.members and not incident.firing and incident.flapping_since is None
    return State.CLEARED_UNACKED if cleared else State.TRIGGERED
