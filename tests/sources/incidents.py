"""Incidents and effects as the engine hands them to a source."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from console.domain.alert import Alert
from console.domain.incident import Effect, Epoch, Incident, Member, State
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.store import OutboxEntry
from tests.sources.conftest import NOW

PEOPLE = {
    "Asha": Person("Asha", "Asha", contacts=(("email", "asha@ops.example"),)),
    "Budi": Person("Budi", "Budi", contacts=(("chat", "@budi"), ("email", "Budi@ops.example"))),
    "Citra": Person("Citra", "Citra", contacts=(("email", "citra@ops.example"),)),
    "Dewi": Person("Dewi", "Dewi"),
}
"""The team: products know Asha and Budi, they do not know Citra, and Dewi has no address."""


def incident(*alerts: Alert, cleared: Iterable[Alert] = (), effects: Iterable[Effect] = ()) -> Incident:
    members = [(alert.ref, Member(alert, NOW, NOW)) for alert in alerts]
    members += [(alert.ref, Member(alert, NOW, NOW, cleared_at=NOW)) for alert in cleared]
    return Incident(
        id="INC-42",
        n=3,
        title="Disk is full",
        service="orders-db",
        team="payments",
        key="orders-db/DiskFull",
        alert_name="DiskFull",
        state=State.TRIGGERED,
        owner="Asha",
        reported_at=NOW,
        epochs=(Epoch(NOW),),
        members=tuple(members),
        effects=tuple(effects),
    )


def effect(
    kind: EffectKind, name: str = "op-1", *, until: datetime | None = None, **more: Any
) -> OutboxEntry:
    return OutboxEntry(name, "INC-42", "prod", kind, "Asha", until=until, **more)


def done(entry: OutboxEntry, handle: str, until: datetime | None = None) -> Effect:
    """Return what the incident remembers of an effect that was carried out."""
    return Effect(entry.id, entry.source, entry.kind, EffectState.DONE, NOW, handle=handle, until=until)


def asked_again(entry: OutboxEntry, renews: str) -> Effect:
    """Return what it remembers of one that is to prolong an earlier one."""
    return Effect(entry.id, entry.source, entry.kind, EffectState.PENDING, NOW, renews=renews)
