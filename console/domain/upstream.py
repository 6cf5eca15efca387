"""What sources last did for an ack or a snooze, and when that is to be prolonged.

A hold (a silence, a downtime) has an end so that it is not forgotten; as long as somebody has the incident, a new end is
asked for shortly before the old one, so that nobody is notified of what is in hands.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from console.domain.ability import Ability
from console.domain.incident import Effect, Incident
from console.domain.policy import Policy
from console.domain.vocabulary import EffectKind, EffectState

COUNTER = {
    EffectKind.ACK: EffectKind.UNACK,
    EffectKind.UNACK: EffectKind.ACK,
    EffectKind.SNOOZE: EffectKind.WAKE,
    EffectKind.WAKE: EffectKind.SNOOZE,
    EffectKind.RESOLVE: EffectKind.REOPEN,
    EffectKind.REOPEN: EffectKind.RESOLVE,
}
"""What takes an effect back."""

LEAD = timedelta(minutes=2)
"""How long before the end it is prolonged; a third of its length where that is less than three leads."""


def latest(incident: Incident, kind: EffectKind) -> dict[str, Effect]:
    """Return what each source was last asked for of this kind, or to take it back."""
    return {one.source: one for one in incident.effects if one.kind in {kind, COUNTER[kind]}}


def renewals(incident: Incident, policy: Policy) -> tuple[tuple[datetime, Effect], ...]:
    """Return what is to be prolonged at each source where alerts fire, and when (UTC; the past: at once).

    Empty while nobody has the incident. What its source has not answered yet, or could or would not
    do, is left alone: a silence that a person removed there stays removed.
    """
    if not incident.is_acked or not incident.effects:
        return ()
    firing = {ref.source for ref, member in incident.members if member.cleared_at is None}
    times = (
        (_renew_at(one), one)
        for one in latest(incident, EffectKind.ACK).values()
        if one.source in firing and holds_acks(policy.ability(one.source))
    )
    return tuple((at, one) for at, one in times if at is not None)


def holds_acks(ability: Ability) -> bool:
    """Return whether an ack is a hold there, with an end that can be moved."""
    return ability.holds and ability.can(EffectKind.ACK)


def _renew_at(effect: Effect) -> datetime | None:
    if effect.kind is not EffectKind.ACK or effect.state is not EffectState.DONE:
        return None
    if effect.until is None or effect.settled_at is None or effect.until <= effect.settled_at:
        return None  # it has no end, or had ended when we learned of it
    return effect.until - min(LEAD, (effect.until - effect.settled_at) / 3)
