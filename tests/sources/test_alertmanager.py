"""The Alertmanager source against a fake that misbehaves; the real one is in ``test_real.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind
from console.errors import SourceError
from console.sources.alertmanager import Options, Source
from tests.fakes.alertmanager import FakeAlertmanager, Reply, fake_alertmanager, record
from tests.servers.alertmanager import free_port
from tests.sources.conftest import HeldClock, options_for


@pytest.fixture
async def source(fake: FakeAlertmanager, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options_for(fake.url, timeout="5s"), clock)
    yield made
    await made.close()


async def test_asks_for_what_is_wanted(fake: FakeAlertmanager, clock: HeldClock) -> None:
    wanted = ('severity="critical"', 'team=~"pay.*"')
    source = Source("prod", options_for(fake.url, filter=wanted, receiver="pager.*"), clock)
    fake.alerts = [record("A")]
    assert [alert.ref.source for alert in (await source.fetch()).alerts] == ["prod"]
    await source.close()
    query = fake.asked("/api/v2/alerts")[0].query
    assert query["filter"] == list(wanted)
    assert query["receiver"] == ["pager.*"]
    assert (query["active"], query["silenced"], query["inhibited"]) == (["true"], ["true"], ["false"])


async def test_a_poll_in_which_no_byte_differs_is_the_same_poll(
    fake: FakeAlertmanager, source: Source
) -> None:
    fake.alerts = [record("A")]
    first = await source.fetch()
    assert await source.fetch() is first
    fake.alerts = [record("A"), record("B")]
    assert len((await source.fetch()).alerts) == 2


async def test_an_error_keeps_nothing_from_the_next_poll(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = [record("A")]
    await source.fetch()
    fake.replies.extend([Reply(500), Reply(200, b"<html>"), Reply.json({"status": "success", "data": []})])
    for said in ("in trouble", "web page", "no list of alerts: is it an Alertmanager"):
        with pytest.raises(SourceError, match=said):
            await source.fetch()
    assert [alert.name for alert in (await source.fetch()).alerts] == ["A"]


async def test_silences_are_fetched_only_when_one_is_in_force(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = [record("A")]
    await source.fetch()
    assert fake.asked("/api/v2/silences") == []
    fake.silences["s1"] = {"id": "s1", "createdBy": "budi", "endsAt": "2026-01-05T21:30:00Z", "comment": "x"}
    fake.alerts = [record("A", status={"state": "suppressed", "silencedBy": ["s1"]})]
    assert (await source.fetch()).alerts[0].muted_by == "budi: x"
    fake.silences["s1"]["comment"] = "y"
    assert (await source.fetch()).alerts[0].muted_by == "budi: y"
    assert len(fake.asked("/api/v2/silences")) == 2


async def test_unknown_silences_hide_nothing(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = [record("A", status={"state": "suppressed", "silencedBy": ["s1"]})]
    await source.fetch()
    fake.replies.extend([Reply.json(fake.alerts), Reply(500)])
    poll = await source.fetch()
    assert poll.alerts[0].muted_by == "a silence"
    assert poll.complete
    assert "silences are not known" in poll.problems[0]


async def test_an_unchecked_certificate_is_said_on_every_poll(
    fake: FakeAlertmanager, clock: HeldClock
) -> None:
    source = Source("prod", options_for(fake.url, insecure=True), clock)
    poll = await source.fetch()
    await source.close()
    assert poll.problems == ("the server's certificate is not checked (insecure = true)",)
    assert poll.complete


# a cluster


async def test_a_cluster_shows_each_alert_once_and_names_the_server_that_is_down(clock: HeldClock) -> None:
    with fake_alertmanager() as one, fake_alertmanager() as two:
        dead = f"http://127.0.0.1:{free_port()}"
        one.alerts, two.alerts = [record("A"), record("B")], [record("B"), record("C")]
        source = Source("prod", options_for(one.url, two.url, dead), clock)
        poll = await source.fetch()
        again = await source.fetch()
        await source.close()
    assert [alert.name for alert in poll.alerts] == ["A", "B", "C"]
    assert poll.complete
    assert poll.problems == (f"{dead.removeprefix('http://')} refuses the connection",)
    assert again is poll


async def test_a_cluster_of_which_one_talks_nonsense_goes_on(clock: HeldClock) -> None:
    with fake_alertmanager() as one, fake_alertmanager() as two:
        one.replies.append(Reply(200, b"<html>"))
        two.alerts = [record("A")]
        source = Source("prod", options_for(one.url, two.url), clock)
        poll = await source.fetch()
        await source.close()
    assert [alert.name for alert in poll.alerts] == ["A"]
    assert "web page instead of JSON" in poll.problems[0]


async def test_a_cluster_that_is_down_names_every_server(clock: HeldClock) -> None:
    with fake_alertmanager() as one, fake_alertmanager() as two:
        one.replies.append(Reply(429, headers={"Retry-After": "30"}))
        two.replies.append(Reply(401))
        source = Source("prod", options_for(one.url, two.url), clock)
        with pytest.raises(SourceError, match="no server of the cluster can be used") as caught:
            await source.fetch()
        await source.close()
    assert "429" in caught.value.message
    assert "401" in caught.value.message
    assert (caught.value.retry_after, caught.value.permanent) == (30.0, False)


# restarts


async def test_a_restarted_server_clears_nothing_until_it_has_settled(
    fake: FakeAlertmanager, source: Source, clock: HeldClock
) -> None:
    fake.alerts = [record("A")]
    await source.fetch()
    fake.alerts, fake.uptime = [], "2026-01-05T09:01:30.000Z"
    poll = await source.fetch()
    assert not poll.complete
    assert "restarted 30 s ago: what it no longer has may still fire" in poll.problems[0]
    assert not (await source.fetch()).complete
    fake.alerts = [record("B")]
    assert not (await source.fetch()).complete
    clock.pass_(90)
    poll = await source.fetch()
    assert poll.complete
    assert poll.problems == ()
    assert (await source.fetch()) is poll


async def test_what_a_running_server_no_longer_has_is_cleared_at_once(
    fake: FakeAlertmanager, source: Source
) -> None:
    fake.uptime = "2026-01-05T09:01:59.000Z"
    fake.alerts = [record("A")]
    await source.fetch()
    fake.alerts = []
    poll = await source.fetch()
    assert poll.complete
    assert poll.alerts == ()


async def test_a_peer_that_kept_running_is_believed(clock: HeldClock) -> None:
    with fake_alertmanager() as one, fake_alertmanager() as two:
        one.alerts = two.alerts = [record("A")]
        source = Source("prod", options_for(one.url, two.url), clock)
        await source.fetch()
        one.uptime = "2026-01-05T09:01:59.000Z"
        one.alerts = two.alerts = []
        assert (await source.fetch()).complete
        await source.close()


async def test_a_server_that_does_not_tell_its_uptime_is_believed(
    fake: FakeAlertmanager, source: Source
) -> None:
    fake.uptime = "no idea"
    fake.alerts = [record("A")]
    await source.fetch()
    fake.alerts = []
    assert (await source.fetch()).complete
    assert len(fake.asked("/api/v2/status")) == 2
    await source.fetch()
    assert len(fake.asked("/api/v2/status")) == 2


# options


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://am.example:9093", "http://am.example:9093"),
        ("https://AM.example/alertmanager/", "https://am.example/alertmanager"),
        ("https://am.example/#/alerts", "https://am.example"),
        ("https://am.example/api/v2/", "https://am.example"),
        ("https://am.example/x/api/v2/alerts", "https://am.example/x"),
    ],
)
def test_addresses_are_taken_as_people_paste_them(url: str, server: str) -> None:
    assert Options.model_validate({"url": url}).servers == (server,)
    assert Options.model_validate({"url": url, "urls": [server]}).servers == (server,)


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ({}, 'needs url = "http'),
        ({"url": "am.example:9093"}, "is not an address"),
        ({"url": "ftp://am.example"}, "is not an address"),
        ({"url": "http://asha:geheim@am.example"}, "must not hold a user name"),
        ({"url": "http://[::1"}, "is not an address"),
        ({"url": "http://am.example?x=1"}, "is not an address"),
        ({"url": "http://am.example", "severity": {"sev0": "P9"}}, "is one of P1, P2, P3, P4"),
        ({"url": "http://am.example", "ack": "maybe"}, "'none' or 'silence'"),
        ({"url": "http://am.example", "intervall": "5s"}, "Extra inputs"),
    ],
)
def test_options_that_cannot_be_used(table: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong) as caught:
        Options.model_validate(table)
    assert "geheim" not in str(caught.value)


def test_it_can_only_do_what_was_configured(clock: HeldClock) -> None:
    url = "http://am.example"
    assert Source("prod", options_for(url), clock).can == frozenset()
    assert Source("prod", options_for(url, ack="silence"), clock).can == {EffectKind.ACK, EffectKind.UNACK}
    both = Source("prod", options_for(url, ack="silence", snooze="silence"), clock).can
    assert both == {EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.WAKE}


async def test_a_poll_that_hangs_can_be_cancelled(fake: FakeAlertmanager, source: Source) -> None:
    fake.replies.append(Reply(hang=True))
    poll = asyncio.create_task(source.fetch())
    assert await asyncio.to_thread(fake.hanging.wait, 5)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    fake.alerts = [record("A")]
    assert len((await source.fetch()).alerts) == 1
