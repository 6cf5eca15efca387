"""When something next happens to an incident by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.escalation import page_due
from console.domain.everyone import again
from console.domain.flapping import ends_at, stable_for
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.tracks import next_check, open_tracks
from console.domain.upstream import renewals


class DueKind(StrEnum):
    """What falls due; where two do at the same instant, the one listed first goes first."""

    WAKE = "wake"
    CALM = "calm"
    AUTO_RESOLVE = "auto_resolve"
    UNACK = "unack"
    NUDGE = "nudge"
    PAGE = "page"
    REPAGE = "repage"
    RENEW = "renew"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that happens at ``at`` (UTC) unless somebody acts before."""

    at: datetime
    kind: DueKind


def next_due(incident: Incident, policy: Policy, now: datetime | None = None) -> datetime | None:
    """Return when ``Advance`` would next do something (the past: at once), or None: never as things stand.

    ``now`` (UTC): what is overdue by then but must not happen now (a page in a maintenance) is due later.
    """
    return next((due.at for due in dues(incident, policy, now)), None)


def dues(incident: Incident, policy: Policy, now: datetime | None = None) -> tuple[Due, ...]:
    """Return all that is waiting for its time, soonest first; ``now`` as in ``next_due``."""
    if not incident.is_open:
        return ()
    repage = again(incident, policy, now)
    times = {
        DueKind.WAKE: incident.snoozed_until,
        DueKind.CALM: ends_at(incident, policy.grouping.flapping),
        DueKind.AUTO_RESOLVE: _auto_resolve(incident, policy),
        DueKind.UNACK: _unack(incident, policy),
        DueKind.NUDGE: _nudge(incident, policy),
        DueKind.PAGE: page_due(incident, policy, now),
        DueKind.REPAGE: repage.at if repage else None,
        DueKind.RENEW: min((at for at, _ in renewals(incident, policy)), default=None),
        DueKind.CHECK: _check(incident),
    }
    found = [Due(at, kind) for kind, at in times.items() if at is not None]
    return tuple(sorted(found, key=lambda due: due.at))


def quiet_since(incident: Incident) -> datetime:
    """Return since when nothing has shown that the owner is on it; the ack itself shows it."""
    return incident.last_activity_at or incident.acked_at or incident.epoch.started_at


def _auto_resolve(incident: Incident, policy: Policy) -> datetime | None:
    """Return when an acked, cleared incident counts as stable: P3/P4 only, P1/P2 wait for a person (S4).

    While parallel work is open a person has to say so, too.
    """
    if open_tracks(incident.tracks):
        return None
    recovered = incident.epoch.recovered_at
    stable = policy.target(incident.effective_priority).stable_for
    if not incident.is_acked or recovered is None or stable is None or incident.firing:
        return None
    return recovered + stable_for(incident, stable, policy.grouping.flapping)


def _nudge(incident: Incident, policy: Policy) -> datetime | None:
    """Return when an acked incident is too quiet (PagerDuty: ack timeout); not while it sleeps."""
    wait = policy.target(incident.effective_priority).nudge_after
    if not incident.is_acked or incident.snoozed_until or incident.nudged_at or wait is None:
        return None
    return quiet_since(incident) + wait


def _check(incident: Incident) -> datetime | None:
    """Return when the next check of parallel work comes, also while it sleeps: somebody asked to be reminded."""
    track = next_check(incident.tracks) if incident.tracks else None
    return track.check_at if track else None


def _unack(incident: Incident, policy: Policy) -> datetime | None:
    """Return when a nudge counts as unanswered."""
    if not incident.is_acked or incident.snoozed_until or incident.nudged_at is None:
        return None
    return incident.nudged_at + policy.nudge_answer
