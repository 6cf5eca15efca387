"""Made-up values for store tests: events, summaries, writes. What they mean does not matter to a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef
from console.domain.events import Acked, AlertsFired, Body, Event, Noted, Opened
from console.domain.health import EngineReport, SourceHealth
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.summary import Summary
from console.domain.vocabulary import EffectKind
from console.ports.store import OutboxEntry, Write

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASHA = Actor("asha")


def at(seconds: float) -> datetime:
    """Return an instant that many seconds after ``T0``."""
    return T0 + timedelta(milliseconds=round(seconds * 1000))


def row(incident: str = "INC-1", n: int = 1, /, **changes: object) -> Summary:
    """Return the row of an open, unacknowledged incident."""
    values: dict[str, object] = {
        "id": incident,
        "n": n,
        "title": f"Something is wrong in {incident}",
        "service": "payments",
        "team": "payments",
        "key": "",
        "alert_name": "SomethingWrong",
        "state": State.TRIGGERED,
        "is_open": True,
        "priority": None,
        "provisional": Priority.P2,
        "reported_at": T0,
        "epoch": 1,
        "epoch_at": T0,
        "owner": "",
        "acked_at": None,
        "acked_by": "",
        "human_ack_at": None,
        "resolved_at": None,
        "recovered_at": None,
        "firing": 1,
        "total": 1,
        "snoozed_until": None,
        "paused": timedelta(),
        "paused_since": None,
        "resolve_from": None,
        "level": 0,
        "level_at": T0,
        "level_round": 0,
        "merged_into": "",
        "recurrence_of": "",
        "last_activity_at": None,
        "nudged_at": None,
        "source_started_at": None,
        "sources": "prod",
        "effect": None,
        "effect_text": "",
    }
    return Summary(**(values | changes))  # type: ignore[arg-type]


def over(incident: str, n: int, ended: float, /, **changes: object) -> Summary:
    """Return the row of an incident that was resolved that many seconds after ``T0``."""
    return row(
        incident, n, **({"state": State.RESOLVED, "is_open": False, "resolved_at": at(ended)} | changes)
    )


def alert(name: str = "SomethingWrong", fingerprint: str = "f1") -> Alert:
    """Return an alert as a source brings it."""
    return Alert(AlertRef("prod", fingerprint), name, "Something is wrong", "payments", Priority.P2, T0)


def opening(incident: str = "INC-1", /, *, op: str = "", **changes: object) -> Write:
    """Return the write that opens an incident: two events."""
    opened = Opened("Something is wrong", "payments", "payments", "", "SomethingWrong", Priority.P2, T0)
    events = (
        Event(incident, 1, T0, ENGINE, opened, op),
        Event(incident, 2, T0, ENGINE, AlertsFired((alert(),)), op),
    )
    return Write(incident, 0, events, row(incident, 2, **changes), op)


def follow(
    incident: str = "INC-1", /, after: int = 2, *, op: str = "", body: Body | None = None, **changes: object
) -> Write:
    """Return a write of one event that follows event ``after``."""
    event = Event(incident, after + 1, at(after), ASHA, body or Acked(), op)
    return Write(incident, after, (event,), row(incident, after + 1, **changes), op)


def ending(incident: str = "INC-1", /, after: int = 2, *, ended: float = 60.0, **changes: object) -> Write:
    """Return a write after which the incident is over."""
    event = Event(incident, after + 1, at(ended), ASHA, Noted("over"))
    return Write(incident, after, (event,), over(incident, after + 1, ended, **changes))


def effect(name: str = "e1", incident: str = "INC-1", due: float | None = None) -> OutboxEntry:
    """Return an effect to carry out."""
    due_at = None if due is None else at(due)
    return OutboxEntry(name, incident, "prod", EffectKind.ACK, "asha", "text", at(600), "", 0, due_at)


def report(holder: str = "one", **changes: object) -> EngineReport:
    """Return an engine's heartbeat; the store fills in token and times."""
    sources = (SourceHealth("prod", "alertmanager", 15.0, last_success=T0, problems=("one was odd",)),)
    values: dict[str, object] = {
        "holder": holder,
        "host": "desk",
        "pid": 4711,
        "token": 0,
        "started_at": T0,
        "beat_at": T0,
        "expires_at": T0,
        "policy_digest": "abc",
        "sources": sources,
    }
    return EngineReport(**(values | changes))  # type: ignore[arg-type]
