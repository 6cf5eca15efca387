"""What clients must not read, as a table: the words, and whether they are refused, doubted or fine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.commands import Ack, PostUpdate, SetPriority
from console.domain.comms.draft import Draft
from console.domain.comms.lint import Finding, lint, lint_text
from console.domain.comms.plain import plain
from console.domain.decide import Rejected
from console.domain.incident import Incident, State
from console.domain.people import Person
from console.domain.policy import Service
from console.domain.vocabulary import ComponentState, Stage
from tests.domain.world import P1, World, alert, at, opening, policy

NOW = at("10:05")
TEAM = policy(
    people={
        "asha": Person("asha", "Asha Rao", (("phone", "+62 811 555"),)),
        "budi": Person("budi", "Budi"),
    },
    services={"payments": Service("payments", "payments"), "pay-ledger": Service("pay-ledger", "payments", public_name="Invoices")},
)  # fmt: skip


def world() -> World:
    made = World(TEAM)
    labels = (("instance", "db-3.shop.example:9100"), ("pod", "ledger-7f9c"))
    made.do("10:00", opening(alert(priority=P1, labels=labels)))
    made.do("10:01", Ack())
    made.do("10:02", SetPriority(P1))
    return made


INCIDENT = world().incident()
GOOD = Draft(
    Stage.IDENTIFIED,
    "One in ten card payments fails.",
    at("09:58"),
    "Payments in all regions",
    "We move traffic away from what is broken.",
    next_at=at("10:25"),
    components=("payments",),
)


def found(draft: Draft, incident: Incident = INCIDENT) -> list[Finding]:
    return list(lint(draft, incident, TEAM, NOW))


def doubts(text: str, stage: Stage = Stage.IDENTIFIED) -> tuple[set[str], set[str]]:
    """Return the words of errors and of warnings about a text."""
    findings = found(replace(GOOD, doing=text, stage=stage))
    errors = {one.about for one in findings if one.error}
    return errors, {one.about for one in findings if not one.error}


def test_a_good_update_has_no_findings() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("It will be fixed in 20 minutes.", "in 20 minutes"),
        ("Fixed in 20 min", "in 20 min"),
        ("within the hour", "within the hour"),
        ("Back within 2 hours", "within 2 hours"),
        ("We expect to be back in about an hour.", "in about an hour"),
        ("It takes another 15 minutes.", "takes another 15 minutes"),
        ("Restored by 15:00.", "by 15:00"),
        ("Should be resolved by tomorrow", "by tomorrow"),
        ("The fix arrives at 10:45.", "at 10:45"),
        ("ETA unknown", "ETA"),
        ("30 more minutes left", "30 more minutes left"),
        ("Fully restored by end of day", "by end of day"),
        ("It will recover in 5–10 min", "in 5–10 min"),
        ("We update you when it is fixed, within 10 minutes.", "within 10 minutes"),
        ("Fixed in twenty-five minutes.", "in twenty-five minutes"),
        ("Fixed within eight hours", "within eight hours"),
        ("Restored within a quarter of an hour", "within a quarter of an hour"),
        ("Fixed in 1h30m", "in 1h30m"),
        ("Back in 90s", "in 90s"),
        ("Back in the next couple of hours", "in the next couple of hours"),
        ("It should last two more hours", "last two more hours"),
        ("Fixed by three o'clock", "by three o'clock"),
        ("Fixed by 15h00", "by 15h00"),
        ("Fixed by 15 UTC", "by 15 UTC"),
        ("It will be fixed at 1500 UTC", "at 1500 UTC"),
        ("Resolved by 22 Nov", "by 22 Nov"),
        ("Fixed by early afternoon", "by early afternoon"),
        ("Fixed this afternoon", "this afternoon"),
        ("Fixed till 3 pm", "till 3 pm"),
        ("Fixed no later than 15:00", "no later than 15:00"),
        ("Fix expected 15:00 UTC", "Fix expected 15:00"),
        ("It works again from 15:00", "from 15:00"),
        ("Fixed next week", "next week"),
        ("There is an outage.", "outage"),
        ("We restart db-3.internal now", "db-3.internal"),
        ("node7.rack.local is ill", "node7.rack.local"),
        ("10.0.3.7 does not answer", "10.0.3.7"),
        ("10.0.3.7:8080 does not answer", "10.0.3.7"),
        ("fe80::1 does not answer", "fe80::1"),
        ("We restart db-3", "db-3"),
        ("db-3.shop.example is slow", "db-3.shop.example"),
        ("The pod LEDGER-7F9C is restarted", "LEDGER-7F9C"),
        ("Asha Rao is on it", "Asha Rao"),
        ("asha rao is on it", "asha rao"),
        ("Budi restarts it", "Budi"),
        ("call +62 811 555", "+62 811 555"),
        ("call +62-811555", "+62-811555"),
        ("see ftp://files.example/x", "ftp://files.example/x"),
        ("see https://bank.example@evil.example/x", "https://bank.example@evil.example/x"),
        ("[https://a.example](https://b.example)", "[https://a.example](https://b.example)"),
        ("@here please look", "@here"),
        ("<!channel> look", "<!channel>"),
    ],
)
def test_what_is_refused(text: str, about: str) -> None:
    errors, _ = doubts(text)
    assert about in errors


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("It will work soon.", "soon"),
        ("We mend it shortly", "shortly"),
        ("Any minute now", "Any minute now"),
        ("pay-ledger is slow", "pay-ledger"),
        ("Asha restarts it", "Asha"),
        ("**important**", "**"),
        ("see `logs`", "`"),
        ("<b>bold</b>", "<b>"),
        ("see http://status.example/1", "http://status.example/1"),
        ("[more](https://a.example)", "[more](https://a.example)"),
    ],
)
def test_what_is_doubted(text: str, about: str) -> None:
    errors, warnings = doubts(text)
    assert about in warnings
    assert about not in errors


@pytest.mark.parametrize(
    "text",
    [
        "Payments time out after 30 seconds.",
        "For the last 20 minutes one in ten payments failed.",
        "In the past hour this affected 300 clients.",
        "We send an update within 20 minutes.",
        "You hear from us in 30 minutes.",
        "It began at 10:02 UTC.",
        "Since 22 November 1500 orders wait, 2 more may.",
        "Payments took eleven minutes on Monday and failed in the morning.",
        "Checkout answers in 3 s, it was 30 s.",
        "One in 5 requests fails.",
        "See https://status.example/incidents/1 for more.",
        "Version 2.10.1 is rolled back.",
        "2 of 3 regions are not affected, EU and US work.",
        "Sashay goes on, mayday is a word too.",
        "Données perdues : aucune. 支払いはできません。",
        "Orders from 09:58:10 until now are kept.",
    ],
)
def test_what_is_fine(text: str) -> None:
    assert doubts(text) == (set(), set())


def test_what_was_may_be_told_with_its_times_once_it_is_over() -> None:
    over = replace(GOOD, stage=Stage.RESOLVED, next_at=None, failing=ComponentState.OPERATIONAL)
    ended = replace(INCIDENT, state=State.RESOLVED)
    assert found(replace(over, doing="Payments were restored within 40 minutes."), ended) == []
    assert found(replace(over, doing="The rest will be restored within 40 minutes."), ended) != []


def test_a_stage_goes_with_how_the_incident_stands() -> None:
    over = replace(GOOD, stage=Stage.RESOLVED, next_at=None, failing=ComponentState.OPERATIONAL)
    ended, merged = replace(INCIDENT, state=State.RESOLVED), replace(INCIDENT, merged_into="INC-9")
    assert [(one.field, one.error) for one in found(over)] == [("stage", False)]
    assert [(one.field, one.error) for one in found(GOOD, ended)] == [("stage", False)]
    (wrong,) = found(GOOD, merged)
    assert wrong.error
    assert wrong.hint == "post it on INC-9"
    assert found(over, merged) == [], "what clients read of it can still be ended"


def test_an_outage_may_be_called_so_where_all_is_down() -> None:
    assert found(replace(GOOD, doing="We end the outage.", failing=ComponentState.MAJOR)) == []


def test_a_secret_is_found_and_never_repeated() -> None:
    findings = found(replace(GOOD, doing="we set password=hunter2hunter2 on it"))
    assert any("password or token" in one.text for one in findings if one.error)
    assert not any("hunter2" in one.words for one in findings)


def test_impact_and_next_update_are_required() -> None:
    wrong = {one.field for one in found(replace(GOOD, impact=" ", next_at=None)) if one.error}
    assert wrong == {"impact", "next"}
    assert [one.field for one in found(replace(GOOD, next_at=NOW)) if one.error] == ["next"]
    assert [one.field for one in found(replace(GOOD, next_at=NOW + timedelta(days=2))) if one.error] == [
        "next"
    ]


def test_a_promise_later_than_the_clock_is_doubted() -> None:
    (late,) = found(replace(GOOD, next_at=at("10:40")))
    assert (late.field, late.error) == ("next", False)
    assert "10:25 UTC" in late.text


def test_over_and_not_working_contradict_each_other() -> None:
    over = replace(GOOD, stage=Stage.RESOLVED, next_at=None)
    assert [one.field for one in found(over) if one.error] == ["components"]


def test_nothing_leads_around_the_linter() -> None:
    made = world()
    bad = made.decide(NOW, PostUpdate(draft=replace(GOOD, doing="Fixed in 20 minutes")))
    assert isinstance(bad, Rejected)
    assert '"in 20 minutes"' in bad.text
    text = made.decide(NOW, PostUpdate("We restart db-3.internal"))
    assert isinstance(text, Rejected)
    assert isinstance(made.decide(NOW, PostUpdate(draft=GOOD, outlets=("nowhere",))), Rejected)


@given(st.text(max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    findings = lint_text(text, INCIDENT, TEAM)
    assert findings == lint_text(text, INCIDENT, TEAM)
    assert all(one.about in plain(text) for one in findings if one.about)


@pytest.mark.parametrize(
    "part", ["[", "`", "<a ", "in 1 ", "a.", "::", "Asha ", "http://", "*", "fixed ", "-1"]
)
def test_hostile_repetition_takes_no_time(part: str) -> None:
    lint_text(part * (20_000 // len(part)), INCIDENT, TEAM)  # the suite's time limit is the assertion
