"""The real Alerta: what is listed, who did what, and every action twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.clock import SystemClock
from console.domain.alert import Ending, Poll
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.alerta import Options, Source
from console.sources.alerta import source as module
from tests.servers.alerta import ADMIN, Alerta, alerta, alerta_server
from tests.sources.incidents import effect, incident

__all__ = ["alerta", "alerta_server"]

ACK, UNACK, SNOOZE, WAKE = EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.WAKE
RESOLVE, REOPEN, NOTE = EffectKind.RESOLVE, EffectKind.REOPEN, EffectKind.NOTE
OURS = "oncall@ops.example"


def source_at(alerta: Alerta, key: str = "", **options: Any) -> Source:
    key = key or alerta.key(OURS, "read:alerts", "write:alerts")
    everything = [ACK, SNOOZE, RESOLVE, NOTE]
    table = {"url": alerta.url, "key": key, "actions": everything, **options}
    return Source("alerta", Options.model_validate(table), SystemClock())


@pytest.fixture
async def source(alerta: Alerta) -> AsyncIterator[Source]:
    made = source_at(alerta)
    yield made
    await made.close()


async def act(source: Source, poll: Poll, kind: EffectKind, name: str = "op-1", **more: Any) -> str:
    settled = await source.act(effect(kind, name, **more), incident(*poll.alerts), datetime.now(UTC))
    assert settled.state is EffectState.DONE, settled.text
    return settled.text


async def test_an_alert_comes_as_it_was_sent(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull", severity="major", attributes={"runbook": "https://runbooks.example/disk"})
    alerta.send("DiskFull", severity="major", text="it gets worse")
    (alert,) = (await source.fetch()).alerts
    assert alert.ref.fingerprint == name
    assert (alert.name, alert.title, alert.service) == ("DiskFull", "it gets worse", "orders-db")
    assert (alert.priority, alert.runbook_url) == (Priority.P2, "https://runbooks.example/disk")
    assert alert.started_at is not None
    assert abs(alert.started_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert alert.upstream is not None
    assert (alert.upstream.reference, alert.upstream.acked) == (name[:8], False)


async def test_every_page_is_read_and_what_is_not_asked_for_left_out(
    alerta: Alerta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 3)
    for number in range(8):
        alerta.send(f"A{number}")
    alerta.send("Elsewhere", environment="Development")
    alerta.send("Other", service=["search"])
    source = source_at(alerta, environment=["Production"], service=["orders-db", "cdn"])
    poll = await source.fetch()
    assert sorted(alert.name for alert in poll.alerts) == [f"A{number}" for number in range(8)]
    assert (poll.complete, poll.problems) == (True, ())
    await source.close()


async def test_an_ack_made_there_names_who_made_it(alerta: Alerta, source: Source) -> None:
    alerta.act(alerta.send("DiskFull"), "ack")
    (alert,) = (await source.fetch()).alerts
    assert alert.upstream is not None
    assert (alert.upstream.acked, alert.upstream.acked_by.email) == (True, ADMIN)
    assert alert.upstream.acked_at is not None


async def test_an_ack_of_ours_can_be_repeated_and_taken_back(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull")
    poll = await source.fetch()
    assert await act(source, poll, ACK, text="looking") == f"acknowledged {name[:8]}"
    assert "already" in await act(source, poll, ACK)
    (entry,) = [one for one in alerta.alert(name)["history"] if one["type"] == "ack"]
    assert (entry["user"], entry["text"]) == (OURS, "Asha via oncall: looking (op-1)")
    poll = await source.fetch()
    assert poll.alerts[0].upstream is not None
    assert poll.alerts[0].upstream.acked_by.name == "Asha"
    await act(source, poll, UNACK, "op-2")
    await act(source, poll, UNACK, "op-2")
    assert alerta.alert(name)["status"] == "open"


async def test_a_snooze_shelves_it_until_then(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull")
    poll = await source.fetch()
    until = datetime.now(UTC) + timedelta(hours=3)
    await act(source, poll, SNOOZE, until=until)
    assert "already" in await act(source, poll, SNOOZE, until=until)
    (alert,) = (await source.fetch()).alerts
    assert alert.muted_until is not None
    assert abs(alert.muted_until - until) < timedelta(seconds=30)
    assert alert.muted_by == "shelved by Asha"
    later = until + timedelta(hours=1)
    await act(source, poll, SNOOZE, "op-2", until=later)
    (alert,) = (await source.fetch()).alerts
    assert alert.muted_until is not None
    assert abs(alert.muted_until - later) < timedelta(seconds=30)
    await act(source, poll, WAKE, "op-3")
    await act(source, poll, WAKE, "op-3")
    assert alerta.alert(name)["status"] == "open"


async def test_what_was_acked_and_shelved_is_both(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull")
    alerta.act(name, "ack")
    alerta.act(name, "shelve", timeout=0)
    poll = await source.fetch()
    (alert,) = poll.alerts
    assert alert.upstream is not None
    assert alert.upstream.acked
    assert alert.muted_by == f"shelved by {ADMIN}"
    assert "acknowledged before" in await act(source, poll, ACK)
    assert alerta.alert(name)["status"] == "ack"


async def test_acking_what_is_shelved_unshelves_it(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull")
    alerta.act(name, "shelve", timeout=3600)
    await act(source, await source.fetch(), ACK)
    assert alerta.alert(name)["status"] == "ack"


@pytest.mark.parametrize("before", ["open", "ack", "shelve"])
async def test_resolving_closes_it_and_reopening_opens_it(
    alerta: Alerta, source: Source, before: str
) -> None:
    name = alerta.send("DiskFull")
    if before != "open":
        alerta.act(name, before)
    poll = await source.fetch()
    await act(source, poll, RESOLVE, text="disk replaced")
    assert "already" in await act(source, poll, RESOLVE)
    assert alerta.alert(name)["status"] == "closed"
    ended = (await source.fetch()).ended
    assert [(one.how, one.by.name) for one in ended] == [(Ending.RESOLVED, "Asha")]
    await act(source, poll, REOPEN, "op-2")
    await act(source, poll, REOPEN, "op-2")
    assert alerta.alert(name)["status"] == "open"


async def test_a_note_is_written_once(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull")
    poll = await source.fetch()
    await act(source, poll, NOTE, text="disk ordered")
    await act(source, poll, NOTE, text="disk ordered")
    assert alerta.notes(name) == ["disk ordered\n(Asha via oncall, op-1)"]


async def test_what_became_of_those_that_left_the_list(alerta: Alerta, source: Source) -> None:
    names = {event: alerta.send(event) for event in ("Closed", "Recovered", "Deleted", "Stays")}
    before = await source.fetch()
    assert len(before.alerts) == 4
    alerta.act(names["Closed"], "close")
    alerta.send("Recovered", severity="normal")
    alerta.delete(names["Deleted"])
    poll = await source.fetch()
    assert [alert.name for alert in poll.alerts] == ["Stays"]
    ended = {one.ref.fingerprint: one for one in poll.ended}
    assert ended[names["Closed"]].by.email == ADMIN
    assert ended[names["Recovered"]].by.bot
    assert ended[names["Deleted"]].how is Ending.GONE
    assert poll.complete


async def test_what_is_gone_cannot_be_acted_on(alerta: Alerta, source: Source) -> None:
    name = alerta.send("DiskFull")
    poll = await source.fetch()
    alerta.delete(name)
    settled = await source.act(effect(ACK), incident(*poll.alerts), datetime.now(UTC))
    assert (settled.state, settled.text) == (EffectState.FAILED, f"{name[:8]} is no longer at Alerta")


async def test_a_key_that_may_only_read(alerta: Alerta) -> None:
    alerta.send("DiskFull")
    source = source_at(alerta, alerta.key(OURS, "read:alerts"))
    poll = await source.fetch()
    settled = await source.act(effect(ACK), incident(*poll.alerts), datetime.now(UTC))
    assert settled.state is EffectState.FAILED
    assert "forbids" in settled.text
    await source.close()


async def test_credentials_are_tried(alerta: Alerta, source: Source) -> None:
    assert (await source.prove()).missing == ()
    for key in ("no-such-key", alerta.key(OURS, "read:heartbeats")):
        bad = source_at(alerta, key)
        with pytest.raises(SourceError) as caught:
            await bad.prove()
        assert caught.value.parked
        assert key not in str(caught.value)
        await bad.close()
