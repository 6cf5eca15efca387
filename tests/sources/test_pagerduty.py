"""What PagerDuty's incidents are here, and what is done about them there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.alert import Ended, Ending, Who
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import OnCall, Proof
from console.sources.pagerduty import Options, Source, parse
from tests.fakes.http import Reply, serving
from tests.fakes.pagerduty import FakePagerDuty, ack, record
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock

ALL = [kind.value for kind in Options.DOES]


@pytest.fixture
def desk() -> Iterator[FakePagerDuty]:
    with serving(FakePagerDuty()) as server:
        yield server


def options(desk: FakePagerDuty, **more: Any) -> Options:
    return Options.model_validate({"url": desk.url, "token": "made-up", "actions": ALL, **more})


@pytest.fixture
async def source(desk: FakePagerDuty, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("pd", options(desk), clock)
    yield made
    await made.close()


def put(desk: FakePagerDuty, **changes: Any) -> None:
    desk.incidents = {"P1": record("P1", **changes)}


# -- What is listed


async def test_it_asks_for_everything_open_however_old(source: Source, desk: FakePagerDuty) -> None:
    await source.fetch()
    request = desk.requests[0]
    assert request.query["statuses[]"] == ["triggered", "acknowledged"]
    assert request.one("date_range") == "all"
    sent = {name.lower(): value for name, value in request.headers.items()}
    assert sent["authorization"] == "Token token=made-up"
    assert sent["accept"] == "application/vnd.pagerduty+json;version=2"
    assert sent["content-type"] == "application/json"


async def test_filters_are_the_servers(desk: FakePagerDuty, clock: HeldClock) -> None:
    desk.incidents = {"P1": record("P1"), "P2": record("P2", service={"id": "PSVC2", "summary": "cdn"})}
    more = {"team_ids": ["PTEAM1"], "service_ids": ["PSVC2"], "urgencies": ["high"]}
    source = Source("pd", options(desk, **more), clock)
    assert [alert.service for alert in (await source.fetch()).alerts] == ["cdn"]
    assert desk.requests[0].query["urgencies[]"] == ["high"]
    await source.close()


async def test_beyond_the_cap_it_says_how_many_are_missing(
    source: Source, desk: FakePagerDuty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.pagerduty.source._CAP", 300)
    monkeypatch.setattr("tests.fakes.pagerduty.CAP", 300)
    desk.incidents = {f"P{n}": record(f"P{n}") for n in range(307)}
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (300, False)
    assert [request.one("total") for request in desk.requests] == ["", "", "true"]
    assert poll.problems[0].startswith("PagerDuty lists 300 incidents at most: the oldest 7 are missing")


def read(**changes: Any) -> Any:
    payload = {"incidents": [record(**changes)]}
    return parse(payload, "pd", Options.model_validate({"token": "made-up"})).alerts[0]


@pytest.mark.parametrize(
    ("changes", "priority"),
    [
        ({"priority": {"summary": "P1"}, "urgency": "low"}, Priority.P1),
        ({"priority": {"name": "SEV-3"}, "urgency": "high"}, Priority.P3),
        ({"priority": {"summary": "Tuesday"}, "urgency": "high"}, Priority.P2),
        ({"urgency": "low"}, Priority.P4),
        ({"urgency": None}, Priority.P3),
    ],
)
def test_the_priority_is_that_of_the_name_else_of_the_urgency(changes: Any, priority: Priority) -> None:
    assert read(**changes).priority is priority


def test_the_first_person_who_acked_counts() -> None:
    acks = [
        ack("orders-db", "PSVC1", "service_reference", at="2026-01-05T09:00:10Z"),
        ack("Budi", "PBUDI", at="2026-01-05T09:02:00Z"),
        ack("Asha", "PASHA", at="2026-01-05T09:01:00Z"),
    ]
    upstream = read(status="acknowledged", acknowledgements=acks).upstream
    assert upstream.acked_by == Who("PASHA", "Asha")
    assert upstream.acked_at == datetime(2026, 1, 5, 9, 1, tzinfo=UTC)
    alone = read(status="acknowledged", acknowledgements=acks[:1]).upstream
    assert alone.acked_by == Who("PSVC1", "orders-db", bot=True)
    unnamed = read(status="acknowledged").upstream
    assert (unnamed.acked, unnamed.acked_by) == (True, Who())
    assert not read(acknowledgements=acks).upstream.acked


def test_what_is_no_answer_of_its_is_an_error() -> None:
    wrong: tuple[Any, ...] = ([], {}, {"incidents": None}, "incidents")
    for payload in wrong:
        with pytest.raises(SourceError):
            parse(payload, "pd", Options.model_validate({"token": "made-up"}))


@needs_shared
def test_a_recorded_list_is_read_whole() -> None:
    found = json.loads((SHARED / "samples/alerts/pagerduty/31-srepd-incidents.json").read_text())
    poll = parse({"incidents": found}, "pd", Options.model_validate({"token": "made-up"}))
    assert poll.complete
    assert {alert.ref.fingerprint for alert in poll.alerts} == {
        one["id"] for one in found if one["status"] != "resolved"
    }
    by_id = {alert.ref.fingerprint: alert for alert in poll.alerts}
    second = by_id["PDEV_INC_002"].upstream
    assert second is not None
    assert (second.reference, second.acked_by.name) == ("#50002", "Alice Engineer")


# -- What left the list


async def test_who_resolved_it_there_is_known(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    ref = (await source.fetch()).alerts[0].ref
    desk.incidents["P1"] |= {
        "status": "resolved",
        "resolved_at": "2026-01-05T09:01:00Z",
        "last_status_change_by": {"id": "PBUDI", "type": "user_reference", "summary": "Budi"},
        "resolve_reason": {"type": "merge_resolve_reason", "incident": {"summary": "[#9] The disk"}},
    }
    poll = await source.fetch()
    at = datetime(2026, 1, 5, 9, 1, tzinfo=UTC)
    told = Ended(ref, Ending.RESOLVED, Who("PBUDI", "Budi"), at, "merged into [#9] The disk")
    assert (poll.alerts, poll.ended, poll.complete) == ((), (told,), True)


async def test_one_that_the_pages_missed_is_still_open(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    before = await source.fetch()
    desk.replies.append(Reply.json({"incidents": [], "more": False}))
    poll = await source.fetch()
    assert (poll.alerts, poll.ended, poll.complete) == (before.alerts, (), True)


@pytest.mark.parametrize(
    ("more", "change"),
    [
        ({"service_ids": ["PSVC1"]}, {"service": {"id": "PSVC2"}}),
        ({"team_ids": ["PTEAM1"]}, {"teams": []}),
        ({"urgencies": ["high"]}, {"urgency": "low"}),
    ],
)
async def test_one_outside_the_filters_has_moved(
    desk: FakePagerDuty, clock: HeldClock, more: Any, change: Any
) -> None:
    source = Source("pd", options(desk, **more), clock)
    put(desk)
    ref = (await source.fetch()).alerts[0].ref
    desk.incidents["P1"] |= change
    desk.replies.append(Reply.json({"incidents": [], "more": False}))
    assert (await source.fetch()).ended == (Ended(ref, Ending.MOVED),)
    await source.close()


# -- Roster and rights


async def test_who_is_on_call_now(source: Source, desk: FakePagerDuty) -> None:
    policy = {"id": "PPOL1", "summary": "Payments primary"}
    asha = {"id": "PASHA", "type": "user", "name": "Asha", "email": "asha@ops.example"}
    span = {"start": "2026-01-05T08:00:00Z", "end": "2026-01-05T20:00:00Z"}
    later = {"start": "2026-01-05T09:02:30Z", "end": None}
    desk.oncalls = [
        {"escalation_policy": policy, "user": asha, "escalation_level": 1, **span},
        {
            "escalation_policy": policy,
            "user": {"id": "PBUDI"},
            "escalation_level": 2,
            "start": None,
            "end": None,
        },
        {"escalation_policy": policy, "user": asha, "escalation_level": 2, **later},
        {"escalation_policy": policy, "user": None, "escalation_level": 3},
    ]
    assert await source.on_call(NOW) == (
        OnCall(
            "Payments primary",
            Who("PASHA", "Asha", "asha@ops.example"),
            1,
            datetime(2026, 1, 5, 8, tzinfo=UTC),
            datetime(2026, 1, 5, 20, tzinfo=UTC),
        ),
        OnCall("Payments primary", Who("PBUDI"), 2),
    )


async def test_it_proves_whose_key_it_is(source: Source, desk: FakePagerDuty) -> None:
    proof = await source.prove()
    assert (proof.identity, proof.missing) == ("asha@ops.example", ())
    assert all(request.method == "GET" for request in desk.requests)


async def test_it_says_which_rights_are_missing(source: Source, desk: FakePagerDuty) -> None:
    desk.role = "observer"
    desk.forbidden = {"/users", "/oncalls"}
    assert (await source.prove()).missing == (
        "oncalls.read: needed to show who is on call",
        "users.read: needed to find whom to assign to",
        "a responder's role instead of observer: needed to act on incidents",
    )


async def test_a_key_of_the_account_needs_a_sender(desk: FakePagerDuty, clock: HeldClock) -> None:
    desk.owner = ""
    source = Source("pd", options(desk), clock)
    proof = await source.prove()
    assert proof.identity == "an API key of the account"
    assert proof.missing == ("from_email: needed to act for people without an email contact",)
    assert len(proof.unproven) == 1
    watching = Source("pd", options(desk, actions=[]), clock)
    assert await watching.prove() == Proof("an API key of the account")
    desk.forbidden = {"/incidents"}
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked
    await source.close()
    await watching.close()


# -- Options


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "token"),
        ({"token": "t", "from_email": "asha"}, "is not an email address"),
        ({"token": "t", "urgencies": ["medium"]}, "high"),
        ({"token": "t", "priorities": {"Sev": "P9"}}, "is one of P1, P2, P3, P4"),
        ({"token": "t", "actions": ["unack"]}, "runs out by itself"),
    ],
)
def test_options_that_cannot_be_are_refused(table: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Options.model_validate(table)


def test_escalation_is_left_to_one_of_the_two_unless_asked_for() -> None:
    ability = Options.model_validate({"token": "t"}).ability
    assert ability.owns
    assert not ability.holds
    assert [kind.value for kind, _ in ability.does] == [
        "ack",
        "snooze",
        "resolve",
        "reopen",
        "note",
        "assign",
    ]
    assert "switched off" in ability.words(EffectKind.ESCALATE)
