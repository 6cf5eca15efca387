"""What is done in Zenduty when something is done here, and what is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.ports.store import OutboxEntry
from console.sources.zenduty import Options, Source
from tests.fakes.http import Reply, serving
from tests.fakes.zenduty import FakeZenduty, record
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import PEOPLE, effect, incident

POLICY = "ep-night"


@pytest.fixture
def desk() -> Iterator[FakeZenduty]:
    with serving(FakeZenduty()) as server:
        yield server


@pytest.fixture
async def source(desk: FakeZenduty, clock: HeldClock) -> AsyncIterator[Source]:
    table = {"url": desk.url, "token": "made-up", "escalation_policy": POLICY}
    made = Source("zen", Options.model_validate(table), clock)
    yield made
    await made.close()


def put(desk: FakeZenduty, **changes: Any) -> None:
    desk.incidents = {"a": record("zA", **changes)}


async def act(source: Source, order: OutboxEntry) -> Settled:
    """Carry out an effect on the incident that the source listed."""
    found = (await source.fetch()).alerts
    return await source.act(order, incident(*found), NOW, PEOPLE)


@pytest.mark.parametrize(
    ("order", "change", "words"),
    [
        (effect(EffectKind.ACK), {"status": 2}, "acknowledged #12"),
        (effect(EffectKind.RESOLVE), {"status": 3}, "resolved #12"),
        (
            effect(EffectKind.ASSIGN, text="Budi"),
            {"assigned_to": "u-budi"},
            "assigned #12 to Budi@ops.example",
        ),
        (
            effect(EffectKind.ESCALATE, text="2"),
            {"escalation_policy": POLICY},
            "handed #12 to the escalation policy of the config",
        ),
    ],
)
async def test_a_change_is_made_by_the_incidents_id(
    source: Source, desk: FakeZenduty, order: OutboxEntry, change: Any, words: str
) -> None:
    put(desk)
    assert await act(source, order) == Settled(EffectState.DONE, words)
    assert desk.changes == [("zA", change)]
    assert desk.requests[-1].path == "/api/incidents/zA/"


@pytest.mark.parametrize(
    ("order", "now", "words"),
    [
        (effect(EffectKind.ACK), {"status": 2}, "#12 was acknowledged already"),
        (effect(EffectKind.ACK), {"status": 3}, "#12 was resolved already"),
        (effect(EffectKind.RESOLVE, text="fixed"), {"status": 3}, "#12 was resolved already"),
        (
            effect(EffectKind.ASSIGN, text="Asha"),
            {"assigned_to": "u-asha"},
            "#12 was assigned to asha@ops.example already",
        ),
        (
            effect(EffectKind.ESCALATE, text="1"),
            {"escalation_policy": POLICY, "escalation_policy_object": {"name": "Night"}},
            "#12 is with the escalation policy Night already",
        ),
    ],
)
async def test_what_is_so_already_is_left_alone(
    source: Source, desk: FakeZenduty, order: OutboxEntry, now: Any, words: str
) -> None:
    put(desk)
    found = (await source.fetch()).alerts
    desk.incidents["a"] |= now
    assert await source.act(order, incident(*found), NOW, PEOPLE) == Settled(EffectState.DONE, words)
    assert desk.changes == []
    assert desk.notes == {}


async def test_a_note_is_added_once(source: Source, desk: FakeZenduty) -> None:
    put(desk)
    order = effect(EffectKind.NOTE, text="the disk grows")
    for words in ("note added to #12", "the note is on #12 already"):
        assert await act(source, order) == Settled(EffectState.DONE, words)
    assert desk.notes == {"zA": [{"note": "the disk grows\n(Asha via oncall, op-1)"}]}


async def test_the_note_of_a_resolve_is_added_before_it(source: Source, desk: FakeZenduty) -> None:
    put(desk)
    order = effect(EffectKind.RESOLVE, text="disk grown")
    assert await act(source, order) == Settled(EffectState.DONE, "resolved #12")
    assert [note["note"] for note in desk.notes["zA"]] == ["disk grown\n(Asha via oncall, op-1)"]
    assert desk.changes == [("zA", {"status": 3})]


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (EffectKind.ASSIGN, "Dewi", "Dewi has no email contact"),
        (EffectKind.ASSIGN, "Citra", "no member of the account has the address citra@ops.example"),
        (EffectKind.UNACK, "", "cannot take an ack back"),
        (EffectKind.SNOOZE, "", "cannot snooze it"),
        (EffectKind.REOPEN, "", "cannot reopen it"),
        (EffectKind.PUBLISH, "", "knows nothing like it"),
    ],
)
async def test_what_will_not_do_is_said_with_its_reason(
    source: Source, desk: FakeZenduty, kind: EffectKind, text: str, words: str
) -> None:
    put(desk)
    settled = await act(source, effect(kind, text=text))
    assert settled.state is EffectState.FAILED
    assert words in settled.text
    assert desk.changes == []


@pytest.mark.parametrize("kind", [EffectKind.ASSIGN, EffectKind.ESCALATE])
async def test_a_resolved_one_is_not_acted_on(source: Source, desk: FakeZenduty, kind: EffectKind) -> None:
    put(desk)
    found = (await source.fetch()).alerts
    desk.incidents["a"]["status"] = 3
    settled = await source.act(effect(kind, text="Budi"), incident(*found), NOW, PEOPLE)
    assert settled.state is EffectState.FAILED
    assert settled.text.endswith("#12 is resolved there")


async def test_a_deleted_one_is_said_to_be_gone(source: Source, desk: FakeZenduty) -> None:
    put(desk)
    found = (await source.fetch()).alerts
    desk.incidents.clear()
    settled = await source.act(effect(EffectKind.ACK), incident(*found), NOW, PEOPLE)
    assert settled == Settled(EffectState.FAILED, "#12 is no longer at Zenduty")


async def test_after_a_merge_here_each_is_acted_on(source: Source, desk: FakeZenduty) -> None:
    desk.incidents = {"a": record("zA", 12), "b": record("zB", 13, status=2)}
    settled = await act(source, effect(EffectKind.ACK))
    assert settled == Settled(EffectState.DONE, "acknowledged #12; #13 was acknowledged already")


async def test_without_an_escalation_policy_nothing_is_handed_over(desk: FakeZenduty) -> None:
    source = Source("zen", Options.model_validate({"url": desk.url, "token": "made-up"}), HeldClock())
    put(desk)
    settled = await act(source, effect(EffectKind.ESCALATE, text="1"))
    assert settled == Settled(EffectState.FAILED, "not escalated: the config names no escalation_policy")
    await source.close()


async def test_a_failure_that_may_pass_is_raised(source: Source, desk: FakeZenduty) -> None:
    put(desk)
    found = incident(*(await source.fetch()).alerts)
    desk.replies.append(Reply(500))
    with pytest.raises(SourceError):
        await source.act(effect(EffectKind.ACK), found, NOW, PEOPLE)
    desk.forbidden.add("/api/incidents/zA/")
    settled = await source.act(effect(EffectKind.ACK), found, NOW, PEOPLE)
    assert settled.state is EffectState.FAILED
    assert "403" in settled.text
    desk.replies.append(Reply(429, b"{}", {"Retry-After": "60"}))
    with pytest.raises(SourceError) as caught:
        await source.act(effect(EffectKind.ACK), found, NOW, PEOPLE)
    assert caught.value.retry_after == 60
