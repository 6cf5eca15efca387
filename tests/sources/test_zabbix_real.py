"""A real Zabbix 6.0: what is listed, who did what, and every action that it has, twice.

What came later (suppressing, the token in a header) only the fake can show.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.clock import SystemClock
from console.domain.alert import Ending, Poll
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.sources.zabbix import Options, Source
from tests.servers.processes import until
from tests.servers.zabbix import Zabbix, zabbix
from tests.sources.incidents import effect, incident
from tests.waiting import PATIENCE

__all__ = ["zabbix"]

ACK, UNACK, SNOOZE = EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE
RESOLVE, NOTE = EffectKind.RESOLVE, EffectKind.NOTE


def source_at(zabbix: Zabbix, **more: Any) -> Source:
    table = {"url": zabbix.url, "token": zabbix.token, **more}
    return Source("zbx", Options.model_validate(table), SystemClock())


async def fetched(source: Source, key: str) -> Poll:
    poll = await source.fetch()
    alerts = tuple(alert for alert in poll.alerts if alert.name.startswith(key))
    return Poll(poll.source, alerts, poll.complete, poll.problems, poll.ended)


async def act(source: Source, poll: Poll, kind: EffectKind, name: str = "op-1", **more: Any) -> Settled:
    return await source.act(effect(kind, name, **more), incident(*poll.alerts), datetime.now(UTC))


async def test_a_problem_from_its_beginning_to_its_end(zabbix: Zabbix) -> None:
    tags = [{"tag": "service", "value": "orders-db"}]
    zabbix.trigger("disk", tags=tags, manual_close=1, comments="Runbook: https://runbooks.example/disk")
    event = zabbix.fires("disk")
    source = source_at(zabbix)
    poll = await fetched(source, "disk")
    (alert,) = poll.alerts
    assert (alert.name, alert.service, alert.priority) == ("disk is full", "orders-db", Priority.P1)
    assert (alert.ref.fingerprint, alert.label("host")) == (event, "db-1")
    assert alert.runbook_url == "https://runbooks.example/disk"
    assert alert.started_at is not None
    assert abs(alert.started_at - datetime.now(UTC)) < timedelta(minutes=1)

    for _ in range(2):
        settled = await act(source, poll, ACK, text="looking")
        assert settled.state is EffectState.DONE, settled.text
    assert [one["message"] for one in zabbix.event(event)["acknowledges"]] == [
        "Asha via oncall: looking (op-1)"
    ]
    poll = await fetched(source, "disk")
    assert poll.alerts[0].upstream is not None
    assert (poll.alerts[0].upstream.acked, poll.alerts[0].upstream.acked_by.name) == (True, "Asha")

    for _ in range(2):
        assert (await act(source, poll, UNACK, "op-2")).state is EffectState.DONE
    assert zabbix.event(event)["acknowledged"] == "0"
    zabbix.call("event.acknowledge", {"eventids": [event], "action": 2})
    poll = await fetched(source, "disk")
    assert poll.alerts[0].upstream is not None
    assert poll.alerts[0].upstream.acked_by.name == "Zabbix Administrator"

    for _ in range(2):
        assert (await act(source, poll, NOTE, "op-3", text="disk ordered")).state is EffectState.DONE
    written = [one["message"] for one in zabbix.event(event)["acknowledges"] if "ordered" in one["message"]]
    assert written == ["disk ordered\n(Asha via oncall, op-3)"]

    settled = await act(source, poll, SNOOZE, "op-4", until=datetime.now(UTC) + timedelta(hours=1))
    assert settled.text == "not suppressed: Zabbix 6.0 cannot do that, 6.2 and later can"

    for _ in range(2):
        assert (await act(source, poll, RESOLVE, "op-5")).state is EffectState.DONE
    until(lambda: not zabbix.problems("disk"), PATIENCE)
    poll = await fetched(source, "disk")
    assert [(one.how, one.by.name) for one in poll.ended] == [(Ending.RESOLVED, "Asha")]
    assert poll.complete
    await source.close()


async def test_one_that_must_recover_by_itself(zabbix: Zabbix) -> None:
    zabbix.trigger("swap")
    zabbix.fires("swap")
    source = source_at(zabbix)
    poll = await fetched(source, "swap")
    assert poll.alerts[0].service == "db-1"
    settled = await act(source, poll, RESOLVE)
    assert (settled.state, "does not allow it" in settled.text) == (EffectState.FAILED, True)
    zabbix.recovers("swap")
    (ended,) = (await fetched(source, "swap")).ended
    assert (ended.how, ended.by.bot) == (Ending.RESOLVED, True)
    await source.close()


async def test_a_user_who_may_do_less(zabbix: Zabbix) -> None:
    zabbix.trigger("load", manual_close=1)
    zabbix.fires("load")
    source = source_at(zabbix, token=zabbix.reader())
    proof = await source.prove()
    assert proof.identity.startswith("u")
    assert proof.missing == ("close_problems: needed to close",)
    poll = await fetched(source, "load")
    settled = await act(source, poll, RESOLVE)
    assert settled.state is EffectState.FAILED
    assert (await act(source, poll, ACK)).state is EffectState.DONE
    await source.close()


async def test_a_token_that_is_none(zabbix: Zabbix) -> None:
    source = source_at(zabbix, token="0" * 64)
    for work in (source.fetch, source.prove):
        with pytest.raises(SourceError) as caught:
            await work()
        assert caught.value.parked
    await source.close()
