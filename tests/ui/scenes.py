"""A shift as the console sees it at one frozen instant: the scene that pictures and key tests start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Alert, AlertRef, Link
from console.domain.events import (
    Acked,
    AlertsFired,
    Body,
    Escalated,
    Event,
    Noted,
    Opened,
    StepMarked,
)  # fmt: skip
from console.domain.fold import fold
from console.domain.health import EngineReport, SourceHealth
from console.domain.incident import State
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.presence import Presence
from console.domain.priority import Priority
from console.domain.roster import Duty, Roster, Rotation
from console.domain.runbook import Runbook, Step
from console.domain.snapshot import Detail, Snapshot, StoreHealth, StoreState
from console.domain.summary import Summary
from console.domain.vocabulary import EffectState, StepState
from tests.ui.rows import row

NOW = datetime(2026, 1, 2, 21, 14, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASHA = Actor("asha")
UTC_ZONE = ZoneInfo("UTC")


def _rotation(team: str, role: str, *members: str) -> Rotation:
    return Rotation(team, role, members, timedelta(days=7), time(9), UTC_ZONE, date(2025, 12, 29), 0)


POLICY = Policy(
    roster=Roster(
        (
            _rotation("payments", "primary", "asha", "citra"),
            _rotation("payments", "secondary", "budi", "asha"),
            _rotation("checkout", "primary", "fajar", "rina"),
        )
    ),
    people={
        "asha": Person("asha", "Asha", (("slack", "@asha"),)),
        "budi": Person("budi", "Budi", (("phone", "+62 811-555-0102"),)),
        "citra": Person("citra", "Citra", (("slack", "@citra"),)),
        "dewi": Person("dewi", "Dewi", (("slack", "@dewi"),)),
        "eko": Person("eko", "Eko"),
        "fajar": Person("fajar", "Fajar", (("slack", "@fajar"),)),
        "rina": Person("rina", "Rina", (("slack", "@rina"),)),
    },
    services={
        name: Service(name, team, links=(Link("dashboard", f"https://graphs.example/{name}"),))
        for name, team in (("payments", "payments"), ("checkout", "checkout"), ("orders-db", "payments"),
                           ("search", "payments"), ("mailer", "payments"), ("cdn", "payments"), ("batch", "payments"))
    },
    teams=("payments", "checkout"),
    chains=tuple(
        Chain(
            team,
            (
                Level(("primary",), timedelta(0)),
                Level(("secondary",), 5 * MINUTE),
                Level(("dewi",), 10 * MINUTE, "L1 manager"),
                Level(("eko",), 15 * MINUTE, "L2 tech lead"),
            ),
        )
        for team in ("payments", "checkout")
    ),
)  # fmt: skip

ENDS = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DUTIES = (
    Duty("payments", "primary", "asha", ENDS - timedelta(days=7), ENDS, "citra"),
    Duty("payments", "secondary", "budi", ENDS - timedelta(days=7), ENDS, "asha"),
    Duty("checkout", "primary", "fajar", ENDS - timedelta(days=7), ENDS, "rina"),
    Duty("checkout", "secondary", None, None, NOW + timedelta(minutes=46), None),
)


def source(
    name: str, kind: str = "alertmanager", ago: timedelta = timedelta(seconds=8), **facts: Any
) -> SourceHealth:
    """Return a source that last answered so long ago."""
    return replace(SourceHealth(name, kind, 15.0, last_success=NOW - ago, last_attempt=NOW - ago), **facts)


LIVE = (source("prod"), source("staging"))
MIXED = (*LIVE, source("edge", ago=2 * MINUTE, misses=3, error="connection refused", hint="is it running?"))
ENGINE_REPORT = EngineReport(
    "host-1", "host-1", 4242, 3, NOW - timedelta(hours=9), NOW, NOW + timedelta(hours=9)
)


def incident_rows() -> tuple[Summary, ...]:
    """Return seven incidents, each in another state."""
    ack, acked = State.TRIGGERED, State.ACKNOWLEDGED
    second = timedelta(seconds=1)
    return (
        row("INC-1042", NOW, age=3 * MINUTE + 12 * second, title="HighErrorRate  5xx 14% on api-gw", n=4, state=ack,
            priority=None, provisional=Priority.P1, firing=14, total=14, paged_now=("asha",), alert_name="HighErrorRate"),
        row("INC-1039", NOW, age=5 * MINUTE + 41 * second, service="checkout", team="checkout", priority=Priority.P1,
            title="Latency p99 > 4s  [canary]", firing=6, total=6, paged_now=("fajar",)),
        row("INC-1030", NOW, age=18 * MINUTE + 20 * second, service="orders-db", state=acked, owner="asha", firing=2, total=2,
            title="ReplicationLag 38s", priority=Priority.P2, acked_by="asha"),
        row("INC-1021", NOW, age=81 * MINUTE - 12 * second, service="search", state=acked, owner="asha", priority=Priority.P2,
            title="IndexStale  4× in 30 d", nudged_at=NOW - MINUTE, last_activity_at=NOW - 34 * MINUTE, acked_by="asha"),
        row("INC-1008", NOW, age=timedelta(hours=2), service="mailer", state=acked, owner="asha", priority=Priority.P3,
            title="QueueDepth > 10k", snoozed_until=NOW + timedelta(minutes=16), firing=9, total=9),
        row("INC-1036", NOW, age=2 * MINUTE + 50 * second, service="cdn", state=State.CLEARED_UNACKED, firing=0, total=3,
            provisional=Priority.P3, title="CacheHitRatio < 80%"),
        row("INC-998", NOW, age=timedelta(hours=3), service="batch", state=acked, owner="budi", priority=Priority.P4,
            title="CertExpiry 13 d", effect=EffectState.PENDING, effect_text="prod: silencing…"),
    )  # fmt: skip


def scene(**facts: Any) -> Snapshot:
    """Return the snapshot; ``facts`` replace parts of it."""
    base = Snapshot(
        now=NOW, me="asha", position=9, rows=incident_rows(), sources=MIXED, engine=ENGINE_REPORT,
        store=StoreHealth("sqlite", StoreState.OK, NOW), duties=DUTIES, policy=POLICY,
    )  # fmt: skip
    return replace(base, **facts)


def looks(person: str, incident: str, seen_at: datetime = NOW, **facts: Any) -> Presence:
    """Return another console of the store."""
    return Presence(f"{person}-laptop", person, incident, seen_at=seen_at, **facts)


def team() -> Snapshot:
    """Return the scene as one console of several: an engine that is a service, other rules, a clock that is off."""
    ours, theirs = "9c1b07d2e3f4", "3fa2c1d2e3f4"
    engine = replace(ENGINE_REPORT, host="oncall-engine.example", kind="service", policy_digest=theirs)
    consoles = (
        looks("rina", "INC-1039", digest=ours),
        looks("dewi", "INC-1042", digest=ours),
        looks("asha", "INC-1030", digest=ours),
        looks("budi", "", digest=theirs, version="9.9"),
    )
    store = StoreHealth("postgresql", StoreState.OK, NOW)
    skew = timedelta(minutes=7, seconds=3)
    return scene(engine=engine, digest=ours, skew=skew, consoles=consoles, store=store)


BOOK = Runbook(
    "payments/high-error-rate.md",
    "payments / HighErrorRate",
    "# payments / HighErrorRate\n\n1. Open the error dashboard\n2. Compare with the last deploy\n\n"
    "```\nkubectl -n payments rollout history deploy/api-gw\n```\n",
    (
        Step(1, "Open the error dashboard for the service and note the failing route"),
        Step(2, "Compare the error start with the last deploy", ("kubectl -n payments rollout history deploy/api-gw",)),
        Step(3, "Roll back if the deploy is newer than the first error", ("kubectl -n payments rollout undo deploy/api-gw",)),
        Step(4, "If the database is saturated, shed load with the read-only flag"),
        Step(5, "Page the acquirer if their status page is red"),
    ),
    matched_by="alert name",
)  # fmt: skip


def detail(name: str, service: str = "payments", n: int = 4, book: Runbook | None = BOOK) -> Detail:
    """Return an incident with a log of ``n`` events, two alerts, links and a runbook of five steps."""
    alerts = tuple(
        Alert(
            AlertRef("prod", f"{name}-{pod}"), "HighErrorRate", f"5xx 14% on {pod}", service, Priority.P1,
            labels=(("alertname", "HighErrorRate"), ("pod", pod)),
            links=(Link("graph", f"https://graphs.example/{name}/{pod}"),),
        )
        for pod in ("api-gw-3", "api-gw-7")
    )  # fmt: skip
    start = NOW - 3 * MINUTE - timedelta(seconds=12)
    opened = Opened(
        f"{service} is unwell", service, "payments", f"{service}/HighErrorRate", "HighErrorRate", Priority.P1, start,
        runbook_url="https://wiki.example/high-error-rate",
    )  # fmt: skip
    prod = Actor("prod", ActorKind.SOURCE)
    bodies: list[tuple[Actor, Body]] = [
        (prod, opened),
        (prod, AlertsFired(alerts)),
        (ENGINE, Escalated(0, ("asha",), auto=True, name="primary")),
        (ASHA, StepMarked(1, StepState.DONE, BOOK.steps[0].text, BOOK.path)),
        (ASHA, Acked()),
        (ASHA, Noted("rolled back")),
    ]
    log = tuple(
        Event(name, place, start + place * 20 * timedelta(seconds=1), actor, body)
        for place, (actor, body) in enumerate(bodies[:n], 1)
    )
    note = "" if book else "no runbook found for HighErrorRate or payments"
    return Detail(
        fold(log), log, book, note, "6 d ago · fixed by rolling back deploy 8f2c · 22 min  INC-1007"
    )


def details() -> dict[str, Detail]:
    """Return the detail of every incident of the scene."""
    return {one.id: detail(one.id, one.service, n=max(4, one.n)) for one in incident_rows()}
