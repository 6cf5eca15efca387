"""What is done in PagerDuty when something is done here, in whose name, and what is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.pagerduty import Options, Source
from tests.fakes.http import Reply, serving
from tests.fakes.pagerduty import FakePagerDuty, record
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import PEOPLE, effect, incident

ALL = [kind.value for kind in Options.DOES]


@pytest.fixture
def desk() -> Iterator[FakePagerDuty]:
    with serving(FakePagerDuty()) as server:
        yield server


def options(desk: FakePagerDuty, **more: Any) -> Options:
    return Options.model_validate({"url": desk.url, "token": "made-up", "actions": ALL, **more})


@pytest.fixture
async def source(desk: FakePagerDuty, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("pd", options(desk), clock)
    yield made
    await made.close()


def put(desk: FakePagerDuty, **changes: Any) -> None:
    desk.incidents = {"P1": record("P1", **changes)}


async def act(source: Source, order: OutboxEntry) -> Settled:
    """Carry out an effect on the incident that the source listed."""
    found = (await source.fetch()).alerts
    return await source.act(order, incident(*found), NOW, PEOPLE)


TO_BUDI = {"assignments": [{"assignee": {"id": "PBUDI", "type": "user_reference"}}]}
GROWN = {"status": "resolved", "resolution": "disk grown"}


@pytest.mark.parametrize(
    ("order", "change", "words"),
    [
        (effect(EffectKind.ACK), {"status": "acknowledged"}, "acknowledged #12"),
        (effect(EffectKind.RESOLVE), {"status": "resolved"}, "resolved #12"),
        (effect(EffectKind.RESOLVE, text="disk grown"), GROWN, "resolved #12"),
        (effect(EffectKind.ESCALATE, text="1"), {"escalation_level": 2}, "escalated #12 to level 2"),
        (effect(EffectKind.ASSIGN, text="Budi"), TO_BUDI, "assigned #12 to Budi@ops.example"),
    ],
)
async def test_a_change_is_made_in_the_name_of_whoever_made_it_here(
    source: Source, desk: FakePagerDuty, order: OutboxEntry, change: Any, words: str
) -> None:
    put(desk)
    assert await act(source, order) == Settled(EffectState.DONE, words)
    assert desk.changes == [("asha@ops.example", change)]


@pytest.mark.parametrize(
    ("order", "status", "words"),
    [
        (effect(EffectKind.ACK), "acknowledged", "#12 was acknowledged already"),
        (effect(EffectKind.ACK), "resolved", "#12 was resolved already"),  # an ack would reopen it
        (effect(EffectKind.RESOLVE), "resolved", "#12 was resolved already"),
        (effect(EffectKind.REOPEN), "triggered", "#12 was open already"),
        (effect(EffectKind.ASSIGN, text="Asha"), "triggered", "#12 was assigned to asha@ops.example already"),
        (effect(EffectKind.SNOOZE, until=NOW), "triggered", "nothing to snooze: the time is over"),
    ],
)
async def test_what_is_so_already_is_left_alone(
    source: Source, desk: FakePagerDuty, order: OutboxEntry, status: str, words: str
) -> None:
    put(desk, assignments=[{"assignee": {"id": "PASHA"}}])
    found = (await source.fetch()).alerts
    desk.incidents["P1"]["status"] = status
    assert await source.act(order, incident(*found), NOW, PEOPLE) == Settled(EffectState.DONE, words)
    assert desk.changes == []


async def test_a_resolved_one_is_reopened(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    found = (await source.fetch()).alerts
    desk.incidents["P1"]["status"] = "resolved"
    done = await source.act(effect(EffectKind.REOPEN), incident(cleared=found), NOW, PEOPLE)
    assert done == Settled(EffectState.DONE, "reopened #12")
    assert desk.changes == [("asha@ops.example", {"status": "triggered"})]


async def test_a_snooze_is_cut_to_what_is_possible(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    until = NOW + timedelta(minutes=30)
    done = await act(source, effect(EffectKind.SNOOZE, until=until))
    assert done == Settled(
        EffectState.DONE, "snoozed #12 until 05 Jan 09:32Z, which acknowledged it too", until=until
    )
    longest = await act(source, effect(EffectKind.SNOOZE, until=NOW + timedelta(days=30)))
    assert longest.until == NOW + timedelta(days=7)
    assert [change for _, change in desk.changes] == [{"duration": 1800}, {"duration": 604_800}]


async def test_a_note_is_added_once(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    order = effect(EffectKind.NOTE, text="the disk grows")
    for words in ("note added to #12", "the note is on #12 already"):
        assert await act(source, order) == Settled(EffectState.DONE, words)
    assert [note["content"] for note in desk.notes["P1"]] == ["the disk grows\n(Asha via oncall, op-1)"]


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (EffectKind.ASSIGN, "Dewi", "Dewi has no email contact"),
        (EffectKind.ASSIGN, "Citra", "no user of PagerDuty has the address citra@ops.example; invite them"),
        (EffectKind.ESCALATE, "9", "Escalation level is not in the policy"),
        (EffectKind.ESCALATE, "the boss", '"the boss" is no level'),
        (EffectKind.UNACK, "", "cannot take an ack back"),
        (EffectKind.WAKE, "", "cannot end a snooze early"),
    ],
)
async def test_what_will_not_do_is_said_with_its_reason(
    source: Source, desk: FakePagerDuty, kind: EffectKind, text: str, words: str
) -> None:
    put(desk)
    settled = await act(source, effect(kind, text=text))
    assert settled.state is EffectState.FAILED
    assert words in settled.text


@pytest.mark.parametrize("kind", [EffectKind.SNOOZE, EffectKind.ASSIGN, EffectKind.ESCALATE])
async def test_a_resolved_one_is_not_acted_on(source: Source, desk: FakePagerDuty, kind: EffectKind) -> None:
    put(desk)
    found = (await source.fetch()).alerts
    desk.incidents["P1"]["status"] = "resolved"
    more = effect(kind, text="Budi", until=NOW + timedelta(hours=1))
    settled = await source.act(more, incident(*found), NOW, PEOPLE)
    assert settled.state is EffectState.FAILED
    assert settled.text.endswith("#12 is resolved there")


async def test_a_deleted_one_is_said_to_be_gone(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    found = (await source.fetch()).alerts
    desk.incidents.clear()
    settled = await source.act(effect(EffectKind.ACK), incident(*found), NOW, PEOPLE)
    assert settled == Settled(EffectState.FAILED, "#12 is no longer at PagerDuty")


async def test_without_an_incident_of_its_there_is_nothing_to_act_on(source: Source) -> None:
    settled = await source.act(effect(EffectKind.ACK), incident(), NOW, PEOPLE)
    assert settled == Settled(EffectState.FAILED, "nothing to act on: no incident of pd belongs to it")


async def test_a_failure_that_may_pass_is_raised(source: Source, desk: FakePagerDuty) -> None:
    put(desk)
    found = incident(*(await source.fetch()).alerts)
    desk.replies.append(Reply.json({"incident": {}}))
    with pytest.raises(SourceError, match="cannot be read"):
        await source.act(effect(EffectKind.ACK), found, NOW, PEOPLE)
    desk.forbidden.add("/incidents/P1")
    settled = await source.act(effect(EffectKind.ACK), found, NOW, PEOPLE)
    assert settled.state is EffectState.FAILED
    assert "403" in settled.text
    desk.replies.append(Reply(429, b"{}", {"Retry-After": "30"}))
    with pytest.raises(SourceError) as caught:
        await source.act(effect(EffectKind.ACK), found, NOW, PEOPLE)
    assert caught.value.retry_after == 30


# -- In whose name


@pytest.mark.parametrize(
    ("owner", "more", "actor", "sender"),
    [
        ("budi@ops.example", {}, "Asha", "asha@ops.example"),
        ("budi@ops.example", {}, "Dewi", "budi@ops.example"),
        ("budi@ops.example", {}, "Citra", "budi@ops.example"),  # PagerDuty does not know Citra
        ("", {"from_email": "budi@ops.example"}, "Dewi", "budi@ops.example"),
        ("", {}, "Asha", "asha@ops.example"),
    ],
)
async def test_who_acts_there(desk: FakePagerDuty, owner: str, more: Any, actor: str, sender: str) -> None:
    desk.owner = owner
    source = Source("pd", options(desk, **more), HeldClock())
    put(desk)
    settled = await act(source, replace(effect(EffectKind.ACK), actor=actor))
    assert settled == Settled(EffectState.DONE, "acknowledged #12")
    assert [who for who, _ in desk.changes] == [sender]
    await source.close()


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        ("Dewi", "PagerDuty must be told who acts: set from_email"),
        ("Citra", "knows no user citra@ops.example"),
    ],
)
async def test_without_a_sender_it_is_said_what_to_do(
    source: Source, desk: FakePagerDuty, actor: str, words: str
) -> None:
    desk.owner = ""
    put(desk)
    settled = await act(source, replace(effect(EffectKind.ACK), actor=actor))
    assert settled.state is EffectState.FAILED
    assert words in settled.text
    assert desk.changes == []
