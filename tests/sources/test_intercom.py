"""Intercom: what is open, what is done there, and that no customer is ever written to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from console.domain.alert import Alert, Ending, Upstream
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Proof, Settled
from console.sources.intercom import Options, Source, parse
from tests.fakes.http import Reply, serving
from tests.fakes.intercom import ASHA, BUDI, CREATED, FakeIntercom, conversation, ticket
from tests.paths import SHARED, needs_shared
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

PEOPLE = {
    name: Person(name, name, (("email", f"{name.casefold()}@ops.example"),))
    for name in ("Asha", "Budi", "Eko")
}
UNTIL = NOW + timedelta(hours=2)
SEEN = int(UNTIL.timestamp())
BOTH = pytest.mark.parametrize("kind", ["conversation", "ticket"])


def options(fake: FakeIntercom, **more: Any) -> Options:
    return Options.model_validate({"url": fake.url, "token": "intercom-secret", **more})


@pytest.fixture
def intercom() -> Iterator[FakeIntercom]:
    with serving(FakeIntercom()) as fake:
        fake.conversations = [
            conversation(11),
            conversation(12, "<p>Too slow</p>", admin_assignee_id=int(BUDI)),
        ]
        fake.tickets = [ticket(611)]
        yield fake


@pytest.fixture
async def source(intercom: FakeIntercom, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options(intercom), clock)
    yield made
    await made.close()


async def first(source: Source, kind: str, number: int = 0) -> Alert:
    alerts = (await source.fetch()).alerts
    return [one for one in alerts if one.ref.fingerprint.startswith(kind)][number]


async def act(source: Source, kind: EffectKind, alert: Alert, **more: Any) -> Settled:
    until = UNTIL if kind is EffectKind.SNOOZE else None
    return await source.act(effect(kind, until=until, **more), incident(alert), NOW, PEOPLE)


def of(alert: Alert) -> Upstream:
    assert alert.upstream is not None
    return alert.upstream


def stands(intercom: FakeIntercom, kind: str) -> Any:
    return intercom.conversations[0] if kind == "conversation" else intercom.tickets[0]


# Reading


async def test_both_lists_are_read_with_the_version_we_know(source: Source, intercom: FakeIntercom) -> None:
    poll = await source.fetch()
    assert [one.ref.fingerprint for one in poll.alerts] == [
        "conversation-11",
        "conversation-12",
        "ticket-611",
    ]
    assert {one.headers["Intercom-Version"] for one in intercom.requests} == {"2.15"}
    assert [of(one).reference for one in poll.alerts] == ["11", "12", "#111"]
    assert poll.alerts[0].links[0].url == "https://app.intercom.com/a/inbox/ws1/inbox/conversation/11"


async def test_who_has_it_is_named_and_asked_for_once_an_hour(
    source: Source, intercom: FakeIntercom, clock: HeldClock
) -> None:
    alert = await first(source, "conversation", 1)
    assert (of(alert).acked, of(alert).acked_by.name, of(alert).acked_by.email) == (
        True,
        "Budi",
        "budi@ops.example",
    )
    await source.fetch()
    assert len(intercom.asked("/admins")) == 1
    clock.pass_(3601)
    await source.fetch()
    assert len(intercom.asked("/admins")) == 2


async def test_names_are_done_without_where_they_may_not_be_read(
    source: Source, intercom: FakeIntercom
) -> None:
    listing = Reply.json({"conversations": [conversation(12, admin_assignee_id=902)]})
    intercom.replies.extend([listing, Reply.json({"tickets": []}), Reply(403, b"{}")])
    (alert,) = (await source.fetch()).alerts
    assert of(alert).assignees == ("902",)


async def test_filters_are_sent_as_intercom_wants_them(intercom: FakeIntercom, clock: HeldClock) -> None:
    source = Source("prod", options(intercom, teams=[7], tags=[3, 4]), clock)
    await source.fetch()
    (asked,) = intercom.asked("/conversations/search", "POST")
    assert asked.body["query"]["value"] == [
        {"field": "open", "operator": "=", "value": True},
        {"field": "team_assignee_id", "operator": "IN", "value": [7]},
        {
            "operator": "OR",
            "value": [{"field": "tag_ids", "operator": "=", "value": tag} for tag in ("3", "4")],
        },
    ]
    (asked,) = intercom.asked("/tickets/search", "POST")
    assert asked.body["query"]["value"][1:] == [
        {"field": "team_assignee_id", "operator": "IN", "value": ["7"]}
    ]
    await source.close()


async def test_what_is_beyond_the_cap_is_said(
    source: Source, intercom: FakeIntercom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.intercom.api.MOST", 150)
    intercom.conversations = [conversation(number) for number in range(1, 181)]
    poll = await source.fetch()
    assert not poll.complete
    assert "30 conversations beyond the first" in poll.problems[0]


async def test_a_cursor_that_goes_in_circles_is_given_up(source: Source, intercom: FakeIntercom) -> None:
    page = {"conversations": [], "pages": {"next": {"starting_after": "again"}}}
    intercom.replies.extend([Reply.json(page)] * 3)
    with pytest.raises(SourceError, match="over and over"):
        await source.fetch()


async def test_what_left_the_list_is_looked_up(source: Source, intercom: FakeIntercom) -> None:
    await source.fetch()
    author = {"type": "admin", "id": ASHA, "name": "Asha"}
    part = {"part_type": "close", "author": author, "created_at": CREATED + 60}
    intercom.conversations[0].update(
        open=False, state="closed", conversation_parts={"conversation_parts": [part]}
    )
    intercom.conversations[1].update(
        open=False, state="closed", statistics={"last_closed_by_id": BUDI, "last_close_at": CREATED + 90}
    )
    intercom.unfound = {"611"}
    poll = await source.fetch()
    assert [(one.how, one.by.name) for one in poll.ended] == [
        (Ending.RESOLVED, "Asha"),
        (Ending.RESOLVED, "Budi"),
    ]
    assert [one.ref.fingerprint for one in poll.alerts] == ["ticket-611"]  # the search is only behind
    assert poll.complete


def test_a_closing_bot_is_no_person() -> None:
    from console.sources.base.reading.records import Record  # noqa: PLC0415 - only here
    from console.sources.intercom.reader import InboxReader  # noqa: PLC0415 - only here

    author = {"type": "bot", "id": "1", "name": "Fin", "from_ai_agent": True}
    closed = conversation(
        1,
        state="closed",
        conversation_parts={"conversation_parts": [{"part_type": "close", "author": author}]},
    )
    reader = InboxReader("prod", Options.model_validate({"token": "x"}))
    poll = reader.reader.read([conversation(1)])
    assert reader.ended(poll.alerts[0].ref, Record(closed)).by.bot


# Acting


@BOTH
async def test_a_note_is_internal_and_never_an_answer_to_the_customer(
    source: Source, intercom: FakeIntercom, kind: str
) -> None:
    alert = await first(source, kind)
    text = "card <b>refused</b>\nsee runbook"
    settled = await act(source, EffectKind.NOTE, alert, text=text)
    assert settled.state is EffectState.DONE
    await act(source, EffectKind.NOTE, alert, text=text, attempts=1)
    (sent,) = [one for one in intercom.requests if one.path.endswith("/reply")]
    assert sent.body["message_type"] == "note"
    assert (sent.body["type"], sent.body["admin_id"]) == ("admin", "900")
    assert sent.body["body"].startswith("<p>card &lt;b&gt;refused&lt;/b&gt;</p><p>see runbook</p>")


@BOTH
async def test_nothing_that_is_done_says_a_word_to_the_customer(
    source: Source, intercom: FakeIntercom, kind: str
) -> None:
    alert = await first(source, kind)
    for effect_kind in EffectKind:
        await act(source, effect_kind, alert, text="Asha", handle=f"{alert.ref.fingerprint}={ASHA}")
    written = [one for one in intercom.requests if one.method != "GET" and not one.path.endswith("/search")]
    assert len(written) >= 6
    for one in written:
        assert one.body.get("message_type") in {None, "note", "close", "open", "snoozed", "assignment"}
        assert "body" not in one.body or one.body["message_type"] == "note"


@BOTH
async def test_an_ack_assigns_it_and_an_unack_takes_that_back(
    source: Source, intercom: FakeIntercom, kind: str
) -> None:
    alert = await first(source, kind)
    settled = await act(source, EffectKind.ACK, alert)
    assert settled.text.endswith("assigned to Asha")
    assert str(stands(intercom, kind)["admin_assignee_id"]) == ASHA
    again = await act(source, EffectKind.ACK, alert, attempts=1)
    assert (again.handle, again.state) == (settled.handle, EffectState.DONE)
    undone = await act(source, EffectKind.UNACK, alert, handle=settled.handle)
    assert undone.text.endswith("unassigned")
    assert stands(intercom, kind)["admin_assignee_id"] in {None, "0"}
    assert (await act(source, EffectKind.UNACK, alert, handle=settled.handle)).text.endswith(
        "nobody's already"
    )


async def test_an_ack_takes_it_from_nobody(source: Source, intercom: FakeIntercom) -> None:
    alert = await first(source, "conversation", 1)
    assert (await act(source, EffectKind.ACK, alert)).text == "conversation 12 is Budi's already"
    assert "stays Budi's" in (await act(source, EffectKind.UNACK, alert)).text
    assert intercom.conversations[1]["admin_assignee_id"] == int(BUDI)


async def test_somebody_whom_intercom_does_not_know_needs_a_stand_in(
    intercom: FakeIntercom, clock: HeldClock
) -> None:
    source = Source("prod", options(intercom), clock)
    alert = await first(source, "conversation")
    refused = await source.act(effect(EffectKind.ACK), incident(alert), NOW, {})
    assert refused.state is EffectState.FAILED
    assert "ack_as" in refused.text
    assert (await act(source, EffectKind.ASSIGN, alert, text="Eko")).state is EffectState.FAILED
    await source.close()
    source = Source("prod", options(intercom, ack_as="Budi@ops.example"), clock)
    assert (await source.act(effect(EffectKind.ACK), incident(alert), NOW, {})).text.endswith("to Budi")
    await source.close()


@BOTH
async def test_it_is_snoozed_until_then_and_woken(source: Source, intercom: FakeIntercom, kind: str) -> None:
    alert = await first(source, kind)
    for _ in range(2):
        settled = await act(source, EffectKind.SNOOZE, alert)
        assert (settled.state, settled.until) == (EffectState.DONE, UNTIL)
    assert stands(intercom, kind)["snoozed_until"] == SEEN
    changes = [one for one in intercom.requests if one.method in {"POST", "PUT"} and "search" not in one.path]
    assert len(changes) == 1
    if kind == "conversation":
        assert (await first(source, kind)).muted_until == UNTIL
    assert (await act(source, EffectKind.WAKE, alert)).text.endswith("opened again")


@BOTH
async def test_it_is_closed_and_opened_again(source: Source, intercom: FakeIntercom, kind: str) -> None:
    alert = await first(source, kind)
    assert (await act(source, EffectKind.RESOLVE, alert)).text.endswith("closed")
    assert stands(intercom, kind)["open"] is False
    assert (await act(source, EffectKind.RESOLVE, alert)).text.endswith("closed already")
    assert (await act(source, EffectKind.REOPEN, alert)).text.endswith("opened again")
    assert stands(intercom, kind)["open"] is True
    assert (await act(source, EffectKind.REOPEN, alert)).text.endswith("open already")


async def test_a_resolved_ticket_may_get_a_state_of_its_own(intercom: FakeIntercom, clock: HeldClock) -> None:
    source = Source("prod", options(intercom, resolved_state="8"), clock)
    await act(source, EffectKind.RESOLVE, await first(source, "ticket"))
    (sent,) = intercom.asked("/tickets/611", "PUT")
    assert sent.body == {"open": False, "ticket_state_id": "8", "admin_id": 900}
    await source.close()


async def test_what_is_gone_is_said_and_a_busy_intercom_is_asked_again(
    source: Source, intercom: FakeIntercom
) -> None:
    alert = await first(source, "conversation")
    intercom.replies.append(Reply(429, b"{}", {"X-RateLimit-Reset": str(int(NOW.timestamp()) + 9)}))
    with pytest.raises(SourceError) as caught:
        await act(source, EffectKind.RESOLVE, alert)
    assert caught.value.retry_after == 9


async def test_what_is_gone_is_said(source: Source, intercom: FakeIntercom) -> None:
    alert = await first(source, "conversation")
    intercom.conversations.clear()
    settled = await act(source, EffectKind.RESOLVE, alert)
    assert (settled.state, settled.text) == (
        EffectState.FAILED,
        "conversation 11 is gone, or not ours to see",
    )


async def test_who_we_are_and_what_we_may_not_read(source: Source, intercom: FakeIntercom) -> None:
    proof = await source.prove()
    assert (proof.identity, proof.missing) == ("desk@ops.example in Acme", ())
    assert len(proof.unproven) == 2
    me = Reply.json({"id": "900", "email": "desk@ops.example", "app": {"name": "Acme"}})
    intercom.replies.extend([me, Reply(403, b"{}")])
    assert (await source.prove()).missing == ("Read conversations: needed to see conversations",)
    intercom.replies.append(Reply(401, b"{}"))
    intercom.replies.append(Reply(401, b"{}"))
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked


async def test_who_only_looks_needs_no_right_to_write(intercom: FakeIntercom, clock: HeldClock) -> None:
    source = Source("prod", options(intercom, actions=[], tickets=False), clock)
    assert await source.prove() == Proof("desk@ops.example in Acme")
    await source.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"conversations": False, "tickets": False}, "one of conversations and tickets"),
        ({"region": "mars"}, "region"),
        ({"teams": ["support"]}, "teams"),
        ({"actions": ["escalate"]}, "cannot escalate"),
        ({"tags": list(range(1, 17))}, "tags"),
    ],
)
def test_options_that_cannot_work_are_refused(more: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate({"token": "x", **more})
    assert words in str(caught.value)


def test_the_region_is_the_address() -> None:
    assert Options.model_validate({"token": "x", "region": "eu"}).address == "https://api.eu.intercom.io"
    assert Options.model_validate({"token": "x"}).inbox == "https://app.intercom.com"


@needs_shared
def test_intercoms_own_example_can_be_read() -> None:
    folder = SHARED / "samples" / "alerts" / "intercom"
    records = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    poll = parse({"conversations": records}, "prod", Options.model_validate({"token": "x"}))
    assert poll.complete
    still_open = [one["id"] for one in records if one["open"]]
    assert [of(one).reference for one in poll.alerts] == still_open
    assert {one.title for one in poll.alerts} == {"this is the message body"}
