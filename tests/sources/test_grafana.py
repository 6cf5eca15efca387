"""Grafana: what differs from a plain Alertmanager. The rest is that one's tests and the contract."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.alert import Link
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.grafana import Options, Source, parse
from tests.fakes.alertmanager import record
from tests.fakes.grafana import FakeGrafana
from tests.fakes.http import Reply, serving
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    with serving(FakeGrafana()) as fake:
        yield fake


@pytest.fixture
async def source(grafana: FakeGrafana, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("graf", options(grafana.url, ack="silence", snooze="silence"), clock)
    yield made
    await made.close()


def options(url: str = "https://grafana.example/ops", **more: Any) -> Options:
    return Options.model_validate({"url": url, "token": "glsa_made_up", **more})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://g.example/", "https://g.example/api/alertmanager/grafana"),
        ("https://g.example/ops/alerting", "https://g.example/ops/api/alertmanager/grafana"),
        (
            "https://g.example/api/alertmanager/grafana/api/v2/alerts",
            "https://g.example/api/alertmanager/grafana",
        ),
    ],
)
def test_addresses_are_taken_as_people_paste_them(url: str, server: str) -> None:
    assert options(url).servers == (server,)


@pytest.mark.parametrize(
    "table", [{}, {"url": "grafana"}, {"url": "https://g.example", "datasource": "../../admin"}]
)
def test_options_that_cannot_be_used(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(table)


def test_a_dashboard_and_its_panel_are_linked() -> None:
    notes = {"__dashboardUid__": "pay 1", "__panelId__": "7", "docs": "https://docs.example/x"}
    (alert,) = parse([record(annotations=notes)], "graf", options()).alerts
    assert alert.links[1:] == (
        Link("dashboard", "https://grafana.example/ops/d/pay%201"),
        Link("panel", "https://grafana.example/ops/d/pay%201?viewPanel=7"),
        Link("docs", "https://docs.example/x"),
    )
    assert alert.links[0].title == "rule"


def test_without_a_dashboard_there_is_no_such_link() -> None:
    (alert,) = parse([record(annotations={"__panelId__": "7"})], "graf", options()).alerts
    assert [link.title for link in alert.links] == ["rule"]


async def test_another_alertmanager_of_grafanas_is_asked_by_its_uid(clock: HeldClock) -> None:
    with serving(FakeGrafana("mimir-eu")) as fake:
        fake.alerts = [record()]
        source = Source("graf", options(fake.url, datasource="mimir-eu"), clock)
        assert len((await source.fetch()).alerts) == 1
        await source.close()


async def test_an_ack_is_a_silence_that_grafana_accepts(grafana: FakeGrafana, source: Source) -> None:
    grafana.alerts = [record(labels={"__alert_rule_uid__": "fd1a2b"})]
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(EffectKind.ACK), incident(*alerts), NOW)
    again = await source.act(effect(EffectKind.ACK), incident(*alerts), NOW)
    (silence,) = grafana.silences.values()
    assert settled.state is again.state is EffectState.DONE
    assert settled.handle == again.handle == silence["id"]
    assert settled.until == NOW + timedelta(minutes=15)
    assert {one["name"] for one in silence["matchers"]} >= {"alertname", "__alert_rule_uid__"}


async def test_the_silence_of_an_ack_is_taken_back(grafana: FakeGrafana, source: Source) -> None:
    grafana.alerts = [record()]
    alerts = (await source.fetch()).alerts
    made = await source.act(effect(EffectKind.SNOOZE, until=NOW + timedelta(hours=1)), incident(*alerts), NOW)
    await source.act(effect(EffectKind.WAKE, "op-2", handle=made.handle), incident(*alerts), NOW)
    assert [silence["status"]["state"] for silence in grafana.silences.values()] == ["expired"]


async def test_a_token_that_may_not_silence_is_a_failed_action(grafana: FakeGrafana, source: Source) -> None:
    grafana.alerts = [record()]
    alerts = (await source.fetch()).alerts
    grafana.replies.extend([Reply(), Reply.json({"message": "Access denied"}, 403)])
    settled = await source.act(effect(EffectKind.ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert "forbids" in settled.text


async def test_being_asked_to_wait_is_tried_again_later(grafana: FakeGrafana, source: Source) -> None:
    grafana.alerts = [record()]
    alerts = (await source.fetch()).alerts
    grafana.replies.append(Reply(429, b"{}", {"Retry-After": "7"}))
    with pytest.raises(SourceError) as caught:
        await source.act(effect(EffectKind.ACK), incident(*alerts), NOW)
    assert caught.value.retry_after == 7


async def test_a_good_token_lacks_nothing(source: Source) -> None:
    proof = await source.prove()
    assert (proof.missing, proof.unproven) == ((), ())


async def test_missing_rights_are_named_with_what_they_are_for(
    grafana: FakeGrafana, source: Source, clock: HeldClock
) -> None:
    grafana.rights = {"alert.instances:read": ["*"]}
    assert (await source.prove()).missing == (
        "alert.instances:create: to make a silence",
        "alert.instances:write: to prolong or end a silence",
    )
    reading = Source("graf", options(grafana.url), clock)
    assert (await reading.prove()).missing == ()
    await reading.close()


async def test_rights_folder_by_folder_count(grafana: FakeGrafana, source: Source) -> None:
    grafana.rights = {"alert.instances:read": [], "alert.silences:create": [], "alert.silences:write": []}
    assert (await source.prove()).missing == ()


async def test_a_grafana_that_does_not_tell_rights_is_no_error(grafana: FakeGrafana, source: Source) -> None:
    grafana.rights = None
    proof = await source.prove()
    assert proof.missing == ()
    assert proof.unproven == ("what the token may do: Grafana does not say",)


async def test_a_bad_token_is_parked(grafana: FakeGrafana, source: Source) -> None:
    grafana.replies.append(Reply.json({"message": "Invalid API key"}, 401))
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked


@needs_shared
@pytest.mark.parametrize("name", ["02-grafana_alert_ok.json", "01-grafana_alert_alerting.json"])
def test_bodies_of_the_old_alerting_are_named_as_unreadable(name: str) -> None:
    """Grafana before 8 sent rules without labels: nothing to go by, and said so."""
    payload = json.loads((SHARED / "samples/alerts/grafana" / name).read_text())
    poll = parse([payload], "graf", options())
    assert (poll.alerts, poll.complete, len(poll.problems)) == ((), False, 1)


@needs_shared
@pytest.mark.parametrize("path", sorted((SHARED / "samples/alerts/hostile").glob("*.grafana.json")), ids=str)
def test_hostile_bodies_come_out_readable(path: Any) -> None:
    poll = parse(json.loads(path.read_text()), "graf", options())
    for alert in poll.alerts:
        assert all(text.isprintable() for text in (alert.name, alert.title, alert.service))
