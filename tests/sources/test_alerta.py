"""Alerta's alerts and actions against the fake; that the real server agrees is in ``test_alerta_real.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Alert, Link, Poll, Who
from console.domain.priority import Priority
from console.domain.text import one_line
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.alerta import Options, Source, parse
from console.sources.alerta.history import who
from console.sources.base.reading.records import Record
from console.sources.base.told import told_by
from tests.fakes.alerta import KEY, FakeAlerta, record, text_of
from tests.fakes.http import Reply, serving
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

ACK, SNOOZE = EffectKind.ACK, EffectKind.SNOOZE


@pytest.fixture
def alerta() -> Iterator[FakeAlerta]:
    with serving(FakeAlerta()) as fake:
        yield fake


@pytest.fixture
async def source(alerta: FakeAlerta, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("alerta", options(alerta.url), clock)
    yield made
    await made.close()


def options(url: str = "https://alerta.example/api", **more: Any) -> Options:
    return Options.model_validate({"url": url, "key": KEY, **more})


def one(**more: Any) -> Alert:
    (alert,) = read(record(**more)).alerts
    return alert


def read(*records: Any, **more: Any) -> Poll:
    return parse({"alerts": list(records)}, "alerta", options(**more))


def listed(alerta: FakeAlerta, *records: dict[str, Any]) -> list[dict[str, Any]]:
    alerta.alerts = {alert["id"]: alert for alert in records}
    return list(records)


@pytest.mark.parametrize(
    ("severity", "priority"),
    [
        ("security", Priority.P1),
        ("critical", Priority.P1),
        ("major", Priority.P2),
        ("minor", Priority.P3),
        ("warning", Priority.P3),
        ("indeterminate", Priority.P4),
        ("informational", Priority.P4),
        ("unknown", Priority.P4),
        ("Sev-Zero", Priority.P2),
        ("never heard of", Priority.P3),
        (None, Priority.P3),
    ],
)
def test_severities(severity: object, priority: Priority) -> None:
    (alert,) = read(record(severity=severity), severity={"sev-zero": "P2"}).alerts
    assert alert.priority is priority


def test_tags_and_attributes_are_labels() -> None:
    alert = one(attributes={"zone": "us", "rack": 7, "nested": {}})
    assert (alert.label("zone"), alert.label("ssd"), alert.label("rack")) == ("eu", "true", "7")
    assert alert.label("environment") == "Production"
    assert alert.label("nested") == ""


def test_links_are_the_alerts_page_and_addresses_in_attributes() -> None:
    alert = one(attributes={"graph": "https://graphs.example/1", "moreInfo": "javascript:alert(1)"})
    page, graph = alert.links
    assert page == Link(
        f"Alerta {alert.ref.fingerprint[:8]}", f"https://alerta.example/alert/{alert.ref.fingerprint}"
    )
    assert graph == Link("graph", "https://graphs.example/1")
    (bare,) = read(record(), url="http://alerta.example:8080").alerts
    assert bare.links == ()


def test_a_blackout_holds_back() -> None:
    assert one(status="blackout").muted_by == "a blackout"


def test_an_unknown_status_is_open() -> None:
    alert = one(status="escalated")
    assert alert.upstream is not None
    assert (alert.upstream.acked, alert.muted_by) == (False, "")


def test_who_acked_is_known_from_an_attribute_too() -> None:
    alert = one(status="ack", attributes={"acked-by": "budi@ops.example"}, history=[{"type": "new"}])
    assert alert.upstream is not None
    assert alert.upstream.acked_by == Who("budi@ops.example", "budi@ops.example", "budi@ops.example")
    nobody = one(status="ack").upstream
    assert nobody is not None
    assert (nobody.acked, nobody.acked_by) == (True, Who())


@pytest.mark.parametrize("timeout", [0, None, "soon", 1e300, -5])
def test_a_shelving_without_an_end(timeout: Any) -> None:
    step = {"type": "shelve", "status": "shelved", "updateTime": text_of(NOW), "timeout": timeout}
    alert = one(status="shelved", history=[step])
    assert (alert.muted_until, alert.muted_by) == (None, "shelved")


names = st.text("abc é-(:)", min_size=1, max_size=60).map(str.strip).filter(bool)


@given(names, names)
def test_whoever_acted_here_is_read_back(actor: str, note: str) -> None:
    entry = replace(effect(ACK, text=note), actor=actor)
    said = who(Record({"text": told_by(entry), "user": "oncall@ops.example"}))
    assert said == Who(name=one_line(actor))


async def test_only_what_is_asked_for_is_asked_for(alerta: FakeAlerta, clock: HeldClock) -> None:
    filters = {"environment": ["Production"], "service": ["orders-db"], "customer": ["acme"]}
    source = Source("alerta", options(alerta.url, statuses=["open"], **filters), clock)
    listed(alerta, record("A", customer="acme"), record("B"), record("C", customer="acme", status="ack"))
    assert [alert.name for alert in (await source.fetch()).alerts] == ["A"]
    assert len(alerta.requests) == 1
    await source.close()


async def test_history_is_fetched_only_where_it_says_something(alerta: FakeAlerta, source: Source) -> None:
    await source.fetch()
    asked = [(request.query["status"], request.one("show-history")) for request in alerta.requests]
    assert asked == [(["assign", "blackout", "open"], ""), (["ack", "shelved"], "true")]


async def test_fewer_alerts_than_a_moment_ago_are_no_error(alerta: FakeAlerta, source: Source) -> None:
    listed(alerta, record())
    page = {"alerts": [record("A")], "more": True, "page": 1, "pages": 2}
    alerta.replies.extend([Reply.json(page), Reply.json({"message": "page out of range: 1-1"}, 416)])
    poll = await source.fetch()
    assert ([alert.name for alert in poll.alerts], poll.complete) == (["A"], True)


async def test_an_alert_that_moved_to_another_service_is_told(alerta: FakeAlerta, clock: HeldClock) -> None:
    source = Source("alerta", options(alerta.url, service=["orders-db"]), clock)
    (alert,) = listed(alerta, record())
    await source.fetch()
    alert["service"] = ["search"]
    (ended,) = (await source.fetch()).ended
    assert ended.how.value == "moved"
    await source.close()


async def test_an_action_that_changed_nothing_has_failed(alerta: FakeAlerta, source: Source) -> None:
    listed(alerta, record())
    alerts = (await source.fetch()).alerts
    alerta.deaf = True
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert settled.text == f"Alerta did not ack {alerts[0].ref.fingerprint[:8]}, it is open"


async def test_somebody_who_was_faster_is_success(alerta: FakeAlerta, source: Source) -> None:
    (alert,) = listed(alerta, record())
    alerts = (await source.fetch()).alerts
    open_still = Reply.json({"alert": {**alert}})
    alerta.change(alert, "ack", "ack", user="budi@ops.example")
    alerta.replies.append(open_still)
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.DONE
    assert len(alert["history"]) == 2


@pytest.mark.parametrize("kind", [ACK, SNOOZE])
async def test_what_is_closed_there_cannot_be_acked_or_shelved(
    alerta: FakeAlerta, source: Source, kind: EffectKind
) -> None:
    (alert,) = listed(alerta, record())
    alerts = (await source.fetch()).alerts
    alerta.change(alert, "close", "closed")
    settled = await source.act(effect(kind, until=NOW + timedelta(hours=1)), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert "closed" in settled.text


async def test_a_snooze_that_is_over_shelves_nothing(alerta: FakeAlerta, source: Source) -> None:
    (alert,) = listed(alerta, record())
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(SNOOZE, until=NOW), incident(*alerts), NOW)
    assert (settled.state, alert["status"]) == (EffectState.DONE, "open")


async def test_being_asked_to_wait_is_tried_again_later(alerta: FakeAlerta, source: Source) -> None:
    listed(alerta, record())
    alerts = (await source.fetch()).alerts
    alerta.replies.append(Reply(429, b"{}", {"Retry-After": "60"}))
    with pytest.raises(SourceError) as caught:
        await source.act(effect(ACK), incident(*alerts), NOW)
    assert caught.value.retry_after == 60


async def test_a_key_that_may_not_write_is_told(alerta: FakeAlerta, source: Source) -> None:
    listed(alerta, record())
    alerts = (await source.fetch()).alerts
    alerta.scopes = {"read:alerts"}
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert (await source.prove()).unproven


async def test_one_that_only_reads_leaves_nothing_unproven(alerta: FakeAlerta, clock: HeldClock) -> None:
    source = Source("alerta", options(alerta.url, actions=[]), clock)
    assert (await source.prove()).unproven == ()
    await source.close()


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"url": "https://alerta.example/api"},
        {"url": "alerta", "key": "x"},
        {"url": "https://alerta.example", "key": "x", "statuses": []},
        {"url": "https://alerta.example", "key": "x", "statuses": ["closed"]},
        {"url": "https://alerta.example", "key": "x", "actions": ["assign"]},
    ],
)
def test_options_that_cannot_be_used(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(table)


def test_times_are_utc() -> None:
    assert one(createTime="2026-01-05T10:41:12+02:00").started_at == datetime(
        2026, 1, 5, 8, 41, 12, tzinfo=UTC
    )
