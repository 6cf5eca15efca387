"""What may be hidden in a storm: nothing urgent that nobody has, and nothing that fails by something else.

What joins an incident pages nobody by itself. That is meant, as long as somebody is being paged for the storm or
has it. So this decides for whoever would otherwise not be paged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.alert import Alert
from console.domain.folds.alerts import worse
from console.domain.holds import maintained, maintenance
from console.domain.incident import Incident, State
from console.domain.policy import Grouping, Policy
from console.domain.priority import Priority

CAN_WAIT = Priority.P3
"""From here on an incident may become part of one for which nobody is paged any more."""


def in_time(began: datetime, since: datetime | None, grouping: Grouping) -> bool:
    """Return whether what began then may be a symptom of what alerts since; the rules of either may wait longer.

    True where nothing alerts at the root (``since`` None): then there is nothing to be earlier than.
    """
    return since is None or began >= since - grouping.earlier


def untouched(incident: Incident) -> bool:
    """Return whether no person has had a hand in an incident, and no bot has halted its pages."""
    return (
        incident.state is State.TRIGGERED
        and incident.last_activity_at is None
        and incident.epoch.first_human_ack is None
        and incident.bot_acked_at is None
        and incident.escalated_by_hand_at is None
        and incident.noise_at is None
        and incident.snoozed_until is None
        and not incident.split_from
    )


def is_silent(incident: Incident, policy: Policy, now: datetime) -> bool:
    """Return whether nobody has an incident and nobody is paged for it: a bot, its source or a maintenance keeps it so."""
    if incident.is_acked:
        return False
    held = incident.held_until is not None and incident.held_until > now
    return incident.bot_acked_at is not None or held or maintenance(incident, policy, now) is not None


def in_work(alerts: Sequence[Alert], policy: Policy, now: datetime) -> bool:
    """Return whether all services of some alerts are in maintenance: nobody is paged for them anyway."""
    return all(maintained(one.service, policy, now) for one in alerts)


def lets_in(home: Incident, alerts: Sequence[Alert], policy: Policy, now: datetime) -> bool:
    """Return whether new alerts may join a storm: who has it is told, but where nobody is, urgent ones are not hidden."""
    if not is_silent(home, policy, now) or in_work(alerts, policy, now):
        return True
    return min(one.priority for one in alerts) >= CAN_WAIT


def takes_in(home: Incident, one: Incident, policy: Policy, now: datetime) -> bool:
    """Return whether an incident that nobody has may become part of another without being hidden there.

    Where somebody has the other, or nobody is paged for it, only what can wait and is no worse; into one that is
    snoozed nothing, and not where a person has split them.
    """
    if home.snoozed_until is not None or set(home.apart) & set(one.services):
        return False
    if not home.is_acked and (not is_silent(home, policy, now) or is_silent(one, policy, now)):
        return True
    priority = one.effective_priority
    calm = priority is not None and priority >= CAN_WAIT
    return calm and worse(home, tuple(member.alert for _, member in one.members)) is None
