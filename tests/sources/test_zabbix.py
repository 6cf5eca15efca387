"""Zabbix' problems and actions against the fake; that a real server agrees is in ``test_zabbix_real.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.alert import Alert, Ending, Link, Who
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.sources.zabbix import Options, Source, parse
from tests.fakes.http import Reply, serving
from tests.fakes.zabbix import ACKNOWLEDGE, CLOSE, SUPPRESS, TOKEN, FakeZabbix, clock, problem, trigger
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

ACK, UNACK, SNOOZE, WAKE = EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.WAKE
RESOLVE, NOTE = EffectKind.RESOLVE, EffectKind.NOTE
UNTIL = NOW + timedelta(hours=2)


@pytest.fixture
def zabbix() -> Iterator[FakeZabbix]:
    with serving(FakeZabbix()) as fake:
        fake.problems, fake.triggers = {"5": problem()}, {"23133": trigger()}
        yield fake


@pytest.fixture
async def source(zabbix: FakeZabbix, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("zbx", options(zabbix.url), clock)
    yield made
    await made.close()


def options(url: str = "https://zabbix.example/zabbix", **more: Any) -> Options:
    return Options.model_validate({"url": url, "token": TOKEN, **more})


def one(said: dict[str, Any] | None = None, users: Any = (), **more: Any) -> Alert:
    payload = {"problems": [problem(**more)], "triggers": [said or trigger()], "users": list(users)}
    (alert,) = parse(payload, "zbx", options()).alerts
    return alert


async def act(source: Source, kind: EffectKind, name: str = "op-1", **more: Any) -> Settled:
    alerts = (await source.fetch()).alerts
    return await source.act(effect(kind, name, **more), incident(*alerts), NOW)


def test_links_runbook_and_words_come_from_the_trigger() -> None:
    alert = one(
        urls=[{"name": "Wiki", "url": "https://wiki.example/1"}, {"name": "Bad", "url": "file:///etc"}]
    )
    assert alert.links == (
        Link("Zabbix #5", "https://zabbix.example/zabbix/tr_events.php?triggerid=23133&eventid=5"),
        Link("trigger", "https://graphs.example/disk"),
        Link("Wiki", "https://wiki.example/1"),
    )
    assert alert.runbook_url == "https://runbooks.example/disk"
    assert alert.description.startswith("What to do")


def test_the_service_is_a_tag_or_else_the_host() -> None:
    assert one().service == "orders-db"
    assert one(tags=[]).service == "db-1"
    assert one(tags=[], said=trigger(hosts=[])).service == "unknown"


@pytest.mark.parametrize(
    ("said", "more"),
    [
        (trigger(status="1"), {}),
        (trigger(hosts=[{"name": "db-1", "status": "1"}]), {}),
        (trigger(), {"cause_eventid": "3"}),
    ],
)
def test_what_zabbix_itself_does_not_show_is_not_shown(said: Any, more: Any) -> None:
    payload = {"problems": [problem(**more)], "triggers": [said]}
    assert parse(payload, "zbx", options()).alerts == ()


@pytest.mark.parametrize(
    ("data", "ends", "by"),
    [
        ([{"maintenanceid": "4", "userid": "0", "suppress_until": clock(UNTIL)}], UNTIL, "a maintenance"),
        ([{"maintenanceid": "0", "userid": "7", "suppress_until": "0"}], None, "suppressed by Budi"),
        (
            [{"maintenanceid": "0", "userid": "7", "suppress_until": clock(UNTIL)}],
            UNTIL,
            "suppressed by Budi",
        ),
        ([], None, "a maintenance"),
    ],
)
def test_what_is_suppressed_says_so(data: Any, ends: Any, by: str) -> None:
    step = {"acknowledgeid": "1", "userid": "7", "clock": clock(NOW), "message": "", "action": str(SUPPRESS)}
    alert = one(
        suppressed="1", suppression_data=data, acknowledges=[step], users=[{"userid": "7", "name": "Budi"}]
    )
    assert (alert.muted_until, alert.muted_by) == (ends, by)


async def test_the_last_ack_counts_and_unknown_users_have_their_id(
    zabbix: FakeZabbix, source: Source
) -> None:
    zabbix.change(zabbix.problems["5"], ACKNOWLEDGE, "", "7")
    (alert,) = (await source.fetch()).alerts
    assert alert.upstream is not None
    assert alert.upstream.acked_by == Who("7", "Budi S.", "budi@ops.example")
    assert alert.upstream.acked_at == NOW
    zabbix.problems["6"] = problem(6)
    zabbix.change(zabbix.problems["6"], ACKNOWLEDGE, "", "99")
    alert = (await source.fetch()).alerts[1]
    assert alert.upstream is not None
    assert alert.upstream.acked_by == Who("99")


async def test_triggers_and_users_are_asked_for_once_and_now_and_then_again(
    zabbix: FakeZabbix, source: Source, clock: HeldClock
) -> None:
    for _ in range(3):
        await source.fetch()
    assert [method for method, _ in zabbix.calls].count("trigger.get") == 1
    zabbix.triggers["23133"] = trigger(comments="others now")
    clock.pass_(3600)
    assert (await source.fetch()).alerts[0].description == "others now"


@pytest.mark.parametrize(("version", "header"), [("6.0.14", ""), ("6.4.0", "Bearer"), ("7.2.1", "Bearer")])
async def test_the_token_goes_where_that_version_wants_it(
    version: str, header: str, clock: HeldClock
) -> None:
    with serving(FakeZabbix(version)) as fake:
        fake.problems, fake.triggers = {"5": problem()}, {"23133": trigger()}
        source = Source("zbx", options(fake.url), clock)
        settled = await act(source, ACK)
        assert settled.state is EffectState.DONE
        asked = fake.requests[-1]
        assert asked.headers.get("Authorization", "").split(" ")[0] == header
        assert ("auth" in asked.body) is not bool(header)
        await source.close()


async def test_an_ack_says_who_acts_and_is_made_once(zabbix: FakeZabbix, source: Source) -> None:
    assert (await act(source, ACK, text="looking")).text == "acknowledged #5"
    assert (await act(source, ACK, text="looking")).text == "#5 was acknowledged already"
    (step,) = zabbix.problems["5"]["acknowledges"]
    assert (step["action"], step["message"]) == ("6", "Asha via oncall: looking (op-1)")
    (alert,) = (await source.fetch()).alerts
    assert alert.upstream is not None
    assert alert.upstream.acked_by == Who(name="Asha")
    assert (await act(source, UNACK, "op-2")).text == "took back the acknowledgement of #5"
    assert zabbix.problems["5"]["acknowledged"] == "0"


async def test_closing_needs_a_trigger_that_allows_it(zabbix: FakeZabbix, source: Source) -> None:
    zabbix.triggers["23133"] = trigger(manual_close="0")
    settled = await act(source, RESOLVE)
    assert settled.state is EffectState.FAILED
    assert (
        settled.text == "not closed: the trigger of #5 does not allow it; it ends when the trigger recovers"
    )


async def test_a_problem_closed_here_is_told_as_ours(source: Source) -> None:
    assert (await act(source, RESOLVE)).state is EffectState.DONE
    (ended,) = (await source.fetch()).ended
    assert (ended.how, ended.by) == (Ending.RESOLVED, Who(name="Asha"))


async def test_a_problem_that_recovered_was_ended_by_nobody(zabbix: FakeZabbix, source: Source) -> None:
    await source.fetch()
    zabbix.problems["5"]["r_eventid"] = "9"
    (ended,) = (await source.fetch()).ended
    assert (ended.how, ended.by.bot, ended.text) == (Ending.RESOLVED, True, "its trigger recovered")


async def test_a_problem_whose_trigger_was_disabled_is_told(zabbix: FakeZabbix, source: Source) -> None:
    await source.fetch()
    zabbix.problems["5"]["cause_eventid"] = "4"
    (ended,) = (await source.fetch()).ended
    assert (ended.how, ended.text) == (Ending.MOVED, "it is a symptom of #4")


async def test_a_snooze_suppresses_and_a_later_one_replaces_it(zabbix: FakeZabbix, source: Source) -> None:
    settled = await act(source, SNOOZE, until=UNTIL)
    assert (settled.text, settled.until) == ("suppressed #5 until 05 Jan 11:02Z", UNTIL)
    assert "already" in (await act(source, SNOOZE, until=UNTIL)).text
    later = UNTIL + timedelta(hours=1)
    await act(source, SNOOZE, "op-2", until=later)
    (alert,) = (await source.fetch()).alerts
    assert (alert.muted_until, alert.muted_by) == (later, "suppressed by Asha")
    assert (await act(source, WAKE, "op-3")).state is EffectState.DONE
    assert zabbix.problems["5"]["suppressed"] == "0"
    assert (await act(source, WAKE, "op-3")).text == "#5 is not suppressed by hand"


async def test_an_old_zabbix_cannot_suppress(zabbix: FakeZabbix, source: Source) -> None:
    zabbix.version = "6.0.14"
    settled = await act(source, SNOOZE, until=UNTIL)
    assert settled.state is EffectState.FAILED
    assert settled.text == "not suppressed: Zabbix 6.0 cannot do that, 6.2 and later can"


async def test_a_note_is_written_once(zabbix: FakeZabbix, source: Source) -> None:
    for _ in range(2):
        assert (await act(source, NOTE, text="disk ordered")).state is EffectState.DONE
    (step,) = zabbix.problems["5"]["acknowledges"]
    assert (step["action"], step["message"]) == ("4", "disk ordered\n(Asha via oncall, op-1)")


async def test_being_asked_to_wait_is_tried_again_later(zabbix: FakeZabbix, source: Source) -> None:
    alerts = (await source.fetch()).alerts
    zabbix.replies.append(Reply(429, b"{}", {"Retry-After": "60"}))
    with pytest.raises(SourceError) as caught:
        await source.act(effect(ACK), incident(*alerts), NOW)
    assert caught.value.retry_after == 60


async def test_a_token_that_is_no_longer_good_parks_it(zabbix: FakeZabbix, clock: HeldClock) -> None:
    source = Source("zbx", options(zabbix.url, token="not-the-token"), clock)
    for work in (source.fetch, source.prove):
        with pytest.raises(SourceError) as caught:
            await work()
        assert caught.value.parked
        assert "not-the-token" not in str(caught.value)
    await source.close()


async def test_a_method_that_the_role_forbids_is_named(zabbix: FakeZabbix, source: Source) -> None:
    zabbix.forbidden = {"problem.get"}
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert (caught.value.parked, "problem.get" in caught.value.message) == (True, True)


async def test_another_version_is_noticed(zabbix: FakeZabbix, source: Source) -> None:
    zabbix.version = "6.0.14"
    await source.fetch()
    zabbix.version = "7.2.0"
    with pytest.raises(SourceError):
        await source.fetch()
    assert len((await source.fetch()).alerts) == 1


async def test_credentials_name_the_user_and_what_the_role_forbids(
    zabbix: FakeZabbix, source: Source
) -> None:
    zabbix.role["close_problems"] = "0"
    proof = await source.prove()
    assert (proof.identity, proof.missing) == ("oncall", ("close_problems: needed to close",))
    zabbix.forbidden = {"role.get"}
    assert "what the role of the token's user allows" in (await source.prove()).unproven


@pytest.mark.parametrize("filters", [{"severities": [4, 5]}, {"groupids": ["4"]}])
async def test_only_what_is_asked_for_is_asked_for(
    zabbix: FakeZabbix, clock: HeldClock, filters: dict[str, Any]
) -> None:
    zabbix.problems["6"] = problem(6, "Other", severity="1", group="9")
    source = Source("zbx", options(zabbix.url, **filters), clock)
    assert [alert.name for alert in (await source.fetch()).alerts] == ["Disk is full"]
    await source.close()


async def test_somebody_elses_closing_names_them(zabbix: FakeZabbix, source: Source) -> None:
    await source.fetch()
    zabbix.change(zabbix.problems["5"], CLOSE, "", "7")
    (ended,) = (await source.fetch()).ended
    assert ended.by.email == "budi@ops.example"


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"url": "https://z.example"},
        {"url": "zabbix", "token": "x"},
        {"url": "https://z.example", "token": "x", "severities": [6]},
        {"url": "https://z.example", "token": "x", "actions": ["reopen"]},
    ],
)
def test_options_that_cannot_be_used(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(table)


def test_an_address_may_be_that_of_the_api() -> None:
    assert options("https://z.example/zabbix/api_jsonrpc.php").url == "https://z.example/zabbix"
