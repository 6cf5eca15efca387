from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Ended, Ending, Who
from console.domain.priority import Priority
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import OnCall, Proof
from console.sources.base.operations import deeds
from console.sources.opsgenie import Options, Source, parse
from tests.fakes.http import Reply, serving
from tests.fakes.operations import FakeOpsgenie, record
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident
from tests.sources.operations import LATER, alerts_of, did, ref

KEY = "t0p-s3cret"
SCHEDULE = "9f3c1d2e-4b5a-4978-8081-02030405060a"
DISK = "DiskFull-1767603000000"
PLAIN = Options.model_validate({"token": KEY})
MAIL = {"source": "oncall", "user": "asha@ops.example"}

Opened = Callable[..., Source]


@pytest.fixture
def genie(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpsgenie]:
    monkeypatch.setattr(deeds, "WAITS", (0.0, 0.0, 0.0))
    with serving(FakeOpsgenie()) as fake:
        fake.add(record("DiskFull", 12, description="It fills up.", details={"db": "db-1"}, entity="db-1"))
        yield fake


@pytest.fixture
async def source(genie: FakeOpsgenie, clock: HeldClock) -> AsyncIterator[Opened]:
    made: list[Source] = []

    def opened(**more: Any) -> Source:
        options = Options.model_validate({"url": genie.url, "token": KEY, **more})
        made.append(Source("prod", options, clock))
        return made[-1]

    yield opened
    for one in made:
        await one.close()


def test_options_say_what_is_wrong() -> None:
    with pytest.raises(ValidationError, match="token"):
        Options.model_validate({})
    with pytest.raises(ValidationError, match="needs escalation"):
        Options.model_validate({"token": KEY, "actions": ["escalate"]})


def test_options_say_that_the_product_ends() -> None:
    assert [warning for warning in PLAIN.warnings if "2027-04-05" in warning and '"jsm"' in warning]
    assert KEY not in repr(PLAIN)
    assert PLAIN.url == "https://api.opsgenie.com"
    assert PLAIN.web == ""
    europe = {"token": KEY, "account": "ops", "url": "https://api.eu.opsgenie.com/"}
    web = Options.model_validate(europe).web
    assert web == "https://ops.app.eu.opsgenie.com/alert/detail/{id}/details"


async def test_requests_carry_the_key_and_the_paging_of_opsgenie(genie: FakeOpsgenie, source: Opened) -> None:
    genie.add(*(record(f"A{number}", number) for number in range(120)))
    one = source(query="teams: payments", details=False)
    assert len(await alerts_of(one)) == 121
    assert [(request.path, request.one("limit"), request.one("offset")) for request in genie.requests] == [
        ("/v2/alerts", "100", "0"),
        ("/v2/alerts", "100", "100"),
    ]
    assert genie.requests[0].headers["Authorization"] == f"GenieKey {KEY}"
    assert genie.requests[0].one("query") == "status: open AND (teams: payments)"


async def test_details_are_asked_for_once_and_a_few_at_a_time(genie: FakeOpsgenie, source: Opened) -> None:
    genie.add(*(record(f"A{number}", number, description=f"it is {number}") for number in range(14)))
    one = source()
    told = [sum(1 for alert in await alerts_of(one) if alert.description) for _ in range(3)]
    assert told == [10, 15, 15]
    assert len([request for request in genie.requests if request.path != "/v2/alerts"]) == 15


async def test_details_add_to_an_alert_and_change_neither_name_nor_service(
    genie: FakeOpsgenie, source: Opened
) -> None:
    more = {"service": "other", "alertname": "Other", "runbook_url": "https://runbooks.example/disk"}
    genie.alerts[DISK] |= {"details": more, "tags": ["service:orders-db"]}
    alert = (await alerts_of(source()))[0]
    assert (alert.name, alert.service) == ("DiskFull", "orders-db")
    assert (alert.description, alert.runbook_url) == ("It fills up.", "https://runbooks.example/disk")
    assert (alert.label("entity"), alert.label("alertname")) == ("db-1", "Other")


async def test_details_that_cannot_be_had_are_said_and_tried_again(
    genie: FakeOpsgenie, source: Opened
) -> None:
    one = source()
    genie.replies += [genie.listed([genie.alerts[DISK]], ""), Reply(429)]
    poll = await one.fetch()
    assert (len(poll.alerts), poll.complete) == (1, True)
    assert poll.problems[0].startswith("details of alerts are not known yet: ")
    poll = await one.fetch()
    assert (poll.alerts[0].description, poll.problems) == ("It fills up.", ())


ACTIONS: list[tuple[EffectKind, dict[str, Any], tuple[str, Any, str]]] = [
    (EffectKind.ACK, {}, ("acknowledge", MAIL, "acknowledged #12")),
    (EffectKind.UNACK, {}, ("unacknowledge", MAIL, "took back the ack of #12")),
    (EffectKind.RESOLVE, {}, ("close", MAIL, "closed #12")),
    (
        EffectKind.SNOOZE,
        {"until": LATER},
        ("snooze", {**MAIL, "endTime": "2026-01-05T11:02:00.000Z"}, "snoozed #12"),
    ),
    (
        EffectKind.NOTE,
        {"text": "rebooted"},
        ("notes", {**MAIL, "note": "rebooted\n(Asha via oncall, op-1)"}, "noted on #12"),
    ),
    (
        EffectKind.ASSIGN,
        {"text": "Budi"},
        ("assign", {**MAIL, "owner": {"type": "user", "username": "budi@ops.example"}}, "assigned #12"),
    ),
    (
        EffectKind.ESCALATE,
        {"text": "1"},
        ("escalate", {**MAIL, "escalation": {"type": "escalation", "name": "Payments"}}, "escalated #12"),
    ),
]


@pytest.mark.parametrize(("kind", "more", "sent"), ACTIONS)
async def test_actions(
    genie: FakeOpsgenie, source: Opened, kind: EffectKind, more: dict[str, Any], sent: tuple[str, Any, str]
) -> None:
    settled = await did(source(escalation="Payments"), kind, **more)
    assert settled.state is EffectState.DONE
    assert [(*action, settled.text) for action in genie.actions()] == [sent]


async def test_an_escalation_can_be_named_by_its_id(genie: FakeOpsgenie, source: Opened) -> None:
    await did(source(escalation=SCHEDULE), EffectKind.ESCALATE, text="0")
    assert genie.actions()[0][1]["escalation"] == {"type": "escalation", "id": SCHEDULE}


async def test_whoever_has_no_address_acts_as_the_user_of_the_config(
    genie: FakeOpsgenie, source: Opened
) -> None:
    one = source(user="console@ops.example")
    shown = incident(*await alerts_of(one))
    settled = await one.act(effect(EffectKind.ACK), shown, NOW)
    assert settled.state is EffectState.DONE
    assert genie.actions()[-1] == ("acknowledge", {"source": "oncall", "user": "console@ops.example"})
    await source().act(effect(EffectKind.ACK), shown, NOW)
    assert genie.actions()[-1] == ("acknowledge", {"source": "oncall", "user": "Asha"})
    nobody = await did(one, EffectKind.ASSIGN, text="Dewi")
    assert (nobody.state, nobody.text[:39]) == (EffectState.FAILED, "nobody knows who Dewi is in Opsgenie: g")


async def test_what_was_acked_and_closed_there_says_by_whom_and_when(
    genie: FakeOpsgenie, source: Opened
) -> None:
    one = source()
    genie.alerts[DISK] |= {
        "acknowledged": True,
        "owner": "dewi@ops.example",
        "report": {"ackTime": 90_500, "acknowledgedBy": "budi@ops.example"},
    }
    there = (await alerts_of(one))[0].upstream
    assert there is not None
    assert (there.acked, there.acked_by) == (True, Who(email="budi@ops.example"))
    assert there.acked_at == datetime(2026, 1, 5, 8, 51, 30, 500_000, tzinfo=UTC)
    assert there.assignees == ("dewi@ops.example",)
    genie.close(DISK, report={"closeTime": 600_000, "closedBy": "budi@ops.example"})
    at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    assert (await one.fetch()).ended == (
        Ended(ref("DiskFull"), Ending.RESOLVED, Who(email="budi@ops.example"), at),
    )


@pytest.mark.parametrize(
    ("report", "by"), [({"closedBy": "Alert API"}, Who(name="Alert API", bot=True)), ({}, Who())]
)
async def test_what_an_integration_closed_was_closed_by_no_person(
    genie: FakeOpsgenie, source: Opened, report: dict[str, Any], by: Who
) -> None:
    one = source()
    await one.fetch()
    genie.close(DISK, report=report)
    assert [ended.by for ended in (await one.fetch()).ended] == [by]


async def test_who_is_on_call(genie: FakeOpsgenie, source: Opened) -> None:
    genie.schedules |= {
        "Payments": {"_parent": {"name": "Payments"}, "onCallRecipients": ["asha@ops.example", "Rina"]},
        SCHEDULE: {"onCallRecipients": ["budi@ops.example"]},
    }
    one = source(schedules=["Payments", SCHEDULE])
    assert await one.on_call(NOW) == (
        OnCall("Payments", Who(email="asha@ops.example")),
        OnCall("Payments", Who(name="Rina")),
        OnCall(SCHEDULE, Who(email="budi@ops.example")),
    )
    assert [request.one("scheduleIdentifierType") for request in genie.requests] == ["name", "id"]
    genie.schedules.clear()
    with pytest.raises(SourceError, match="404"):
        await one.on_call(NOW)


async def test_the_key_is_tried_without_changing_anything(genie: FakeOpsgenie, source: Opened) -> None:
    acts = "Create and update access of the key: needed to acknowledge, close and note"
    one = source(schedules=["Payments"])
    missing = 'schedule "Payments": there is none of this name or id'
    assert await one.prove() == Proof("", (missing,), (acts,))
    genie.replies += [Reply.json({"data": []}), Reply.json({"message": "no access"}, 403)]
    assert (await one.prove()).missing == ("Configuration access of the key: needed to see who is on call",)
    assert {request.method for request in genie.requests} == {"GET"}
    assert await source(actions=[]).prove() == Proof()


async def test_a_key_of_the_wrong_kind_is_told_in_opsgenies_words(
    genie: FakeOpsgenie, source: Opened
) -> None:
    said = "To perform this action, use an API key from an API integration."
    genie.replies.append(Reply.json({"message": said, "code": 40301}, 403))
    with pytest.raises(SourceError) as caught:
        await source().prove()
    assert said in caught.value.message
    assert caught.value.parked
    assert KEY not in str(caught.value)


async def test_how_many_are_missing_is_counted_apart(genie: FakeOpsgenie, source: Opened) -> None:
    page = {"data": [record(f"A{number}") for number in range(100)], "paging": {"next": "/x?offset=19999"}}
    genie.replies.append(Reply.json(page))
    poll = await source(details=False).fetch()
    assert (len(poll.alerts), poll.complete) == (100, False)
    assert poll.problems == ("more alerts are open than the 100 handed out: narrow the search with query",)
    assert len(genie.asked("/v2/alerts/count")) == 1


@needs_shared
@pytest.mark.parametrize(
    ("file", "service", "title"),
    [
        ("06-webhook-zulip-create.json", "Server", "another alert"),
        ("07-webhook-zulip-customaction-no-priority.json", "unknown", "test alert"),
    ],
)
def test_bodies_of_webhooks_can_be_read(file: str, service: str, title: str) -> None:
    payload = json.loads((SHARED / "samples" / "alerts" / "opsgenie" / file).read_text())
    poll = parse(payload, "prod", PLAIN)
    alert = poll.alerts[0]
    assert (alert.service, alert.title, alert.priority, poll.problems) == (service, title, Priority.P3, ())


words = st.text(max_size=12)
odd = st.none() | st.booleans() | st.integers() | words | st.lists(words, max_size=2)


@given(
    tags=st.lists(words, max_size=4) | odd,
    report=st.dictionaries(st.sampled_from(["ackTime", "acknowledgedBy", "closeTime"]), odd) | odd,
    more=st.dictionaries(st.sampled_from(["createdAt", "snoozedUntil", "owner", "priority", "status"]), odd),
)
def test_whatever_stands_in_a_record_it_is_read_or_named(tags: Any, report: Any, more: Any) -> None:
    odd_one = {**record("A"), "tags": tags, "report": report, "acknowledged": True, "snoozed": True, **more}
    poll = parse([odd_one, record("B")], "prod", PLAIN)
    assert poll.alerts[-1].name == "B"
    assert poll.complete == (not poll.problems)
    for alert in poll.alerts:
        assert all(text == one_line(text) for label in alert.labels for text in label)
        assert alert.upstream is not None
        assert alert.upstream.acked_at is None or alert.upstream.acked_at.tzinfo is UTC
