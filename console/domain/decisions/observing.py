"""A new incident, and what the sources say about one that is known."""

from __future__ import annotations

from datetime import timedelta

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.alert import Alert
from console.domain.decisions.base import Context, Decision, NoChange, Rejected, accept, after
from console.domain.decisions.effects import take_back
from console.domain.decisions.timing import is_paused, runs_again
from console.domain.flapping import enough
from console.domain.folds.alerts import changes, worse
from console.domain.human import count, length
from console.domain.incident import Incident, State
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, ReporterKind

PUNCTUAL = timedelta(minutes=1)
"""A report this much older than its entry is not called back-dated."""


def open_new(command: cmd.Open, context: Context) -> Decision:
    """Open an incident, from alerts or from a person's report; reports may be back-dated with a reason."""
    title = command.title.strip()
    if not title:
        return Rejected("an incident needs a title: say in one line what is wrong")
    reported_at = command.reported_at or context.now
    if reported_at > context.now:
        return Rejected(f"the report lies {length(reported_at - context.now)} in the future: check the time")
    human = command.reporter is not ReporterKind.MONITORING and not command.alerts
    if human and context.now - reported_at > PUNCTUAL and not command.backdated.strip():
        return Rejected("the report lies in the past: say why it is entered only now")
    alerts = command.alerts
    started = [alert.started_at for alert in alerts if alert.started_at]
    opened = ev.Opened(
        title=title,
        service=command.service,
        team=context.policy.team_of(command.service),
        key=command.key,
        alert_name=command.alert_name,
        provisional=_provisional(alerts),
        reported_at=reported_at,
        source_started_at=min(started, default=None),
        reporter=command.reporter,
        reported_by=command.reported_by,
        backdated=command.backdated,
        recurrence_of=command.recurrence_of,
        runbook_url=next((alert.runbook_url for alert in alerts if alert.runbook_url), ""),
        body=command.body,
        split_from=command.split_from,
    )
    bodies: list[ev.Body] = [opened]
    if alerts:
        bodies.append(ev.AlertsFired(alerts))
    if command.priority is not None:
        bodies.append(ev.PrioritySet(command.priority))
    return accept(f"opened {context.incident_id}", *bodies)


def _provisional(alerts: tuple[Alert, ...]) -> Priority | None:
    """Return the worst severity, of alerts that are not held back where there are any."""
    loud = [alert.priority for alert in alerts if alert.muted_until is None]
    return min(loud or [alert.priority for alert in alerts], default=None)


def observe(incident: Incident, command: cmd.ObserveAlerts, context: Context) -> Decision:
    """Take in what a poll changed: S1-S4, S8 and the wish never to hide a new alert."""
    known = dict(incident.members)
    fired = {alert.ref: alert for alert in command.fired} if incident.is_open else {}
    gone = dict.fromkeys(
        ref for ref in command.cleared if ref in known and not known[ref].cleared_at and ref not in fired
    )
    bodies: list[ev.Body] = []
    if fired:
        bodies.append(ev.AlertsFired(tuple(fired.values())))
    if gone:
        bodies.append(ev.AlertsCleared(tuple(gone)))
    if not bodies or incident.merged_into:
        return NoChange(f"nothing new for {incident.id}")
    clear = bool(gone) and not after(incident, bodies, context).firing
    text = f"{incident.id}: {count(len(fired), 'alert')} fired or changed, {len(gone)} cleared"
    if not incident.is_open:
        if clear and incident.epoch.recovered_at is None and incident.state is State.RESOLVED:
            bodies.append(ev.Recovered(context.now))
        return accept(text, *bodies)
    bodies += _consequences(incident, tuple(fired.values()), clear, context)
    woke = any(isinstance(body, ev.Woke) for body in bodies)
    effects = take_back(incident, context, EffectKind.SNOOZE) if woke else ()
    return accept(text, *bodies, effects=effects)


def _consequences(
    incident: Incident, fired: tuple[Alert, ...], clear: bool, context: Context  # noqa: FBT001 - one of three inputs
) -> list[ev.Body]:  # fmt: skip
    """Return what follows for the incident as a whole."""
    bodies: list[ev.Body] = []
    worst = worse(incident, fired)
    taken = incident.is_acked or incident.bot_acked_at is not None
    raised = worst is not None and incident.provisional is not None and taken
    if worst is not None and raised:
        bodies.append(ev.SeverityRaised(incident.provisional, worst))
    if fired and is_paused(incident):
        bodies += runs_again(after(incident, [ev.AlertsFired(fired)], context), context)
    bodies += _flapping(incident, fired, context)
    if clear:
        bodies.append(ev.Recovered(context.now))
    if incident.snoozed_until is not None:
        over = clear and incident.flapping_since is None  # one that flaps wakes once it has been quiet
        reasons = (("severity raised", raised), ("new alert", _joined(incident, fired)), ("cleared", over))
        reason = next((words for words, holds in reasons if holds), "")
        if reason:
            bodies.append(ev.Woke(reason))
    return bodies


def _flapping(incident: Incident, fired: tuple[Alert, ...], context: Context) -> list[ev.Body]:
    """Return that it flaps from now on, where it does."""
    if incident.flapping_since is not None or not changes(incident, fired):
        return []
    found = enough((*incident.changes, context.now), context.now, context.policy.grouping.flapping)
    return [ev.FlappingBegan(found[0], len(found))] if found else []


def _joined(incident: Incident, fired: tuple[Alert, ...]) -> bool:
    """Return whether an alert joined that its source does not hold back (our own silence does not count)."""
    known = {ref for ref, _ in incident.members}
    return any(
        alert.ref not in known and (alert.muted_until is None or incident.acts_at(alert.ref.source))
        for alert in fired
    )
