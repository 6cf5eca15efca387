"""What the tests of Opsgenie and of Jira Service Management's operations share."""

from __future__ import annotations

from datetime import timedelta

from console.domain.alert import Alert, AlertRef
from console.domain.people import Person
from console.domain.vocabulary import EffectKind
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.base.operations.source import OperationsSource
from tests.sources.conftest import NOW
from tests.sources.incidents import effect, incident

PEOPLE = {
    "Asha": Person("Asha", "Asha Rao", (("email", "asha@ops.example"),)),
    "Budi": Person("Budi", "Budi Santoso", (("email", "budi@ops.example"),)),
    "Dewi": Person("Dewi", "Dewi"),
}
LATER = NOW + timedelta(hours=2)


async def alerts_of(source: OperationsSource) -> tuple[Alert, ...]:
    return (await source.fetch()).alerts


async def did(source: OperationsSource, kind: EffectKind, **more: object) -> Settled:
    """Return how an effect on all that is listed went."""
    return await again(source, effect(kind, **more))  # type: ignore[arg-type]  # fields of an entry


async def again(source: OperationsSource, entry: OutboxEntry) -> Settled:
    return await source.act(entry, incident(*await alerts_of(source)), NOW, PEOPLE)


def ref(name: str) -> AlertRef:
    return AlertRef("prod", f"{name}-1767603000000")
