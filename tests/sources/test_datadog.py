"""Datadog: groups joined with their monitors, read page by page, and muted by downtimes where asked for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Alert, AlertRef
from console.domain.priority import Priority
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.datadog import Options, Source, parse
from console.sources.datadog.groups import Target, fingerprint_of, scope_of, tags_in, target_of
from tests.fakes.datadog import DOWNTIME, SEARCH, FakeDatadog, group, monitor
from tests.fakes.http import Reply, serving
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import asked_again, done, effect, incident

ACK, UNACK, SNOOZE, WAKE = EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.WAKE
EVENING = NOW + timedelta(hours=3)
QUARTER = timedelta(minutes=15)


def options(**more: Any) -> Options:
    return Options.model_validate({"api_key": "api-made-up", "app_key": "app-made-up", **more})


@pytest.fixture
def fake() -> Iterator[FakeDatadog]:
    with serving(FakeDatadog()) as server:
        yield server


@pytest.fixture
async def source(fake: FakeDatadog, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options(url=fake.url, actions=["ack", "snooze"]), clock)
    yield made
    await made.close()


async def firing(fake: FakeDatadog, source: Source, *tags: str) -> tuple[Alert, ...]:
    fake.groups = [group(7, "Disk", one) for one in tags or ("host:db1",)]
    return (await source.fetch()).alerts


def test_where_it_is_asked_and_looked_at() -> None:
    assert options().server == "https://api.datadoghq.com"
    assert options(site="https://app.datadoghq.eu/").server == "https://api.datadoghq.eu"
    assert options(site="datadoghq.eu").pages == "https://app.datadoghq.eu"
    assert options(site="us5.datadoghq.com").pages == "https://us5.datadoghq.com"
    assert options(url="https://gate.example/dd").server == "https://gate.example/dd"
    with pytest.raises(ValidationError, match="is not a site"):
        options(site="data dog")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"actions": ["resolve"]}, "a monitor ends when it recovers"),
        ({"actions": ["note"]}, "keeps no notes"),
        ({"mute_for": "0s"}, "must be longer"),
        ({"priorities": {"sev0": "P9"}}, "is one of P1"),
    ],
)
def test_options_that_cannot_be(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        options(**wrong)


def test_nothing_is_done_there_unless_the_config_says_so() -> None:
    ability = options().ability
    assert not any(map(ability.can, EffectKind))
    assert ability.holds
    assert ability.words(EffectKind.RESOLVE).startswith("cannot be resolved")
    assert options(actions=["ack"]).ability.can(UNACK)


async def test_keys_and_query_are_sent_as_datadog_wants_them(fake: FakeDatadog, clock: HeldClock) -> None:
    source = Source("prod", options(url=fake.url, query='tag:"team:payments"', no_data=False), clock)
    await source.fetch()
    await source.close()
    (asked,) = fake.asked(SEARCH)
    assert asked.one("query") == 'status:(Alert OR Warn) tag:"team:payments"'
    headers = {name.lower(): text for name, text in asked.headers.items()}
    assert (headers["dd-api-key"], headers["dd-application-key"]) == ("api-made-up", "app-made-up")
    assert "made-up" not in repr(source._options)


async def test_all_pages_are_read_and_one_that_moved_is_missed(fake: FakeDatadog, source: Source) -> None:
    fake.groups = [group(number, f"M{number}") for number in range(1, 251)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (250, True)
    assert [one.one("page") for one in fake.asked(SEARCH)] == ["0", "1", "2"]
    fake.groups[150] = fake.groups[10]  # what stood there has moved up to a page already read
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (249, False)
    assert poll.problems == ("1 groups moved while the pages were read; the next poll looks again",)


async def test_beyond_the_cap_it_says_how_many_are_missing(
    fake: FakeDatadog, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.datadog.source._MOST_PAGES", 2)
    fake.groups = [group(number, f"M{number}") for number in range(1, 251)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (200, False)
    assert poll.problems == (
        "50 more groups fire than the 200 that are read: narrow query, or no_data = false",
    )


async def test_monitors_are_read_again_for_a_new_one_and_after_a_while(
    fake: FakeDatadog, source: Source, clock: HeldClock
) -> None:
    fake.monitors = [monitor(7, priority=1)]
    await firing(fake, source)
    await source.fetch()
    assert len(fake.asked("/api/v1/monitor")) == 1
    fake.monitors.append(monitor(8, priority=4))
    fake.groups.append(group(8, "New"))
    clock.pass_(61)
    assert [alert.priority for alert in (await source.fetch()).alerts] == [Priority.P1, Priority.P4]
    clock.pass_(301)
    await source.fetch()
    assert len(fake.asked("/api/v1/monitor")) == 3


async def test_without_the_monitors_the_poll_is_whole_and_says_so(fake: FakeDatadog, source: Source) -> None:
    fake.groups = [group(7, "Disk", "host:db1")]
    fake.replies.extend([source_page(fake), Reply.json({"errors": ["no"]}, 400)])
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (1, True)
    assert poll.problems[0].startswith("the monitors' own texts cannot be read: ")


def source_page(fake: FakeDatadog) -> Reply:
    return Reply.json({"groups": fake.groups, "metadata": {"total_count": len(fake.groups)}})


async def test_who_muted_is_said_where_datadog_tells(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    await source.act(effect(ACK), incident(*alerts), NOW)
    fake.groups[0].update(muted=True, muted_until_ts=1767604620)
    (alert,) = (await source.fetch()).alerts
    assert alert.muted_until == NOW + QUARTER
    assert alert.muted_by == "Budi: Acked: INC-42 by Asha via oncall (op-1)"
    fake.rights.discard("monitors_downtime")
    poll = await source.fetch()
    assert (poll.complete, poll.alerts[0].muted_by) == (True, "a downtime")
    assert "who muted is not known" in poll.problems[0]


def test_a_downtime_of_the_monitor_counts_where_the_group_says_nothing() -> None:
    record = group(7, "Disk", "host:db1")
    del record["muted"]
    held = [{"id": 1, "scope": ["host:db2"]}, {"id": 2, "scope": ["host:db1"], "end": 1767610800}]
    poll = parse({"groups": [record], "monitors": [monitor(7, matching_downtimes=held)]}, "prod", options())
    assert poll.alerts[0].muted_by == "a downtime"
    assert poll.alerts[0].muted_until == NOW.replace(hour=11, minute=0)


@pytest.mark.parametrize("payload", [None, [], {}, {"groups": None}, {"groups": {}, "monitors": [None, {}]}])
def test_an_answer_without_groups_has_no_alerts(payload: Any) -> None:
    assert parse(payload, "prod", options()).alerts == ()


async def test_an_answer_that_is_no_datadog_fails_the_poll(fake: FakeDatadog, source: Source) -> None:
    fake.replies.append(Reply.json(["alerts"]))
    with pytest.raises(SourceError, match="without a list of groups"):
        await source.fetch()


@needs_shared
def test_a_recorded_answer_is_read() -> None:
    samples = SHARED / "samples" / "alerts" / "datadog"
    found = json.loads(next(samples.glob("05-*")).read_text(encoding="utf-8"))
    one = json.loads(next(samples.glob("06-*")).read_text(encoding="utf-8"))
    poll = parse({**found, "monitors": [one]}, "prod", options())
    states = [record["status"] for record in found["groups"]]
    assert (poll.complete, len(poll.alerts)) == (True, len(states) - states.count("OK"))
    assert {alert.priority for alert in poll.alerts} == {Priority.P4}
    assert poll.alerts[0].title.endswith("1641339729")


@pytest.mark.parametrize(
    ("name", "tags", "scope"),
    [
        ("*", [], "*"),
        ("total", [], "*"),
        ("@SYNTHETICS_OVERALL@", [], "*"),
        ("host:db1,env:prod", ["host:db1", "env:prod"], "host:db1 AND env:prod"),
        ("path:/a,b,env:prod", ["path:/a,b", "env:prod"], 'path:"/a,b" AND env:prod'),
        ("url:https://a.example", ["url:https://a.example"], 'url:"https://a.example"'),
    ],
)
def test_groups_are_lists_of_tags(name: str, tags: list[str], scope: str) -> None:
    assert tags_in(name) == tags
    assert scope_of(tags) == scope


@given(st.text(max_size=600))
def test_every_group_has_one_identity_and_is_muted_whole_or_not_at_all(name: str) -> None:
    found = fingerprint_of("7", name)
    assert found == fingerprint_of("7", name)
    assert one_line(found) == found
    target = target_of(Alert(AlertRef("prod", found), "n", "t", "s", Priority.P1))
    if target is not None:
        assert target == Target(7, scope_of(tags_in(name)))


async def test_an_ack_mutes_each_group_alone(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source, "host:db1", "host:db2")
    settled = await source.act(effect(ACK, text="ask @budi"), incident(*alerts), NOW)
    assert [one["scope"] for one in fake.active.values()] == ["host:db1", "host:db2"]
    made = next(iter(fake.active.values()))
    assert made["monitor_identifier"] == {"monitor_id": 7}
    assert made["message"] == "Acked: INC-42 by Asha via oncall: ask  at budi (op-1)"
    assert made["schedule"]["end"] == "2026-01-05T09:17:00.000+00:00"
    assert (settled.state, settled.text) == (EffectState.DONE, "muted until 09:17Z (2 downtimes)")
    assert (settled.until, set(settled.handle.split())) == (NOW + QUARTER, set(fake.active))


async def test_doing_it_again_makes_no_second_downtime(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    first = await source.act(effect(ACK), incident(*alerts), NOW)
    assert await source.act(effect(ACK), incident(*alerts), NOW) == first
    assert len(fake.asked(DOWNTIME, "POST")) == 1


async def test_a_renewal_puts_a_longer_one_in_its_place(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    ack, again = effect(ACK, "op-1"), effect(ACK, "op-2")
    first = await source.act(ack, incident(*alerts), NOW)
    later = NOW + timedelta(minutes=13)
    whole = incident(*alerts, effects=[done(ack, first.handle, first.until), asked_again(again, "op-1")])
    renewed = await source.act(again, whole, later)
    assert (renewed.text, renewed.until) == ("downtime extended until 09:32Z", NOW + 2 * QUARTER)
    assert list(fake.active) == [renewed.handle] != [first.handle]
    assert await source.act(again, whole, later) == renewed  # what we replaced was not removed


async def test_a_renewal_that_lost_an_answer_cancels_the_old_one(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    ack, again = effect(ACK, "op-1"), effect(ACK, "op-2")
    first = await source.act(ack, incident(*alerts), NOW)
    whole = incident(*alerts, effects=[done(ack, first.handle, first.until), asked_again(again, "op-1")])
    renewed = await source.act(again, whole, NOW)
    fake.downtimes[first.handle]["attributes"].update(status="active", canceled=None)
    assert await source.act(again, whole, NOW) == renewed
    assert list(fake.active) == [renewed.handle]


async def test_one_that_somebody_cancelled_is_not_made_again(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    ack, again = effect(ACK, "op-1"), effect(ACK, "op-2")
    first = await source.act(ack, incident(*alerts), NOW)
    fake.cancel(first.handle)
    whole = incident(*alerts, effects=[done(ack, first.handle, first.until), asked_again(again, "op-1")])
    settled = await source.act(again, whole, NOW + timedelta(minutes=13))
    assert (settled.state, settled.text) == (EffectState.FAILED, "downtime was removed at prod")
    del fake.downtimes[first.handle]  # two days later Datadog has forgotten it: then it is made anew
    assert (await source.act(again, whole, NOW)).state is EffectState.DONE


async def test_waking_cancels_the_snooze_and_leaves_the_ack(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    ack, snooze = effect(ACK, "op-1"), effect(SNOOZE, "op-2", until=EVENING)
    acked = await source.act(ack, incident(*alerts), NOW)
    snoozed = await source.act(snooze, incident(*alerts, effects=[done(ack, acked.handle)]), NOW)
    assert (snoozed.text, snoozed.until) == ("muted until 12:02Z", EVENING)
    whole = incident(*alerts, effects=[done(ack, acked.handle), done(snooze, snoozed.handle)])
    woken = await source.act(effect(WAKE, "op-3", handle=snoozed.handle), whole, NOW)
    assert (woken.text, list(fake.active)) == ("downtime ended", [acked.handle])
    again = await source.act(effect(WAKE, "op-3", handle=snoozed.handle), whole, NOW)
    assert (again.state, again.text) == (EffectState.DONE, "no longer muted")


async def test_downtimes_of_others_are_left_alone(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    for number in range(120):  # more than one page of them
        fake._made({"message": "deploying", "scope": "*", "schedule": {"end": None}, "n": number})
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert len(fake.active) == 121
    await source.act(effect(UNACK, "op-2", handle=settled.handle), incident(*alerts), NOW)
    assert len(fake.active) == 120


async def test_what_needs_no_downtime_gets_none(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    gone = await source.act(effect(ACK), incident(cleared=alerts), NOW)
    late = await source.act(effect(SNOOZE, until=NOW), incident(*alerts), NOW)
    assert {gone.state, late.state} == {EffectState.DONE}
    assert fake.downtimes == {}


async def test_what_cannot_be_muted_is_said(fake: FakeDatadog, source: Source) -> None:
    long = await firing(fake, source, "host:" + "a" * 500)
    settled = await source.act(effect(ACK), incident(*long), NOW)
    assert (settled.state, "too long" in settled.text) == (EffectState.FAILED, True)
    many = await firing(fake, source, *(f"host:{number}" for number in range(21)))
    settled = await source.act(effect(ACK), incident(*many), NOW)
    assert settled.text == "not muted: 21 alerts fire, more than 20 downtimes"
    fake.rights.discard("monitors_downtime")
    settled = await source.act(effect(ACK), incident(*many[:1]), NOW)
    assert (settled.state, "403" in settled.text) == (EffectState.FAILED, True)
    assert (await source.act(effect(EffectKind.RESOLVE), incident(), NOW)).state is EffectState.FAILED


async def test_a_rate_limit_is_tried_again(fake: FakeDatadog, source: Source) -> None:
    alerts = await firing(fake, source)
    fake.replies.append(Reply(429, b"{}", {"X-RateLimit-Reset": "7"}))
    with pytest.raises(SourceError) as caught:
        await source.act(effect(ACK), incident(*alerts), NOW)
    assert not caught.value.permanent


async def test_the_keys_are_tried_without_changing_anything(fake: FakeDatadog, source: Source) -> None:
    assert (await source.prove()).missing == ()
    fake.rights.clear()
    missing = (await source.prove()).missing
    assert [one.partition(":")[0] for one in missing] == ["monitors_read", "monitors_downtime"]
    fake.valid = False
    with pytest.raises(SourceError):
        await source.prove()
    fake.replies.append(Reply.json({"valid": False}))
    with pytest.raises(SourceError, match="does not know the API key"):
        await source.prove()
    assert {request.method for request in fake.requests} == {"GET"}
