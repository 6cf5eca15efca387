from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.alert import Ended, Ending, Link, Who
from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.ports.sources import OnCall, Proof
from console.sources.base.operations import api
from console.sources.base.operations import source as source_of_both
from console.sources.base.operations.actions import NAMES
from console.sources.base.operations.options import OperationsOptions
from console.sources.jsm import Options, parse
from tests.fakes import operations
from tests.fakes.http import Reply
from tests.fakes.operations import ASHA, BUDI, FakeJsm, record
from tests.sources.conftest import NOW
from tests.sources.jsm import API, DISK, TOKEN, Opened, jsm, options, source
from tests.sources.operations import alerts_of, ref

__all__ = ["jsm", "source"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"username": "a@b.example", "token": "x"}, 'needs site = "example.atlassian.net" (or cloud_id)'),
        ({"site": "ops.example", "token": "x"}, "username"),
        ({"site": "ops.example", "username": "a"}, "token"),
        ({"cloud_id": "1", "username": "a", "token": "x", "actions": ["escalate"]}, 'needs escalation = "…"'),
        ({"cloud_id": "1", "username": "a", "token": "x", "actions": ["reopen"]}, "stays closed"),
        ({"cloud_id": "1", "username": "a", "token": "x", "site": "not a site"}, "is not an address"),
    ],
)
def test_options_say_what_is_wrong(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate(table)
    assert said in str(caught.value)


def test_options_and_what_they_allow(jsm: FakeJsm, source: Opened) -> None:
    made = Options.model_validate(
        {"site": "ops.atlassian.example", "username": "a@b.example", "token": TOKEN}
    )
    assert made.site == "https://ops.atlassian.example"
    assert made.search == "status: open"
    assert TOKEN not in repr(made)
    assert made.ability.owns
    assert not made.ability.holds
    assert made.ability.words(EffectKind.ESCALATE).startswith("cannot escalate")
    assert source().can == {
        EffectKind.ACK,
        EffectKind.UNACK,
        EffectKind.SNOOZE,
        EffectKind.WAKE,
        EffectKind.RESOLVE,
        EffectKind.NOTE,
        EffectKind.ASSIGN,
    }
    assert EffectKind.ESCALATE in source(escalation="esc-1").can
    assert source(actions=[]).can == frozenset()
    assert options(jsm, query="teams: payments").search == "status: open AND (teams: payments)"
    assert set(OperationsOptions.DOES) == set(NAMES)


async def test_the_site_tells_its_id_once_and_without_credentials(jsm: FakeJsm, source: Opened) -> None:
    one = source(cloud_id=None, site=jsm.url)
    alert = (await alerts_of(one))[0]
    await one.fetch()
    assert len(jsm.asked("/_edge/tenant_info")) == 1
    assert len(jsm.asked(f"{API}/alerts")) == 2
    assert jsm.asked(f"{API}/alerts")[0].headers["Authorization"].startswith("Basic ")
    assert alert.links[0] == Link("Jira Service Management", f"{jsm.url}/jira/ops/alerts/{DISK}")


async def test_a_site_that_does_not_tell_its_id(jsm: FakeJsm, source: Opened) -> None:
    one = source(cloud_id=None, site=jsm.url)
    jsm.replies.append(Reply(404))
    with pytest.raises(SourceError, match="the id of the site is not known") as caught:
        await one.fetch()
    assert "cloud_id" in caught.value.hint
    jsm.replies.append(Reply.json({}))
    with pytest.raises(SourceError, match="does not say its id"):
        await one.fetch()
    assert len(await alerts_of(one)) == 1


async def test_it_asks_for_what_is_open_newest_first(jsm: FakeJsm, source: Opened) -> None:
    one = source(query="teams: payments")
    await one.fetch()
    assert jsm.requests[0].query == {
        "query": ["status: open AND (teams: payments)"],
        "offset": ["0"],
        "size": ["100"],
        "sort": ["createdAt"],
        "order": ["desc"],
    }


@pytest.mark.parametrize("short", [0, 7])
async def test_it_reads_to_the_last_page(jsm: FakeJsm, source: Opened, short: int) -> None:
    jsm.short = short
    jsm.add(*(record(f"A{number}", number) for number in range(249)))
    one = source()
    poll = await one.fetch()
    assert (len(poll.alerts), poll.complete) == (250 - 2 * short, True)
    assert [request.one("offset") for request in jsm.requests] == ["0", "100", "200"]


async def test_the_window_is_said_and_never_passed(
    jsm: FakeJsm, source: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "WINDOW", 1_000)
    for module in (api, source_of_both):
        monkeypatch.setattr(module, "WINDOW", 1_000)
    jsm.add(*(record(f"A{number}", number) for number in range(1_010)))
    one = source()
    poll = await one.fetch()
    assert (len(poll.alerts), poll.complete) == (999, False)
    assert poll.problems == ("12 more alerts are open than the 999 handed out: narrow the search with query",)
    assert jsm.requests[-2].one("size") == "99"  # offset and size together stay below the window


async def test_paging_that_does_not_move_on_is_an_error(jsm: FakeJsm, source: Opened) -> None:
    page = {"values": [record("A")] * 100, "links": {"next": "/v1/alerts?offset=100&size=100"}}
    jsm.replies += [Reply.json(page), Reply.json(page)]
    one = source()
    with pytest.raises(SourceError, match="the same page as the next one"):
        await one.fetch()
    jsm.replies.append(Reply.json({"values": "none"}))
    with pytest.raises(SourceError, match="without a list of alerts"):
        await one.fetch()
    jsm.replies.append(Reply.json([]))
    with pytest.raises(SourceError, match="not a table"):
        await one.fetch()


async def test_what_was_closed_there_says_when_and_by_whom(jsm: FakeJsm, source: Opened) -> None:
    one = source()
    await one.fetch()
    jsm.close(DISK, closeTime="2026-01-05T09:01:00Z")
    jsm.logs[DISK] = [
        {"log": "Alert acknowledged via web", "owner": "Asha", "logTime": "2026-01-05T08:51:00Z"},
        {"log": "Alert closed via web", "owner": "Budi Santoso", "logTime": "2026-01-05T09:01:00Z"},
        {"log": "Alert closed by policy", "owner": "System", "logTime": "2026-01-05T08:00:00Z"},
    ]
    poll = await one.fetch()
    at = datetime(2026, 1, 5, 9, 1, tzinfo=UTC)
    assert (poll.alerts, poll.complete) == ((), True)
    assert poll.ended == (Ended(ref("DiskFull"), Ending.RESOLVED, Who(name="Budi Santoso"), at),)


@pytest.mark.parametrize(
    ("logs", "by"),
    [
        ([], Who()),
        ([{"log": "Alert closed", "owner": "System"}], Who(name="System", bot=True)),
        ([{"log": "Closed via API", "owner": "Prometheus"}], Who(name="Prometheus", bot=True)),
        ([{"log": "notification sent", "owner": "Budi"}], Who()),
    ],
)
async def test_nobody_is_said_to_have_closed_what_a_machine_closed(
    jsm: FakeJsm, source: Opened, logs: list[Any], by: Who
) -> None:
    jsm.alerts[DISK]["integrationName"] = "Prometheus"
    one = source()
    await one.fetch()
    jsm.close(DISK)
    jsm.logs[DISK] = logs
    assert [ended.by for ended in (await one.fetch()).ended] == [by]


async def test_what_is_open_but_not_listed_has_not_ended(jsm: FakeJsm, source: Opened) -> None:
    one = source()
    await one.fetch()
    jsm.replies.append(Reply.json({"values": [], "links": {}}))
    poll = await one.fetch()
    assert (len(poll.alerts), poll.ended, poll.complete) == (1, (), True)


async def test_a_long_list_has_to_miss_it_twice(jsm: FakeJsm, source: Opened) -> None:
    jsm.add(*(record(f"A{number}", number) for number in range(150)))
    one = source(query="teams: payments")
    await one.fetch()
    jsm.elsewhere.add(DISK)
    poll = await one.fetch()
    assert (len(poll.alerts), poll.ended) == (151, ())
    poll = await one.fetch()
    assert len(poll.alerts) == 150
    assert poll.ended == (Ended(ref("DiskFull"), Ending.MOVED, text="it no longer fulfils query"),)


async def test_a_site_without_operations_is_told_so(jsm: FakeJsm, source: Opened) -> None:
    one = source()
    jsm.replies += [Reply.json({"code": 40301, "message": "no access"}, 403)] * 2
    with pytest.raises(SourceError, match=r"this site has no operations \(403, 40301\)") as caught:
        await one.fetch()
    assert "Premium" in caught.value.hint
    assert caught.value.parked


async def test_who_is_on_call(jsm: FakeJsm, source: Opened) -> None:
    jsm.schedules["s-1"] = {
        "onCallParticipants": [
            {"id": ASHA, "type": "user"},
            {"id": "e-1", "type": "escalation", "onCallParticipants": [{"id": BUDI, "type": "user"}]},
            {"id": ASHA, "type": "user"},
            {"id": "712020:rina", "type": "user"},
            {"type": "noone"},
        ]
    }
    one = source(schedules=["s-1"], accounts={"Rina": "712020:rina"})
    found = await one.on_call(NOW)
    assert found == (
        OnCall("s-1", Who(ASHA, "Asha Rao", "asha@ops.example")),
        OnCall("s-1", Who(BUDI, "Budi Santoso", "budi@ops.example")),
        OnCall("s-1", Who("712020:rina", "Rina")),
    )
    assert jsm.requests[0].query == {"flat": ["false"], "date": ["2026-01-05T09:02:00.000Z"]}
    jsm.people = None
    assert (await one.on_call(NOW))[0] == OnCall("s-1", Who(ASHA))
    assert await source().on_call(NOW) == ()


async def test_the_credentials_are_tried(jsm: FakeJsm, source: Opened) -> None:
    jsm.schedules["s-1"] = {"onCallParticipants": []}
    acts = "write:ops-alert:jira-service-management: needed to acknowledge, close and note"
    one = source(schedules=["s-1"])
    assert await one.prove() == Proof("asha@ops.example", (), (acts,))
    assert {request.method for request in jsm.requests} == {"GET"}
    jsm.people = None
    jsm.schedules.clear()
    proof = await one.prove()
    assert proof.identity == "asha@ops.example"
    assert proof.missing == (
        'schedule "s-1": there is none of this id, or the token may not see it',
        "read:jira-user: needed to know people by name, and to assign by email address",
    )
    assert (await source(actions=[]).prove()).unproven == ()


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        (
            "Unauthorized; scope does not match",
            "give the token the scope read:ops-alert:jira-service-management",
        ),
        ("Unauthorized", "check the token"),
    ],
)
async def test_a_token_that_sees_no_alert(jsm: FakeJsm, source: Opened, message: str, hint: str) -> None:
    jsm.replies.append(Reply.json({"code": 401, "message": message}, 401))
    one = source()
    with pytest.raises(SourceError) as caught:
        await one.prove()
    assert caught.value.hint.startswith(hint)
    assert caught.value.parked
    assert "(401" in caught.value.message
    assert TOKEN not in str(caught.value)


def test_a_bare_list_can_be_read(jsm: FakeJsm) -> None:
    assert [alert.name for alert in parse([record("A"), record("B")], "prod", options(jsm)).alerts] == [
        "A",
        "B",
    ]
    assert parse("nonsense", "prod", options(jsm)).problems
