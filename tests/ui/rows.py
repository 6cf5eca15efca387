"""Incidents as a list shows them, with everything but the interesting part filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console.domain.incident import State
from console.domain.summary import Summary


def row(
    name: str,
    now: datetime,
    *,
    age: timedelta = timedelta(minutes=3),
    service: str = "payments",
    **facts: Any,
) -> Summary:
    """Return a row reported ``age`` before ``now``; triggered and firing unless ``facts`` say otherwise."""
    reported = now - age
    state = facts.get("state", State.TRIGGERED)
    acked = state in {State.ACKNOWLEDGED, State.MONITORING}
    blank = Summary(
        id=name, n=1, title=f"{service} is unwell", service=service, team="payments", key=f"{service}/x",
        alert_name="Unwell", state=state, is_open=True, priority=None, provisional=None, reported_at=reported,
        epoch=1, epoch_at=reported, owner="", acked_at=reported + timedelta(minutes=1) if acked else None,
        acked_by="", human_ack_at=reported + timedelta(minutes=1) if acked else None, resolved_at=None,
        recovered_at=None, firing=1, total=1, snoozed_until=None, paused=timedelta(), paused_since=None,
        resolve_from=None, level=0, level_at=reported, level_round=0, merged_into="", recurrence_of="",
        last_activity_at=None, nudged_at=None, source_started_at=None, sources="prod", effect=None, effect_text="",
    )  # fmt: skip
    return replace(blank, **facts)
