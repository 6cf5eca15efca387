"""A made-up shift with one incident of every sort, for the tests of documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Alert, AlertRef, Link
from console.domain.handover import HandoverInputs
from console.domain.health import EngineReport, SourceHealth
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.priority import Priority
from console.domain.roster import Roster, Rotation
from console.domain.vocabulary import PauseReason, StepState, Sufficed

JAKARTA = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 8, 31, 2, tzinfo=UTC)  # Mon 09:00 in Jakarta
END = START + timedelta(days=7)
NOW = END - timedelta(minutes=30)

ASHA, BUDI, BOT = Actor("asha"), Actor("budi"), Actor("robot", ActorKind.BOT)


def weekly(role: str, *members: str) -> Rotation:
    return Rotation("payments", role, members, timedelta(days=7), time(9), JAKARTA, date(2026, 8, 31), 0)


POLICY = Policy(
    Roster((weekly("primary", "asha", "budi"), weekly("secondary", "budi", "asha"))),
    people={
        "asha": Person("asha", "Asha", (("slack", "@asha"),)),
        "budi": Person("budi", "Budi", (("phone", "+62 811-555-0102"),)),
        "dewi": Person("dewi", "Dewi"),
    },
    services={
        "payments": Service("payments", "payments", links=(Link("board", "https://grafana.example/d/1"),))
    },
    teams=("payments",),
    chains=(
        Chain(
            "payments",
            (
                Level(("primary",), timedelta(0)),
                Level(("secondary",), timedelta(minutes=5)),
                Level(("dewi",), timedelta(minutes=10), "L1 manager"),
            ),
        ),
    ),
)


def alert(name: str, source: str = "prod", **more: object) -> Alert:
    return Alert(AlertRef(source, name), "HighErrorRate", f"{name} fails", "payments", Priority.P1, **more)  # type: ignore[arg-type]


@dataclass
class Story:
    """One incident's log in the making; ``say`` adds an event at an instant."""

    id: str
    events: list[ev.Event]

    def say(self, at: datetime, who: Actor, *bodies: ev.Body) -> Story:
        for body in bodies:
            self.events.append(ev.Event(self.id, len(self.events) + 1, at, who, body))
        return self

    @property
    def log(self) -> tuple[ev.Event, ...]:
        return tuple(self.events)


def opened(
    number: int, at: datetime, title: str, priority: Priority = Priority.P1, alert_name: str = "HighErrorRate"
) -> Story:
    first = ev.Opened(
        title, "payments", "payments", f"payments/{alert_name}/{number}", alert_name, priority, at
    )
    return Story(f"INC-{number}", []).say(at, ENGINE, first, ev.AlertsFired((alert(f"api-{number}"),)))


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def unacked() -> Story:
    at = NOW - minutes(3)
    return opened(1, at, "5xx 14% on api-gw").say(
        at, ENGINE, ev.Escalated(0, ("asha",), auto=True, name="primary")
    )


def worked_on() -> Story:
    at = NOW - minutes(50)
    return (
        opened(2, at, "Latency p99 > 4s")
        .say(at + minutes(2), ASHA, ev.Acked(), ev.PrioritySet(Priority.P1))
        .say(at + minutes(4), ASHA, ev.StepMarked(1, StepState.DONE, "Open the dashboard\nmore", "p.md"))
        .say(at + minutes(9), ASHA, ev.StepMarked(2, StepState.FAILED, "Roll back", "p.md", "no access"))
        .say(
            at + minutes(35),
            ASHA,
            ev.Noted("asked the vendor"),
            ev.Noted("flaps after deploys", flagged=True),
        )
    )


def forgotten() -> Story:
    at = NOW - minutes(200)
    return opened(3, at, "Index stale", Priority.P2).say(
        at + minutes(1), ASHA, ev.Acked(), ev.PrioritySet(Priority.P2)
    )


def snoozed() -> Story:
    at = NOW - minutes(120)
    return (
        opened(4, at, "Queue depth", Priority.P3)
        .say(at + minutes(1), ASHA, ev.Acked(), ev.PrioritySet(Priority.P3))
        .say(at + minutes(2), ASHA, ev.Snoozed(NOW + minutes(300), "batch runs"))
    )


def paused() -> Story:
    at = NOW - minutes(180)
    return (
        opened(5, at, "Report is late", Priority.P3)
        .say(at + minutes(1), BUDI, ev.Acked(), ev.PrioritySet(Priority.P3))
        .say(at + minutes(5), BUDI, ev.Paused(PauseReason.WAITING_VENDOR, "ticket 12"))
    )


def resolved() -> Story:
    at = START + minutes(600)
    return (
        opened(6, at, "Disk full")
        .say(at, ENGINE, ev.Escalated(0, ("asha",), auto=True, name="primary"))
        .say(at + minutes(4), ASHA, ev.Acked(), ev.PrioritySet(Priority.P1))
        .say(at + minutes(40), ASHA, ev.Resolved("cleaned /var", "capacity", Sufficed.NO))
    )


def old() -> Story:
    at = START - timedelta(days=3)
    return opened(7, at, "From last week").say(at + minutes(1), BUDI, ev.Acked(), ev.Resolved("done"))


def engine() -> EngineReport:
    return EngineReport("engine-1", "host", 1, 1, START, NOW, NOW + minutes(1))


def sources() -> tuple[SourceHealth, ...]:
    return (
        SourceHealth("prod", "alertmanager", 15, last_success=NOW, alerts=3),
        SourceHealth("logs", "alertmanager", 15, last_success=NOW - minutes(20), misses=9, error="HTTP 502"),
    )


def inputs(*stories: Story, **more: object) -> HandoverInputs:
    known: dict[str, object] = {
        "team": "payments",
        "role": "primary",
        "start": START,
        "end": END,
        "generated_at": NOW,
        "position": 42,
        "policy": POLICY,
        "logs": tuple(story.log for story in stories),
        "sources": sources(),
        "engine": engine(),
    }
    return HandoverInputs(**{**known, **more})  # type: ignore[arg-type]


def everything() -> HandoverInputs:
    return inputs(unacked(), worked_on(), forgotten(), snoozed(), paused(), resolved())
