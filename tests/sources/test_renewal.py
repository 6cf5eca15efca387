"""An ack's silence is extended, and one that somebody removed is not made again; the real server says the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.clock import SystemClock
from console.domain.alert import Alert
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import Settled
from console.sources.alertmanager import Source
from tests.fakes.alertmanager import FakeAlertmanager, Reply, record
from tests.servers.alertmanager import Alertmanager
from tests.sources.conftest import NOW, HeldClock, options_for
from tests.sources.incidents import asked_again, done, effect, incident
from tests.waiting import until

ACK = EffectKind.ACK
QUARTER = timedelta(minutes=15)


@dataclass
class Held:
    """Alerts of an incident that somebody has acked; ``first`` is what that did."""

    source: Source
    alerts: tuple[Alert, ...]
    first: Settled

    async def renew(self, now: datetime, name: str = "op-2", *alerts: Alert) -> Settled:
        ack, again = effect(ACK, "op-1"), effect(ACK, name, handle=self.first.handle)
        effects = [done(ack, self.first.handle, self.first.until), asked_again(again, "op-1")]
        return await self.source.act(again, incident(*(alerts or self.alerts), effects=effects), now)


@pytest.fixture
async def held(fake: FakeAlertmanager, clock: HeldClock) -> AsyncIterator[Held]:
    fake.alerts = [record("DiskFull", labels={"instance": name}) for name in "ab"]
    source = Source("prod", options_for(fake.url, ack="silence"), clock)
    alerts = (await source.fetch()).alerts
    yield Held(source, alerts, await source.act(effect(ACK, "op-1"), incident(*alerts), NOW))
    await source.close()


def live(fake: FakeAlertmanager) -> list[tuple[str, str]]:
    return [
        (one["id"], one["endsAt"]) for one in fake.silences.values() if one["status"]["state"] == "active"
    ]


async def test_the_same_silence_gets_a_later_end(fake: FakeAlertmanager, held: Held) -> None:
    again = await held.renew(NOW + timedelta(minutes=13))
    assert live(fake) == [(held.first.handle, "2026-01-05T09:32:00.000Z")]
    assert (again.state, again.text) == (EffectState.DONE, "silence extended until 09:32Z (3 matchers)")
    assert (again.handle, again.until) == (held.first.handle, NOW + 2 * QUARTER)


async def test_a_second_attempt_asks_for_nothing_more(fake: FakeAlertmanager, held: Held) -> None:
    first = await held.renew(NOW + timedelta(minutes=13))
    sent = len(fake.asked("/api/v2/silences", "POST"))
    assert await held.renew(NOW + timedelta(minutes=14)) == first
    assert len(fake.asked("/api/v2/silences", "POST")) == sent


async def test_a_server_that_replaces_it_gives_a_new_handle(fake: FakeAlertmanager, held: Held) -> None:
    fake.silences[held.first.handle]["startsAt"] = ""  # then it cannot be changed in place
    fake.now = "2026-01-05T09:15:00.000Z"
    again = await held.renew(NOW + timedelta(minutes=13))
    assert live(fake) == [(again.handle, "2026-01-05T09:32:00.000Z")]
    assert again.handle != held.first.handle
    assert await held.renew(NOW + timedelta(minutes=14)) == again  # what we replaced was not removed


async def test_one_that_has_run_out_is_made_anew_from_now(fake: FakeAlertmanager, held: Held) -> None:
    fake.silences[held.first.handle]["status"] = {"state": "expired"}
    again = await held.renew(NOW + timedelta(hours=1))
    assert live(fake) == [(again.handle, "2026-01-05T10:17:00.000Z")]
    assert again.handle != held.first.handle
    assert fake.silences[again.handle]["comment"] == "ACK! INC-42 by Asha via oncall (op-2)"
    assert fake.silences[again.handle]["createdBy"] == "Asha"


async def test_one_that_the_server_has_forgotten_is_made_anew(fake: FakeAlertmanager, held: Held) -> None:
    fake.silences.clear()
    again = await held.renew(NOW + timedelta(minutes=13))
    assert (again.state, live(fake)) == (EffectState.DONE, [(again.handle, "2026-01-05T09:32:00.000Z")])


async def test_one_that_somebody_removed_is_not_made_again(fake: FakeAlertmanager, held: Held) -> None:
    fake.expire(held.first.handle)
    again = await held.renew(NOW + timedelta(minutes=13))
    assert (again.state, again.text) == (EffectState.FAILED, "silence was removed at prod")
    assert live(fake) == []


async def test_with_one_of_several_removed_none_is_extended(fake: FakeAlertmanager, held: Held) -> None:
    fake.alerts.append(record("DiskFull", labels={"instance": "c"}))
    await held.source.fetch()
    apart = await held.source.act(effect(ACK, "op-1"), incident(*held.alerts), NOW)
    held.first = apart
    fake.expire(apart.handle.split()[0])
    again = await held.renew(NOW + timedelta(minutes=13))
    assert again.state is EffectState.FAILED
    assert {end for _, end in live(fake)} == {"2026-01-05T09:17:00.000Z"}


async def test_what_somebody_made_longer_stays_longer(fake: FakeAlertmanager, held: Held) -> None:
    fake.silences[held.first.handle]["endsAt"] = "2026-01-05T18:00:00.000Z"
    again = await held.renew(NOW + timedelta(minutes=13))
    assert again.until == datetime(2026, 1, 5, 18, tzinfo=UTC)
    assert live(fake) == [(held.first.handle, "2026-01-05T18:00:00.000Z")]


async def test_an_alert_that_joined_is_held_back_too(fake: FakeAlertmanager, held: Held) -> None:
    fake.alerts.append(record("DiskFull", labels={"instance": "c", "severity": "warning"}))
    alerts = (await held.source.fetch()).alerts
    again = await held.renew(NOW + timedelta(minutes=13), "op-2", *alerts)
    (wider,) = [one for one in fake.silences.values() if one["id"] == again.handle]
    assert {matcher["name"] for matcher in wider["matchers"]} == {"alertname", "service"}


async def test_with_nothing_firing_nothing_is_extended(fake: FakeAlertmanager, held: Held) -> None:
    ack, again = effect(ACK, "op-1"), effect(ACK, "op-2")
    effects = [done(ack, held.first.handle, held.first.until), asked_again(again, "op-1")]
    settled = await held.source.act(again, incident(cleared=held.alerts, effects=effects), NOW)
    assert (settled.state, settled.until) == (EffectState.DONE, None)
    assert live(fake) == [(held.first.handle, "2026-01-05T09:17:00.000Z")]


@pytest.mark.parametrize(
    "odd", [{"status": None}, {"id": "x", "matchers": 1}, 7, {"status": {"state": "active"}}]
)
async def test_odd_silences_are_passed_over(fake: FakeAlertmanager, held: Held, odd: Any) -> None:
    known = list(fake.silences.values())
    fake.replies.append(Reply.json([odd, *known]))
    again = await held.renew(NOW + timedelta(minutes=13))
    assert again.handle == held.first.handle


@pytest.fixture
async def really(alertmanager: Alertmanager) -> AsyncIterator[Source]:
    alertmanager.fire("DiskFull", service="orders-db", instance="a")
    made = Source("prod", options_for(alertmanager.url, ack="silence"), SystemClock())
    yield made
    await made.close()


async def acked(source: Source, now: datetime) -> Held:
    alerts = (await source.fetch()).alerts
    return Held(source, alerts, await source.act(effect(ACK, "op-1"), incident(*alerts), now))


async def test_the_real_server_extends_in_place(alertmanager: Alertmanager, really: Source) -> None:
    now = SystemClock().now()
    held = await acked(really, now)
    again = await held.renew(now)
    assert (again.state, again.until) == (EffectState.DONE, now + 2 * QUARTER)
    assert [one["id"] for one in alertmanager.silences()] == [held.first.handle] == [again.handle]
    assert await held.renew(now) == again
    assert (await really.fetch()).alerts[0].muted_until == again.until


async def test_what_was_removed_on_the_real_server_is_known(
    alertmanager: Alertmanager, really: Source
) -> None:
    held = await acked(really, SystemClock().now())
    alertmanager.client.delete(f"/api/v2/silence/{held.first.handle}").raise_for_status()
    again = await held.renew(SystemClock().now())
    assert (again.state, again.text) == (EffectState.FAILED, "silence was removed at prod")
    assert alertmanager.silences() == []


async def test_what_ran_out_on_the_real_server_is_made_anew(
    alertmanager: Alertmanager, really: Source
) -> None:
    held = await acked(really, SystemClock().now() - QUARTER + timedelta(seconds=1))
    await until(lambda: held.first.handle in {one["id"] for one in alertmanager.silences("expired")})
    now = SystemClock().now()
    again = await held.renew(now)
    assert (again.state, again.handle != held.first.handle) == (EffectState.DONE, True)
    assert [one["id"] for one in alertmanager.silences()] == [again.handle]
    assert again.until is not None
    assert now <= again.until <= SystemClock().now() + QUARTER
