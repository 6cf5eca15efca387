"""What Zenduty's incidents are here, what leaves its list, who is on call, and what a key may do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.alert import Alert, Ended, Ending, Upstream, Who
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.zenduty import Options, Source, parse
from tests.fakes.http import Reply, serving
from tests.fakes.zenduty import FILTER, FakeZenduty, record
from tests.sources.conftest import NOW, HeldClock

AT = datetime(2026, 1, 5, 9, 1, tzinfo=UTC)


@pytest.fixture
def desk() -> Iterator[FakeZenduty]:
    with serving(FakeZenduty()) as server:
        yield server


def options(desk: FakeZenduty, **more: Any) -> Options:
    return Options.model_validate({"url": desk.url, "token": "made-up", **more})


@pytest.fixture
async def source(desk: FakeZenduty, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("zen", options(desk), clock)
    yield made
    await made.close()


def read(**changes: Any) -> Alert:
    payload = {"results": [record(**changes)], "next": None}
    return parse(payload, "zen", Options.model_validate({"token": "made-up"})).alerts[0]


# -- What is listed


async def test_it_asks_for_what_is_open_in_all_teams(source: Source, desk: FakeZenduty) -> None:
    await source.fetch()
    request = desk.requests[0]
    assert (request.method, request.path, request.one("page")) == ("POST", FILTER, "1")
    assert request.body == {"status": -1, "all_teams": 1, "team_ids": [], "service_ids": []}
    sent = {name.lower(): value for name, value in request.headers.items()}
    assert sent["authorization"] == "Token made-up"


async def test_pages_are_followed_on_our_own_host(source: Source, desk: FakeZenduty) -> None:
    desk.incidents = {f"z{n}": record(f"z{n}", n) for n in range(250)}
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (250, True)
    assert [request.one("page") for request in desk.requests] == ["1", "2", "3"]


@pytest.mark.parametrize("following", ["?page=1&page_size=100", "https://www.zenduty.example/", 7])
async def test_a_list_without_an_end_is_an_error(source: Source, desk: FakeZenduty, following: Any) -> None:
    for _ in range(3):
        desk.replies.append(Reply.json({"results": [record()], "next": following}))
    with pytest.raises(SourceError, match="does not come to an end"):
        await source.fetch()


async def test_filters_are_the_servers(desk: FakeZenduty, clock: HeldClock) -> None:
    desk.incidents = {"a": record("a"), "b": record("b", 13, service={"unique_id": "s-2", "name": "cdn"})}
    source = Source("zen", options(desk, team_ids=["t-pay"], service_ids=["s-2"]), clock)
    assert [alert.service for alert in (await source.fetch()).alerts] == ["cdn"]
    await source.close()


@pytest.mark.parametrize(
    ("changes", "priority"),
    [
        ({"team_priority_object": {"name": "P1"}, "urgency": 0}, Priority.P1),
        ({"team_priority_object": {"name": "Infra"}, "urgency": 1}, Priority.P2),
        ({"urgency": 0}, Priority.P4),
        ({}, Priority.P3),
    ],
)
def test_the_priority_is_that_of_the_name_else_of_the_urgency(changes: Any, priority: Priority) -> None:
    assert read(**changes).priority is priority


def test_whom_it_is_assigned_to_has_it_once_it_is_acknowledged() -> None:
    assigned = {"assigned_to": "u-asha", "assigned_to_name": "Asha"}
    created = datetime(2026, 1, 5, 9, 0, 0, 123_000, tzinfo=UTC)
    acked = read(status=2, acknowledged_date="2026-01-05T09:01:00Z", **assigned).upstream
    asha = Who("u-asha", "Asha")
    assert acked == Upstream("#12", created, acked=True, acked_by=asha, acked_at=AT, assignees=("Asha",))
    assert read(**assigned).upstream == Upstream("#12", created, assignees=("Asha",))


async def test_a_snooze_holds_until_it_is_over(source: Source, desk: FakeZenduty, clock: HeldClock) -> None:
    desk.incidents = {"a": record("zA", status=2, snoozed_till="2026-01-05T09:03:00Z")}
    alert = (await source.fetch()).alerts[0]
    assert (alert.muted_until, alert.muted_by) == (
        datetime(2026, 1, 5, 9, 3, tzinfo=UTC),
        "a snooze at Zenduty",
    )
    clock.pass_(60)
    alert = (await source.fetch()).alerts[0]
    assert (alert.muted_until, alert.muted_by) == (None, "")


def test_what_is_no_answer_of_its_is_an_error() -> None:
    wrong: tuple[Any, ...] = ([], {}, {"results": None}, "results")
    for payload in wrong:
        with pytest.raises(SourceError):
            parse(payload, "zen", Options.model_validate({"token": "made-up"}))


# -- What left the list


@pytest.mark.parametrize(
    ("change", "how", "at", "text"),
    [
        ({"status": 3, "resolved_date": "2026-01-05T09:01:00Z"}, Ending.RESOLVED, AT, ""),
        ({"status": 3, "merged_with": 9}, Ending.RESOLVED, None, "merged into #9"),
        ({"service_object": {"team": "t-web", "unique_id": "s-1"}}, Ending.MOVED, None, ""),
        ({"service_object": {"team": "t-pay", "unique_id": "s-9"}}, Ending.MOVED, None, ""),
    ],
)
async def test_what_left_the_list_is_looked_up(
    desk: FakeZenduty, change: Any, how: Ending, at: datetime | None, text: str
) -> None:
    source = Source("zen", options(desk, team_ids=["t-pay"], service_ids=["s-1"]), HeldClock())
    desk.incidents = {"a": record("zA")}
    ref = (await source.fetch()).alerts[0].ref
    desk.incidents["a"] |= change
    poll = await source.fetch()
    assert (poll.alerts, poll.ended, poll.complete) == ((), (Ended(ref, how, at=at, text=text),), True)
    assert desk.requests[-1].path == "/api/incidents/12/"
    await source.close()


async def test_one_that_the_pages_missed_is_still_open(source: Source, desk: FakeZenduty) -> None:
    desk.incidents = {"a": record("zA", incident_number=None)}
    before = await source.fetch()
    desk.replies.append(Reply.json({"results": [], "next": None}))
    assert (await source.fetch()).alerts == before.alerts
    assert desk.requests[-1].path == "/api/incidents/zA/"  # without a number by its id
    desk.incidents.clear()
    assert (await source.fetch()).ended == (Ended(before.alerts[0].ref, Ending.GONE),)


# -- Roster and rights


def shifts(*names: str) -> list[dict[str, Any]]:
    rules = [
        {"position": level, "oncalls": [{"username": f"u-{name}", "first_name": name, "last_name": " "}]}
        for level, name in enumerate(names, 1)
    ]
    return [{"name": "Primary", "oncalls": rules}, {"name": "Nobody", "oncalls": [{"oncalls": [{}]}]}]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({}, ["Asha 1", "Budi 2", "Citra 1"]),
        ({"team_ids": ["t-web"]}, ["Citra 1"]),
        ({"team_ids": ["t-web"], "teams": ["t-pay"]}, ["Asha 1", "Budi 2"]),
    ],
)
async def test_who_is_on_call_in_the_teams(desk: FakeZenduty, table: Any, found: list[str]) -> None:
    desk.on_call = {"t-pay": shifts("Asha", "Budi"), "t-web": shifts("Citra")}
    source = Source("zen", options(desk, **table), HeldClock())
    told = await source.on_call(NOW)
    assert [f"{one.who.name} {one.level}" for one in told] == found
    assert {one.schedule for one in told} == {"Primary"}
    await source.close()


async def test_more_teams_than_it_may_ask_are_to_be_named(source: Source, desk: FakeZenduty) -> None:
    desk.on_call = {f"t-{n}": [] for n in range(21)}
    with pytest.raises(SourceError) as caught:
        await source.on_call(NOW)
    assert caught.value.hint == "name those you need in teams"


async def test_it_proves_what_it_reads(source: Source, desk: FakeZenduty) -> None:
    proof = await source.prove()
    assert (proof.missing, len(proof.unproven)) == ((), 1)
    assert desk.changes == []
    desk.forbidden = {"/api/account/members/"}
    missing = (await source.prove()).missing
    assert missing == ("to list the account's members: needed to find whom to assign to",)
    desk.forbidden = {FILTER}
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked


async def test_who_only_looks_needs_no_more(desk: FakeZenduty, clock: HeldClock) -> None:
    source = Source("zen", options(desk, actions=[]), clock)
    assert await source.prove() == Proof()
    await source.close()


# -- Options


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "token"),
        ({"token": "t", "actions": ["escalate"]}, "needs escalation_policy"),
        ({"token": "t", "actions": ["snooze"]}, "cannot snooze it: its API has no way to"),
        ({"token": "t", "team_ids": ["a b"]}, "one word"),
    ],
)
def test_options_that_cannot_be_are_refused(table: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Options.model_validate(table)


def test_a_policy_that_is_named_is_used() -> None:
    plain = Options.model_validate({"token": "t"}).ability
    named = Options.model_validate({"token": "t", "escalation_policy": "ep-1"}).ability
    refused = Options.model_validate({"token": "t", "escalation_policy": "ep-1", "actions": ["ack"]}).ability
    assert [one.can(EffectKind.ESCALATE) for one in (plain, named, refused)] == [False, True, False]
    assert plain.owns
    assert [kind.value for kind, _ in plain.does] == ["ack", "resolve", "note", "assign"]
