"""New incidents, from alerts and from people; notes and steps on them."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain import events as ev
from console.domain.commands import MarkStep, Note, Open, PostUpdate
from console.domain.decide import Accepted, NoChange, Rejected
from console.domain.vocabulary import ReporterKind, StepState
from tests.domain.world import P1, P2, P3, World, alert, at


def report(**facts: Any) -> Open:
    facts = {"title": "clients cannot pay", "service": "payments", "reporter": ReporterKind.CLIENT} | facts
    return Open(**facts)


def test_alerts_make_a_provisional_priority_and_the_team_follows_from_the_service() -> None:
    world = World()
    world.open("10:00", alert("a", P3, started_at=at("09:50")), alert("b", P2, runbook_url="https://x/y"))
    incident = world.incident()
    assert (incident.priority, incident.provisional, incident.team) == (None, P2, "payments")
    assert (incident.reported_at, incident.source_started_at) == (at("10:00"), at("09:50"))
    assert incident.runbook_url == "https://x/y"
    assert world.row().total == 2


def test_a_person_may_set_the_priority_at_once() -> None:
    world = World()
    world.do("10:00", report(priority=P1, reported_by="Toko Satu", body="since nine"))
    incident = world.incident()
    assert (incident.priority, incident.reported_by, incident.body) == (P1, "Toko Satu", "since nine")
    assert incident.public_from == at("10:00")


def test_a_report_may_be_entered_late_with_a_reason() -> None:
    world = World()
    refused = world.decide("10:30", report(reported_at=at("10:00")))
    assert refused == Rejected("the report lies in the past: say why it is entered only now")
    world.do("10:30", report(reported_at=at("10:00"), backdated="by phone"))
    assert world.incident().epoch.started_at == at("10:00")


def test_a_report_a_moment_ago_needs_no_reason() -> None:
    assert isinstance(World().decide("10:01", report(reported_at=at("10:00"))), Accepted)


def test_a_system_of_record_was_told_when_it_says() -> None:
    world = World()
    world.open("10:30", alert(), reported_at=at("10:00"))
    assert world.incident().reported_at == at("10:00")


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"title": "  "}, "needs a title"), ({"reported_at": at("10:30")}, "30m in the future: check the time")],
)
def test_what_makes_no_sense_is_refused(facts: dict[str, Any], words: str) -> None:
    decision = World().decide("10:00", report(**facts))
    assert isinstance(decision, Rejected)
    assert words in decision.text


def test_a_note_keeps_its_lines_and_a_mark_flags_it() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:01", Note("one\ntwo\n"))
    world.do("10:02", Note("! three"))
    assert world.bodies()[-2:] == [ev.Noted("one\ntwo"), ev.Noted("three", flagged=True)]


@pytest.mark.parametrize("text", ["", "  \n", "!", "! "])
def test_an_empty_note_is_refused(text: str) -> None:
    world = World()
    world.open("10:00", alert())
    assert isinstance(world.decide("10:01", Note(text)), Rejected)
    assert isinstance(world.decide("10:01", PostUpdate("  ")), Rejected)


def test_a_step_is_marked_once() -> None:
    world = World()
    world.open("10:00", alert())
    assert isinstance(world.decide("10:01", MarkStep(0, StepState.DONE, "x")), Rejected)
    assert isinstance(world.decide("10:01", MarkStep(1, StepState.TODO, "x")), NoChange)
    world.do("10:01", MarkStep(1, StepState.DONE, "x"))
    assert isinstance(world.decide("10:02", MarkStep(1, StepState.DONE, "x")), NoChange)
    world.do("10:02", MarkStep(1, StepState.DONE, "x", result="it was 5"))
    world.do("10:03", MarkStep(1, StepState.TODO, "x"))
    assert world.incident().steps[0].state is StepState.TODO


def test_an_update_without_outlets_is_told_at_once() -> None:
    world = World()
    world.open("10:00", alert(), priority=P1)
    world.do("10:02", PostUpdate("We are investigating."))
    assert world.row().updated_at == at("10:02")
