"""One readable line for every event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Alert, AlertRef, Upstream
from console.domain.describe import describe, kind_of, timeline
from console.domain.people import Person
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Roster
from console.domain.vocabulary import (
    ActionKind,
    ActionState,
    EffectKind,
    EffectState,
    PauseReason,
    ReporterKind,
    ReviewState,
    Stage,
    StepState,
    Sufficed,
    TrackState,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
T0 = datetime(2026, 9, 1, 12, tzinfo=UTC)  # 19:00 in Jakarta
POLICY = Policy(Roster(), people={"asha": Person("asha", "Asha"), "budi": Person("budi", "Budi")})
ASHA = Actor("asha")


def alert(name: str, *, instance: bool = True) -> Alert:
    labels = (("instance", name),) if instance else ()
    return Alert(
        AlertRef("prod", name), "HighErrorRate", f"{name} is failing", "payments", Priority.P1, labels=labels
    )


def opened(**more: object) -> ev.Opened:
    basic: dict[str, object] = {
        "title": "5xx 14% on api-gw",
        "service": "payments",
        "team": "payments",
        "key": "payments/HighErrorRate",
        "alert_name": "HighErrorRate",
        "provisional": Priority.P1,
        "reported_at": T0,
    }
    return ev.Opened(**{**basic, **more})  # type: ignore[arg-type]


EXAMPLES: list[tuple[ev.Body, str]] = [
    (opened(), "opened: 5xx 14% on api-gw"),
    (
        opened(
            reporter=ReporterKind.CLIENT,
            reported_by="Toko Satu",
            backdated="phone call",
            recurrence_of="INC-7",
        ),
        "opened, reported by Toko Satu (client) at Tue 2026-09-01 19:00 WIB (phone call), again after INC-7: 5xx 14% on api-gw",
    ),
    (opened(reporter=ReporterKind.QA), "opened, reported by QA: 5xx 14% on api-gw"),
    (opened(reporter=ReporterKind.ANONYMOUS), "opened, reported anonymously: 5xx 14% on api-gw"),
    (ev.AlertsFired((alert("api-gw-3"), alert("api-gw-7"))), "2 alerts joined: api-gw-3, api-gw-7"),
    (ev.AlertsFired((alert("db", instance=False),)), "1 alert joined: db is failing"),
    (
        ev.AlertsFired((replace(alert("db", instance=False), upstream=Upstream("#41")),)),
        "1 alert joined: #41",
    ),
    (ev.AlertsFired(tuple(alert(f"n{i}") for i in range(9))), "9 alerts joined: n0, n1, n2 and 6 more"),
    (ev.AlertsCleared((AlertRef("prod", "a"),)), "1 alert cleared"),
    (ev.SeverityRaised(None, Priority.P1), "severity raised from P? to P1"),
    (ev.SeverityRaised(Priority.P3, Priority.P1), "severity raised from P3 to P1"),
    (ev.Acked(), "acked"),
    (
        ev.Acked(took=True, made_at=T0 - timedelta(minutes=6), via="PagerDuty"),
        "acked in PagerDuty, made at 18:54, taking it from whom it was paged to",
    ),
    (ev.Unacked("lunch"), "given back: lunch"),
    (ev.Unacked(auto=True), "ack withdrawn, no answer"),
    (ev.Assigned("budi"), "assigned to Budi"),
    (ev.Escalated(1, ("budi",), auto=True, name="secondary"), "paged Budi (secondary)"),
    (ev.Escalated(2, ("asha", "x"), auto=True, round=1), "paged Asha, x (level 2), round 2"),
    (
        ev.Escalated(1, ("budi",), auto=False, name="secondary", reason="need DBA"),
        "escalated to Budi (secondary): need DBA",
    ),
    (
        ev.Escalated(1, ("budi",), auto=True, name="secondary", channels=("team",), everyone=True),
        "paged Budi (secondary), each has to ack, told #team",
    ),
    (ev.Escalated(1, (), auto=True, name="room", channels=("team",)), "told #team (room)"),
    (ev.Repaged(1, ("budi", "asha"), 2), "paged Budi, Asha again, no ack from them yet (2)"),
    (ev.Confirmed(), "acked too"),
    (
        ev.CauseNamed("orders-db", "12 services depend on it"),
        "probably begins at orders-db: 12 services depend on it",
    ),
    (ev.CauseNamed(""), "no probable cause any more"),
    (
        ev.SplitOff("INC-11", (AlertRef("prod", "a"),), ("cart",)),
        "split off into INC-11 with 1 alert: cart",
    ),
    (ev.Unmerged("INC-9"), "split off INC-9: stands alone again"),
    (
        ev.TicketLinked("jira", "OPS-17", "", "Cards declined", "Rina", "To Do"),
        "ticket OPS-17 in jira (To Do, Rina): Cards declined",
    ),
    (
        ev.TicketAsked("jira", "cards are declined", "cards are taken"),
        "ticket in jira asked for: actual: cards are declined; ideal: cards are taken",
    ),
    (ev.TicketAsked("jira", key="OPS-17"), "link with OPS-17 of jira asked for"),
    (ev.TicketLinked("jira", "OPS-17", gone=True), "ticket OPS-17 of jira is no longer linked"),
    (
        ev.ReviewMoved(ReviewState.DRAFT, "asha", T0 + timedelta(hours=3), "for Thursday"),
        "review draft, by Asha, due 22:00: for Thursday",
    ),
    (ev.ReviewMoved(ReviewState.NONE), "no review"),
    (ev.ReviewWritten("impact", "two clients"), "review: impact written"),
    (ev.ReviewWritten("impact", ""), "review: impact taken out"),
    (
        ev.ActionSet("A1", "alert on the queue", ActionKind.DETECT, ActionState.DONE, "budi", T0),
        "action item A1 done (detect), Budi, due 19:00: alert on the queue",
    ),
    (ev.ActionSet("A2", "retry", ActionKind.PREVENT, ActionState.OPEN), "action item A2 (prevent): retry"),
    (ev.HandedOver("H1", "asha", "budi"), "handed over from Asha to Budi"),
    (
        ev.FlappingBegan(T0 - timedelta(minutes=22), 5),
        "it flaps: fired 5 times in 22m; held down until it has been quiet",
    ),
    (ev.FlappingEnded(9), "stopped flapping, fired 9 times"),
    (ev.LevelSkipped(1, "nobody on call"), "level 1 skipped: nobody on call"),
    (ev.PrioritySet(Priority.P2, "one client"), "priority P2: one client"),
    (ev.PrioritySet(None), "priority unknown again"),
    (ev.BreachedOnReclassify(T0), "already past the new deadline, 19:00"),
    (ev.Snoozed(T0 + timedelta(minutes=150), "deploy"), "snoozed until 21:30: deploy"),
    (ev.Woke("new alert"), "woke: new alert"),
    (ev.Paused(PauseReason.WAITING_VENDOR, "ticket 12"), "clock paused, waiting for vendor: ticket 12"),
    (ev.Paused(PauseReason.SCHEDULED), "clock paused, scheduled"),
    (ev.Resumed(), "clock runs again"),
    (ev.Noted("rolled back\nto 8f2c"), "note: rolled back ⏎ to 8f2c"),
    (ev.Noted("watch the queue", flagged=True), "note for the handover: watch the queue"),
    (ev.NoiseMarked("a known flap"), "marked as noise: a known flap"),
    (ev.NoiseMarked(noise=False), "no longer marked as noise"),
    (
        ev.StepMarked(1, StepState.DONE, "Open the error dashboard"),
        "step 1 done: Open the error dashboard",
    ),
    (
        ev.StepMarked(2, StepState.FAILED, "Roll back", result="no access"),
        "step 2 failed: Roll back - no access",
    ),
    (ev.StepMarked(2, StepState.TODO, "Roll back"), "step 2 to do again: Roll back"),
    (
        ev.StepMarked(2, StepState.DOING, "Roll back", note="the second replica first"),
        "note on step 2: the second replica first",
    ),
    (
        ev.StepRan(
            3, "Restart", "a.md", "cd /srv\nmake up", 2, timedelta(seconds=3.25), "going\n\x1b[31mno rule\n"
        ),
        "step 3 ran `cd /srv` (and 1 more line), exit code 2 after 3.2 s: ^[[31mno rule",
    ),
    (
        ev.StepRan(3, "Restart", "a.md", "sleep 99", None, timedelta(seconds=60), ended="timed out"),
        "step 3 ran `sleep 99`, timed out after 60.0 s",
    ),
    (ev.Mitigated("flag off"), "fix is in, watching: flag off"),
    (ev.Recovered(T0 - timedelta(minutes=2)), "all alerts clear since 18:58"),
    (
        ev.Resolved("rolled back", "deploy", Sufficed.NO),
        "resolved (deploy), the runbook's steps were wrong: rolled back",
    ),
    (ev.Resolved(auto=True), "resolved by itself"),
    (ev.Reopened("fired again"), "reopened: fired again"),
    (ev.Merged("INC-1"), "merged into INC-1"),
    (ev.Absorbed("INC-2", T0), "INC-2 merged into this one"),
    (ev.UpdatePosted("We are looking into it."), "told clients: We are looking into it."),
    (ev.UpdatePosted("Fixed.", ("page", "chat")), "told clients (page, chat): Fixed."),
    (
        ev.UpdatePosted("We know.\n\n…", ("page",), Stage.IDENTIFIED, impact="Some payments fail"),
        "told clients, identified (page): Some payments fail",
    ),
    (ev.UpdateWaived("told by phone"), "no closing update for clients: told by phone"),
    (ev.Nudged(T0 - timedelta(minutes=20)), "asked: still on it? Quiet since 18:40"),
    (ev.StillOn(), "still on it"),
    (ev.Closed(), "closed"),
    (ev.Undone(4, "ack"), "undone: ack"),
    (
        ev.EffectAsked("e1", "prod", EffectKind.SNOOZE, T0 + timedelta(minutes=150)),
        "asked prod to snooze until 21:30",
    ),
    (
        ev.EffectSettled("e1", "prod", EffectKind.ACK, EffectState.DONE, "silenced until 21:30"),
        "prod: silenced until 21:30",
    ),
    (
        ev.EffectSettled("e1", "prod", EffectKind.ACK, EffectState.FAILED, "403"),
        "prod: ack FAILED: 403",
    ),
    (
        ev.TrackSet("vendor", TrackState.WAITING, "ticket 12", "asha", "called", T0 + timedelta(minutes=30)),
        "track vendor (ticket 12) waiting, Asha, to be checked 19:30: called",
    ),
    (ev.TrackSet("support", TrackState.DONE), "track support done"),
    (ev.TrackDue("vendor", T0), "track vendor: its check of 19:00 is due"),
    (ev.EffectSettled("e1", "prod", EffectKind.ACK, EffectState.PENDING, ""), "prod: ack pending"),
]


@pytest.mark.parametrize(
    ("body", "words"), EXAMPLES, ids=[f"{i}-{type(b).__name__}" for i, (b, _) in enumerate(EXAMPLES)]
)
def test_an_event_in_words(body: ev.Body, words: str) -> None:
    assert describe(ev.Event("INC-1", 3, T0, ASHA, body), POLICY, JAKARTA) == words


def test_every_kind_of_event_has_words() -> None:
    assert {type(body) for body, _ in EXAMPLES} == set(get_args(ev.Body))


def test_kinds_are_stable_names() -> None:
    assert kind_of(ev.StillOn()) == "still_on"
    assert kind_of(ev.AlertsFired(())) == "alerts_fired"


def test_a_timeline_tells_joined_from_fired_again_and_marks_what_was_undone() -> None:
    bodies: list[tuple[Actor, ev.Body]] = [
        (ENGINE, opened()),
        (ENGINE, ev.AlertsFired((alert("a"), alert("b")))),
        (ASHA, ev.Acked()),
        (ASHA, ev.Undone(3, "ack")),
        (Actor("prod", ActorKind.SOURCE), ev.AlertsCleared((AlertRef("prod", "a"),))),
        (ENGINE, ev.AlertsFired((alert("a"), alert("b"), alert("c")))),
    ]
    log = [ev.Event("INC-1", n, T0, who, body) for n, (who, body) in enumerate(bodies, 1)]
    lines = timeline(log, POLICY, JAKARTA)
    assert [(line.actor, line.text, line.undone) for line in lines] == [
        ("engine", "opened: 5xx 14% on api-gw", False),
        ("engine", "2 alerts joined: a, b", False),
        ("Asha", "acked", True),
        ("Asha", "undone: ack", False),
        ("prod", "1 alert cleared, 1 still firing", False),
        ("engine", "1 alert joined: c; 1 alert fired again: a; 1 alert changed: b", False),
    ]
