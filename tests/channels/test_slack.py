"""The Slack channel: threads, updates, looking before sending again, acks by reaction, nobody mentioned by accident."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.channels.slack import Channel, Options
from console.channels.slack.wording import LONGEST, text_of
from console.domain.people import Person
from console.errors import DeliveryError
from tests.channels.messages import BUDI, HOSTILE, message
from tests.fakes.http import Reply, serving
from tests.fakes.slack import BOT, reaction
from tests.fakes.slack_bot import FakeSlackBot
from tests.sources.conftest import HeldClock

ROOM = "C0OPSDESK"


@pytest.fixture
def fake() -> Iterator[FakeSlackBot]:
    with serving(FakeSlackBot()) as server:
        yield server


def made(fake: FakeSlackBot, clock: HeldClock, **more: Any) -> Channel:
    table = {"url": fake.url, "token": "xoxb-made-up", "room": ROOM, **more}
    return Channel("page", Options.model_validate(table), clock)


@pytest.fixture
def slack(fake: FakeSlackBot, clock: HeldClock) -> Channel:
    return made(fake, clock)


def said(fake: FakeSlackBot) -> list[dict[str, Any]]:
    return list(fake.messages.values())


async def test_an_incident_is_one_thread_whose_head_shows_how_it_stands(
    slack: Channel, fake: FakeSlackBot
) -> None:
    first = await slack.send(message(address=ROOM, state="triggered"))
    await slack.send(message(address=ROOM, key="b", thread=first.handle))
    await slack.update(message(address=ROOM, thread=first.handle, state="acked by Budi", text="since 09:00"))
    head, reply = said(fake)
    assert "thread_ts" not in head
    assert reply["thread_ts"] == head["ts"]
    assert head["text"].endswith("State: acked by Budi")
    await slack.close()


async def test_a_person_gets_no_thread_of_the_room_and_the_room_none_of_a_person(
    slack: Channel, fake: FakeSlackBot
) -> None:
    await slack.send(message(address="U0BUDI", thread=f"{ROOM}:1767603600.000100"))
    await slack.send(message(address=ROOM, thread="D0BUDI:1767603600.000100"))
    assert [one.get("thread_ts") for one in said(fake)] == [None, None]
    await slack.close()


async def test_a_thread_that_is_gone_is_begun_anew(slack: Channel, fake: FakeSlackBot) -> None:
    fake.replies.append(Reply.json({"ok": False, "error": "thread_not_found"}))
    sent = await slack.send(message(address=ROOM, thread=f"{ROOM}:1.2"))
    assert sent.handle.startswith(f"{ROOM}:")
    assert "thread_ts" not in said(fake)[0]
    await slack.close()


async def test_a_message_whose_answer_got_lost_is_found_and_not_sent_twice(
    fake: FakeSlackBot, clock: HeldClock
) -> None:
    fake.lose_answers = True
    slack = made(fake, clock)
    for address in (ROOM, "U0BUDI"):
        with pytest.raises(DeliveryError):
            await slack.send(message(address=address, key=address))
    fake.lose_answers = False
    again = made(fake, clock)  # another engine, which knows of nothing
    for address in (ROOM, "U0BUDI"):
        sent = await again.send(message(address=address, key=address, again=True))
        assert sent.said == "it was there already"
    assert len(said(fake)) == 2
    assert (await again.send(message(address=ROOM, key="another", again=True))).said == "posted"
    await slack.close()
    await again.close()


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel"])
async def test_who_may_not_look_sends_rather_twice_than_never(
    slack: Channel, fake: FakeSlackBot, error: str
) -> None:
    fake.errors["conversations.history"] = error
    assert (await slack.send(message(address=ROOM, again=True))).said == "posted"
    await slack.close()


async def test_a_room_by_name_is_looked_at_once_its_id_is_known(fake: FakeSlackBot, clock: HeldClock) -> None:
    slack = made(fake, clock, room="#ops")
    await slack.send(message(address="#ops"))
    assert (await slack.send(message(address="#ops", again=True))).said == "it was there already"
    await slack.close()


async def test_people_are_found_by_address_once(slack: Channel, fake: FakeSlackBot) -> None:
    for key in ("a", "b"):
        await slack.send(message(address="budi@ops.example", key=key))
    assert len(fake.calls("users.lookupByEmail")) == 1
    assert {one["channel"] for one in said(fake)} == {"U0BUDI"}
    with pytest.raises(DeliveryError, match="nobody in the Slack workspace") as caught:
        await slack.send(message(address="eko@ops.example"))
    assert caught.value.permanent
    await slack.close()


@pytest.mark.parametrize("address", ["@budi", "budi", "", "all", "<!channel>"])
async def test_what_is_no_member_id_is_final_and_says_where_one_is(slack: Channel, address: str) -> None:
    with pytest.raises(DeliveryError, match="no member id") as caught:
        await slack.send(message(address=address))
    assert caught.value.permanent
    assert "U01234567" in caught.value.hint
    await slack.close()


async def test_only_the_person_it_is_about_is_mentioned(slack: Channel, fake: FakeSlackBot) -> None:
    await slack.send(
        message(address=ROOM, person=BUDI, title=HOSTILE, text=HOSTILE, card=((HOSTILE, HOSTILE),))
    )
    await slack.send(message(address=ROOM, key="b", person=Person("eko", "Eko", (("slack", "<!here>"),))))
    await slack.send(
        message(address=ROOM, key="c", person=Person("a", "A", (("email", "asha@ops.example"),)))
    )
    hostile, wrong, by_email = (one["text"] for one in said(fake))
    assert hostile.startswith("<@U0BUDI> ")
    assert hostile.count("<") == 1
    assert "@channel" not in hostile
    assert "@everyone" not in hostile
    assert not wrong.startswith("<")
    assert by_email.startswith("<@U0ASHA> ")
    assert {(one["parse"], one["link_names"]) for one in said(fake)} == {("none", False)}
    await slack.close()


@given(st.text(), st.text(max_size=6000), st.text())
def test_no_text_formats_mentions_or_is_too_long(title: str, text: str, fact: str) -> None:
    made = text_of(message(title=title, text=text, card=((fact, fact),)))
    assert len(made) <= LONGEST
    assert "<" not in made
    assert ">" not in made.replace("&gt;", "")
    rest = made.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in rest


def react(fake: FakeSlackBot, handle: str, *reactions: Any) -> None:
    channel, _, sent = handle.partition(":")
    fake.messages[channel, sent]["reactions"] = list(reactions)


async def test_a_reaction_is_an_ack_by_whom_it_is_from(
    slack: Channel, fake: FakeSlackBot, clock: HeldClock
) -> None:
    handle = (await slack.send(message(address=ROOM))).handle
    assert await slack.answers([handle]) == ()
    react(
        fake,
        handle,
        reaction("eyes::skin-tone-2", "U0BUDI"),
        reaction("white_check_mark", "U0BUDI", BOT),
        reaction("tada", "U0ASHA"),
    )
    first = clock.now()
    (answer,) = await slack.answers([handle])
    clock.pass_(60)
    react(fake, handle)  # taken off again: it was given, which is what counts
    assert await slack.answers([handle]) == (answer,)
    assert answer == replace(
        answer, thread=handle, word="ack", who="U0BUDI", at=first, email="budi@ops.example", name="Budi"
    )
    assert len(fake.calls("users.info")) == 1
    await slack.close()


async def test_another_bot_acks_nothing_and_a_message_that_is_gone_neither(
    slack: Channel, fake: FakeSlackBot
) -> None:
    handle = (await slack.send(message(address=ROOM))).handle
    react(fake, handle, reaction("eyes", "U0OTHER"))
    fake.replies.extend(
        (
            Reply.json({"ok": True, "user_id": BOT}),
            Reply.json({"ok": True, "message": fake.messages[ROOM, handle.partition(":")[2]]}),
            Reply.json({"ok": True, "user": {"id": "U0OTHER", "name": "other", "is_bot": True}}),
        )
    )
    assert await slack.answers([handle, f"{ROOM}:1.1", "nonsense"]) == ()
    await slack.close()


async def test_reactions_are_asked_for_within_slacks_limit_and_in_turn(
    slack: Channel, fake: FakeSlackBot, clock: HeldClock
) -> None:
    fake.messages = {(ROOM, f"{n}.1"): {"ts": f"{n}.1", "reactions": []} for n in range(60)}
    handles = [f"{channel}:{sent}" for channel, sent in fake.messages]
    asked = []
    for _ in range(6):
        await slack.answers(handles)
        asked.append(len(fake.calls("reactions.get")))
        clock.pass_(15)
    assert asked == [40, 40, 40, 40, 80, 80]
    counted = [json.dumps(one.query, sort_keys=True) for one in fake.calls("reactions.get")]
    assert len(set(counted)) == 60
    await slack.close()


async def test_no_emoji_reads_no_reactions(fake: FakeSlackBot, clock: HeldClock) -> None:
    slack = made(fake, clock, acked_by=[])
    assert await slack.answers([f"{ROOM}:1.1"]) == ()
    assert fake.requests == []
    await slack.close()


async def test_answers_say_when_slack_wants_to_be_left_alone(slack: Channel, fake: FakeSlackBot) -> None:
    fake.mode = "busy"
    with pytest.raises(DeliveryError) as caught:
        await slack.answers([f"{ROOM}:1.1"])
    assert caught.value.retry_after == 7
    await slack.close()


@pytest.mark.parametrize(
    ("error", "permanent", "hint"),
    [
        ("channel_not_found", True, "check"),
        ("not_in_channel", True, "/invite"),
        ("invalid_auth", True, "install the app again"),
        ("token_revoked", True, "install the app again"),
        ("missing_scope", True, "OAuth & Permissions"),
        ("msg_too_long", True, "documentation"),
        ("internal_error", False, "again"),
        ("ratelimited", False, "again"),
    ],
)
async def test_what_slack_refuses_says_what_to_do(
    slack: Channel, fake: FakeSlackBot, error: str, hint: str, *, permanent: bool
) -> None:
    fake.errors["chat.postMessage"] = error
    with pytest.raises(DeliveryError) as caught:
        await slack.send(message(address=ROOM))
    assert caught.value.permanent is permanent
    assert hint in caught.value.hint
    await slack.close()


async def test_updating_what_is_not_there_is_final(slack: Channel) -> None:
    for thread in ("", f"{ROOM}:1.1"):
        with pytest.raises(DeliveryError) as caught:
            await slack.update(message(thread=thread))
        assert caught.value.permanent
    await slack.close()


async def test_proving_names_the_scopes_that_are_missing(slack: Channel, fake: FakeSlackBot) -> None:
    assert await slack.prove() == "as oncall in Acme"
    fake.scopes = "chat:write,users:read"
    with pytest.raises(DeliveryError, match=r"reactions:read .*users:read\.email"):
        await slack.prove()
    await slack.close()


@pytest.mark.parametrize("room", ["C0OPSDESK", "#ops", "ops", "g-1"])
def test_rooms_are_ids_or_names(room: str) -> None:
    found = Options.model_validate({"token": "x", "room": room}).reach("page")
    assert found.room == (room if room.startswith(("C", "#")) else f"#{room}")
    assert found.contact == "slack"


@pytest.mark.parametrize(
    "table", [{"room": "a b"}, {"room": "<!here>"}, {"acked_by": ["e yes"]}, {"contact": "phone"}]
)
def test_what_is_no_room_or_emoji_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({"token": "x", **table})
