"""An incident of four services with the graph they stand in: what pictures and tests of storms begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.events import Absorbed, AlertsFired, Body, CauseNamed, Event, Opened
from console.domain.fold import fold
from console.domain.policy import Service
from console.domain.priority import Priority
from console.domain.snapshot import Detail
from tests.ui import scenes
from tests.ui.scenes import NOW

GRAPH = {
    "orders-db": Service("orders-db", "payments"),
    **{name: Service(name, "payments", ("orders-db",)) for name in ("cart", "search")},
    "payments": Service("payments", "payments", ("cart",)),
}
POLICY = replace(scenes.POLICY, services={**scenes.POLICY.services, **GRAPH})
PROD = Actor("prod", ActorKind.SOURCE)
WHY = "14 of the 16 failing services depend on it"


def alert(service: str, n: int = 0, priority: Priority = Priority.P2) -> Alert:
    return Alert(AlertRef("prod", f"{service}/{n}"), "Slow", f"{service} is slow", service, priority)


def storm(name: str = "INC-1042", *more: Body) -> Detail:
    """Return an incident of four services, one of them brought by INC-7."""
    opened = Opened("a storm", "payments", "payments", "payments/Slow", "Slow", Priority.P2, NOW)
    bodies: list[Body] = [
        opened,
        AlertsFired((alert("payments"), alert("cart"), alert("cart", 1, Priority.P1), alert("orders-db"))),
        Absorbed("INC-7", NOW - timedelta(minutes=4)),
        AlertsFired((alert("search"),)),
        CauseNamed("orders-db", WHY),
        *more,
    ]
    at = NOW - timedelta(minutes=5)
    log = tuple(Event(name, n, at, ENGINE if n > 2 else PROD, body) for n, body in enumerate(bodies, 1))
    return Detail(fold(log), log, None, "no runbook", "")
