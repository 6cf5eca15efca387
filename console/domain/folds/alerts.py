"""What the sources say: alerts join, change, clear, get worse."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.alert import Alert
from console.domain.folds import Steps
from console.domain.folds.parts import chain_anew, epochs, unacked_state, unowned
from console.domain.incident import MOST_CHANGES, Incident, Member, State
from console.domain.priority import Priority
from console.domain.records import replace


def fired(incident: Incident, event: ev.Event, body: ev.AlertsFired) -> Incident:
    """Take in alerts that joined, fired again or changed.

    ``provisional`` is the worst severity reported so far in this epoch: an alert that calms down
    and returns to a severity people have seen is no news.
    """
    members = dict(incident.members)
    for alert in body.alerts:
        before = members.get(alert.ref)
        if before is None:
            members[alert.ref] = Member(alert, first_seen=event.at, last_seen=event.at)
        else:
            count = before.count if _only_held(before, alert) else before.count + 1
            members[alert.ref] = replace(
                before, alert=alert, last_seen=event.at, count=count, cleared_at=None
            )
    after = replace(
        incident,
        members=tuple(members.items()),
        provisional=worse(incident, body.alerts) or incident.provisional,
    )
    if not incident.is_open:
        return after
    if changes(incident, body.alerts):
        flaps = incident.flaps + (incident.flapping_since is not None)
        after = replace(after, changes=(*incident.changes, event.at)[-MOST_CHANGES:], flaps=flaps)
    if incident.state is State.CLEARED_UNACKED:
        after = replace(after, state=State.TRIGGERED)
    if incident.epoch.recovered_at is not None:
        after = replace(after, epochs=epochs(after, recovered_at=None))
    return _timer(incident, after, event)


def _only_held(before: Member, alert: Alert) -> bool:
    """Return whether an alert fires on and all that is new is how its source holds it back or keeps it."""
    held_so = replace(
        before.alert, muted_until=alert.muted_until, muted_by=alert.muted_by, upstream=alert.upstream
    )
    return before.cleared_at is None and alert != before.alert and alert == held_so


def worse(incident: Incident, alerts: tuple[Alert, ...]) -> Priority | None:
    """Return the worst severity among alerts if it is worse than all before, else None.

    Alerts held back by their source do not count (a silence of our own holds nothing back).
    """
    worst = min(
        (one.priority for one in alerts if one.muted_until is None or incident.acts_at(one.ref.source)),
        default=None,
    )
    if worst is None or (incident.provisional is not None and worst >= incident.provisional):
        return None
    return worst


def changes(incident: Incident, alerts: tuple[Alert, ...]) -> bool:
    """Return whether alerts that fire change it: from all clear, or back to a severity that it had before."""
    if not alerts:
        return False
    worst, fires = min(alert.priority for alert in alerts), False
    for _, member in incident.members:
        if member.cleared_at is None:
            if member.alert.priority <= worst:
                return False
            fires = True
    return not fires or worse(incident, alerts) is None


def _timer(before: Incident, after: Incident, event: ev.Event) -> Incident:
    """Start the level's timer again where the incident got more urgent, or stopped being held back."""
    if after.level is None or after.state is not State.TRIGGERED:
        return after
    released = before.held_until is not None and after.held_until is None
    if released or before.effective_priority != after.effective_priority:
        return replace(after, level_at=event.at)
    return after


def cleared(incident: Incident, event: ev.Event, body: ev.AlertsCleared) -> Incident:
    """Mark alerts as no longer firing."""
    gone = set(body.refs)
    members = tuple(
        (ref, replace(member, cleared_at=event.at) if ref in gone and member.cleared_at is None else member)
        for ref, member in incident.members
    )
    return replace(incident, members=members)


def recovered(incident: Incident, _event: ev.Event, body: ev.Recovered) -> Incident:
    """All clear: unacked it stays in the list until a person has seen it (S3, ISA-18.2); held down where it flaps."""
    state = unacked_state(incident) if incident.state is State.TRIGGERED else incident.state
    return replace(
        incident, state=state, epochs=epochs(incident, recovered_at=incident.epoch.recovered_at or body.at)
    )


def severity_raised(incident: Incident, event: ev.Event, body: ev.SeverityRaised) -> Incident:
    """Trigger an acked incident again (S2, ISA-18.2 re-alarm). The ack clock is not reset (V13)."""
    if not incident.is_open:
        return replace(incident, provisional=body.after)
    return chain_anew(unowned(incident, state=State.TRIGGERED, provisional=body.after), event.at)


STEPS: Steps = {
    ev.AlertsFired: fired,
    ev.AlertsCleared: cleared,
    ev.Recovered: recovered,
    ev.SeverityRaised: severity_raised,
}
