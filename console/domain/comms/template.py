"""An update filled in from what is known of its incident. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from console.domain.comms.draft import Draft, public_names
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.sla import update_due
from console.domain.summary import summarise
from console.domain.vocabulary import ComponentState, Stage

NOT_OWED = timedelta(hours=1)
"""When the next update is promised where no clock asks for one."""

DOING: Mapping[Stage, str] = {
    Stage.INVESTIGATING: "We are looking into it with priority.",
    Stage.IDENTIFIED: "We are working on a remedy.",
    Stage.MONITORING: "We are watching how it goes.",
    Stage.RESOLVED: "",
}
_MINUTE = timedelta(minutes=1)
_FOLLOWS: Mapping[Stage, Stage] = {Stage.INVESTIGATING: Stage.IDENTIFIED, Stage.IDENTIFIED: Stage.MONITORING}


def prefilled(incident: Incident, stage: Stage, policy: Policy, now: datetime) -> Draft:
    """Return an update of a stage with what is known; what clients see is only known from the update before."""
    last = incident.updates[-1][2] if incident.updates else None
    services = (last.components if last else ()) or incident.services
    over = stage is Stage.RESOLVED
    failing = last.failing if last else None
    if failing is None or failing is ComponentState.OPERATIONAL:
        worst = incident.effective_priority is Priority.P1
        failing = ComponentState.PARTIAL if worst else ComponentState.DEGRADED
    return Draft(
        stage=stage,
        impact=last.impact if last else "",
        since=incident.source_started_at or incident.reported_at,
        scope=", ".join(public_names(services, policy)),
        doing=DOING[stage],
        next_at=None if over else next_promise(incident, policy, now),
        failing=ComponentState.OPERATIONAL if over else failing,
        components=services,
        part=over and bool(incident.merged_into),
    )


def next_promise(incident: Incident, policy: Policy, now: datetime) -> datetime:
    """Return when the update after one posted now is due by the clock, up to a full minute (UTC)."""
    need = incident.public_from or now
    due = update_due(summarise(incident), policy, need, max(now, need))
    at = due or now + NOT_OWED
    over = timedelta(seconds=at.second, microseconds=at.microsecond)
    return at - over + _MINUTE if over else at


def usual_stage(incident: Incident) -> Stage:
    """Return the stage that an update is most likely of: investigating first, then as the last one."""
    last = incident.updates[-1][2].stage if incident.updates else None
    if not incident.is_open:
        return Stage.RESOLVED
    return last if last not in {None, Stage.RESOLVED} and last is not None else Stage.INVESTIGATING
