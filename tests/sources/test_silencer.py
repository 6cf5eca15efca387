"""Silences against the fake; that the real server agrees is in ``test_real.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.alertmanager import Source
from console.sources.alertmanager.silencer import plan
from tests.fakes.alertmanager import FakeAlertmanager, Reply, fake_alertmanager, record
from tests.servers.alertmanager import free_port
from tests.sources.conftest import NOW, HeldClock, options_for
from tests.sources.incidents import done, effect, incident

ACK, UNACK, SNOOZE, WAKE = EffectKind.ACK, EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.WAKE
EVENING = NOW + timedelta(hours=3)


@pytest.fixture
async def source(fake: FakeAlertmanager, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options_for(fake.url, ack="silence", snooze="silence"), clock)
    yield made
    await made.close()


def disks(*instances: str, **labels: str) -> list[dict[str, Any]]:
    return [record("DiskFull", labels={"instance": name, **labels}) for name in instances]


def matchers(silence: dict[str, Any]) -> dict[str, str]:
    assert all(matcher["isEqual"] and not matcher["isRegex"] for matcher in silence["matchers"])
    return {matcher["name"]: matcher["value"] for matcher in silence["matchers"]}


async def test_an_ack_silences_what_the_alerts_have_in_common(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = [*disks("a", "b"), record("Other")]
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(ACK, text="looking"), incident(*alerts[:2]), NOW)
    (silence,) = fake.silences.values()
    assert matchers(silence) == {"alertname": "DiskFull", "service": "orders-db", "severity": "critical"}
    assert silence["createdBy"] == "Asha"
    assert silence["comment"] == "ACK! INC-42 by Asha via oncall: looking (op-1)"
    assert silence["endsAt"] == "2026-01-05T09:17:00.000Z"
    assert settled.state is EffectState.DONE
    assert settled.text == "silenced until 09:17Z (3 matchers)"
    assert settled.until == NOW + timedelta(minutes=15)
    assert settled.handle == silence["id"]


async def test_a_single_alert_is_silenced_exactly(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    await source.act(effect(ACK), incident(*alerts), NOW)
    (silence,) = fake.silences.values()
    assert matchers(silence)["instance"] == "a"


async def test_a_silence_never_covers_an_alert_of_another_incident(
    fake: FakeAlertmanager, source: Source
) -> None:
    fake.alerts = disks("a", "b", "c")
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(SNOOZE, until=EVENING), incident(*alerts[:2]), NOW)
    assert sorted(matchers(silence)["instance"] for silence in fake.silences.values()) == ["a", "b"]
    assert settled.text == "silenced until 12:02Z (2 silences)"
    assert set(settled.handle.split()) == set(fake.silences)
    assert settled.until == EVENING


@pytest.mark.parametrize(
    ("members", "others", "wanted"),
    [
        ([{"alertname": "A", "job": "j", "i": "1"}, {"alertname": "A", "job": "j"}], [], [{"alertname": "A", "job": "j"}]),
        ([{"alertname": "A"}], [], []),
        ([{"job": "j", "i": "1"}], [], []),
        ([{"alertname": "A", "job": ""}], [], []),
        ([{"alertname": "A", "i": "1"}, {"alertname": "A", "i": "2"}], [], [{"alertname": "A", "i": "1"}, {"alertname": "A", "i": "2"}]),
        ([{"alertname": "A", "i": "1"}, {"alertname": "A"}], [], []),
        ([{"alertname": "A", "j": "1"}], [{"alertname": "A", "j": "1", "k": "2"}], [{"alertname": "A", "j": "1"}]),
        ([{"alertname": f"A{n}", "i": "1"} for n in range(21)], [], []),
    ],
)  # fmt: skip
def test_how_wide_a_silence_is(members: Any, others: Any, wanted: Any) -> None:
    assert list(plan(members, others)) == wanted


async def test_too_little_in_common_is_refused_in_words(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = [{"labels": {"alertname": "DiskFull"}}]
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert "too few labels" in settled.text
    assert fake.silences == {}


async def test_labels_go_to_the_server_as_it_has_them(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a\x1b[1m  b\n" + "c" * 900)
    alerts = (await source.fetch()).alerts
    await source.act(effect(ACK, text="so\n\udce4"), incident(*alerts), NOW)
    (silence,) = fake.silences.values()
    assert silence["comment"] == "ACK! INC-42 by Asha via oncall: so ⏎ \ufffd (op-1)"
    assert matchers(silence)["instance"] == "a\x1b[1m  b\n" + "c" * 900


async def test_an_alert_that_was_never_polled_here_is_silenced_by_what_we_know(
    fake: FakeAlertmanager, source: Source, clock: HeldClock
) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    fresh = Source("prod", options_for(fake.url, ack="silence"), clock)
    await fresh.act(effect(ACK), incident(*alerts), NOW)
    await fresh.close()
    (silence,) = fake.silences.values()
    assert matchers(silence) == dict(alerts[0].labels)


async def test_nothing_firing_needs_no_silence(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(ACK), incident(cleared=alerts), NOW)
    assert (settled.state, settled.text) == (EffectState.DONE, "nothing to silence: its alerts have cleared")
    late = await source.act(effect(SNOOZE, until=NOW), incident(*alerts), NOW)
    assert (late.state, late.text) == (EffectState.DONE, "nothing to silence: the time is over")
    assert fake.silences == {}


async def test_doing_it_again_makes_no_second_silence(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a", "b")
    alerts = (await source.fetch()).alerts
    first = await source.act(effect(ACK), incident(*alerts), NOW)
    again = await source.act(effect(ACK), incident(*alerts), NOW)
    assert len(fake.silences) == 1
    assert again == first


async def test_a_new_snooze_extends_the_silence(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    entry = effect(SNOOZE, "op-1", until=NOW + timedelta(hours=1))
    first = await source.act(entry, incident(*alerts), NOW)
    longer = effect(SNOOZE, "op-2", until=EVENING)
    await source.act(longer, incident(*alerts, effects=[done(entry, first.handle)]), NOW)
    assert fake.asked("/api/v2/silences", "POST")[-1].body["id"] == first.handle
    live = [silence for silence in fake.silences.values() if silence["status"]["state"] == "active"]
    assert [silence["endsAt"] for silence in live] == ["2026-01-05T12:02:00.000Z"]


async def test_waking_ends_the_snooze_and_leaves_the_ack(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    ack, snooze = effect(ACK, "op-1"), effect(SNOOZE, "op-2", until=EVENING)
    acked = await source.act(ack, incident(*alerts), NOW)
    snoozed = await source.act(snooze, incident(*alerts, effects=[done(ack, acked.handle)]), NOW)
    whole = incident(*alerts, effects=[done(ack, acked.handle), done(snooze, snoozed.handle)])
    woken = await source.act(effect(WAKE, "op-3", handle=snoozed.handle), whole, NOW)
    assert (woken.state, woken.text) == (EffectState.DONE, "silence ended")
    states = {silence["comment"].split()[0]: silence["status"]["state"] for silence in fake.silences.values()}
    assert states == {"ACK!": "active", "Snoozed:": "expired"}
    again = await source.act(effect(WAKE, "op-3", handle=snoozed.handle), whole, NOW)
    assert (again.state, again.text) == (EffectState.DONE, "no longer silenced")


async def test_a_silence_whose_answer_was_lost_is_found_by_its_comment(
    fake: FakeAlertmanager, source: Source
) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    ack = effect(ACK, "op-1")
    await source.act(ack, incident(*alerts), NOW)
    ended = await source.act(effect(UNACK, "op-2"), incident(*alerts, effects=[done(ack, "")]), NOW)
    assert ended.text == "silence ended"


async def test_silences_of_others_are_left_alone(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    fake.silences["theirs"] = {
        "id": "theirs",
        "matchers": [{"name": key, "value": value} for key, value in alerts[0].labels],
        "comment": "ACK! INC-42 by Budi via oncall (op-7)",
        "status": {"state": "active"},
    }
    fake.silences["odd"] = {"status": None}
    ack = effect(ACK)
    settled = await source.act(ack, incident(*alerts), NOW)
    assert settled.handle not in {"theirs", ""}
    await source.act(effect(UNACK, "op-2"), incident(*alerts, effects=[done(ack, settled.handle)]), NOW)
    assert fake.silences["theirs"]["status"]["state"] == "active"


async def test_the_first_server_that_takes_it_is_enough(clock: HeldClock) -> None:
    with fake_alertmanager() as alive:
        dead = f"http://127.0.0.1:{free_port()}"
        alive.alerts = disks("a")
        source = Source("prod", options_for(dead, alive.url, ack="silence"), clock)
        alerts = (await source.fetch()).alerts
        settled = await source.act(effect(ACK), incident(*alerts), NOW)
        await source.close()
        assert settled.handle in alive.silences


async def test_trouble_is_tried_again_and_a_no_is_a_no(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    fake.replies.append(Reply(500))
    with pytest.raises(SourceError, match="in trouble"):
        await source.act(effect(ACK), incident(*alerts), NOW)
    fake.replies.append(Reply(403))
    settled = await source.act(effect(ACK), incident(*alerts), NOW)
    assert settled.state is EffectState.FAILED
    assert "forbids this (403): check what the token may do" in settled.text
    fake.replies.extend([Reply.json([]), Reply.json("ok")])
    with pytest.raises(SourceError, match="did not say which silence it made"):
        await source.act(effect(ACK), incident(*alerts), NOW)


async def test_what_it_cannot_do_it_says(source: Source) -> None:
    settled = await source.act(effect(EffectKind.RESOLVE), incident(), NOW)
    assert (settled.state, settled.text) == (EffectState.FAILED, "an Alertmanager knows no resolve")


async def test_a_day_later_is_said_with_its_date(fake: FakeAlertmanager, source: Source) -> None:
    fake.alerts = disks("a")
    alerts = (await source.fetch()).alerts
    settled = await source.act(effect(SNOOZE, until=NOW + timedelta(days=2)), incident(*alerts), NOW)
    assert settled.text == "silenced until 07 Jan 09:02Z (4 matchers)"
