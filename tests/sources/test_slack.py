"""Slack: which messages are incidents, what reactions mean, what Slack refuses, and that nobody is pinged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.alert import Alert, Ending, Upstream
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.sources import Settled
from console.sources.slack import Options, Source, parse
from console.sources.slack.mrkdwn import escaped, plain
from tests.fakes.http import Reply, serving
from tests.fakes.slack import BOT, CHANNEL, SENT, FakeSlack, message, reaction
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

DONE = "white_check_mark"


def options(fake: FakeSlack | None = None, **more: Any) -> Options:
    table = {
        "url": fake.url if fake else "https://slack.com/api",
        "token": "xoxb-made-up",
        "channels": [CHANNEL],
        "prefix": "!incident",
    }
    return Options.model_validate({name: value for name, value in {**table, **more}.items() if value})


def alerts_of(*messages: Any, **more: Any) -> tuple[Alert, ...]:
    return parse(
        {"channel": CHANNEL, "self": BOT, "messages": list(messages)}, "prod", options(**more)
    ).alerts


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with serving(FakeSlack()) as fake:
        fake.messages = [message(1), message(2, "hello everybody"), message(3, "!incident P1 shop is down")]
        yield fake


@pytest.fixture
async def source(slack: FakeSlack, clock: HeldClock) -> AsyncIterator[Source]:
    made = Source("prod", options(slack), clock)
    yield made
    await made.close()


async def act(source: Source, kind: EffectKind, alert: Alert, **more: Any) -> Settled:
    return await source.act(effect(kind, **more), incident(alert), NOW)


def of(alert: Alert) -> Upstream:
    assert alert.upstream is not None
    return alert.upstream


# Reading


async def test_marked_messages_are_incidents_and_others_are_not(source: Source, slack: FakeSlack) -> None:
    poll = await source.fetch()
    assert [(one.title, one.priority) for one in poll.alerts] == [
        ("checkout is down", Priority.P3),
        ("shop is down", Priority.P1),
    ]
    told = of(poll.alerts[0])
    assert told.reference == ""  # nobody calls a message anything; its page is the first link
    assert poll.alerts[0].links[0].url == f"https://acme.slack.com/archives/{CHANNEL}/p{SENT}000001"
    assert (told.reported_by, told.reported_at) == ("Citra", poll.alerts[0].started_at)
    (asked,) = slack.asked("/conversations.history")
    begin = NOW - timedelta(days=3)
    assert float(asked.one("oldest")) == begin.timestamp()
    assert asked.headers["Authorization"] == "Bearer xoxb-made-up"


async def test_people_are_asked_for_once(source: Source, slack: FakeSlack) -> None:
    await source.fetch()
    await source.fetch()
    assert len(slack.asked("/users.info")) == 1
    assert len(slack.asked("/auth.test")) == 1


@pytest.mark.parametrize("code", ["missing_scope", "user_not_found", "internal_error"])
async def test_names_are_done_without_where_they_are_not_told(
    source: Source, slack: FakeSlack, code: str
) -> None:
    slack.errors["users.info"] = {"error": code}
    for _ in range(2):
        poll = await source.fetch()
        assert poll.complete
        assert {of(one).reported_by for one in poll.alerts} == {"U0CITRA"}
    assert len(slack.asked("/users.info")) == 1


def test_a_reaction_makes_an_incident_of_any_message() -> None:
    marked = message(1, "it is slow", reactions=[reaction("rotating_light::skin-tone-2", "U0ASHA")])
    assert [one.title for one in alerts_of(marked, message(2), prefix=None, reaction="rotating_light")] == [
        "it is slow"
    ]


def test_an_ack_is_a_reaction_of_a_person_and_not_our_own() -> None:
    ours = message(1, reactions=[reaction("eyes", BOT)])
    theirs = message(2, reactions=[reaction("eyes", BOT, "U0ASHA")])
    others = message(3, reactions=[reaction("thumbsup", "U0ASHA")])
    told = [of(one) for one in alerts_of(ours, theirs, others)]
    assert [one.acked for one in told] == [False, True, False]
    assert told[1].acked_by.id == "U0ASHA"


def test_what_a_bot_says_in_attachments_counts() -> None:
    said = message(1, "", attachments=[{"title": "!incident probe fails", "text": "since 09:00"}])
    assert [one.title for one in alerts_of(said)] == ["probe fails ⏎ since 09:00"]


async def test_what_became_of_each_is_looked_up(source: Source, slack: FakeSlack) -> None:
    slack.messages.append(message(4, "!incident login fails"))
    await source.fetch()
    slack.messages[0]["reactions"] = [reaction(DONE, "U0BUDI")]
    slack.messages[2]["text"] = "never mind"
    slack.messages.pop(3)
    poll = await source.fetch()
    assert [(one.how, one.by.name) for one in poll.ended] == [
        (Ending.RESOLVED, "Budi"),
        (Ending.GONE, ""),
        (Ending.GONE, ""),
    ]
    assert (poll.alerts, poll.complete) == ((), True)


async def test_what_is_older_than_the_window_is_taken_off_with_a_word(
    source: Source, clock: HeldClock
) -> None:
    await source.fetch()
    clock.pass_(timedelta(days=4).total_seconds())
    poll = await source.fetch()
    assert [(one.how, one.text) for one in poll.ended] == [
        (Ending.MOVED, "older than window, and not resolved in Slack")
    ] * 2
    assert (await source.fetch()).ended == ()


async def test_a_channel_with_more_than_we_read_is_said(
    source: Source, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.slack.api.MOST", 200)
    slack.messages = [message(number, f"!incident no {number}") for number in range(201)]
    poll = await source.fetch()
    assert (len(poll.alerts), poll.complete) == (200, False)
    assert "shorten window" in poll.problems[0]


@pytest.mark.parametrize(
    ("said", "words", "parked"),
    [
        ({"error": "invalid_auth"}, "new bot token", True),
        ({"error": "token_revoked"}, "new bot token", True),
        ({"error": "missing_scope", "needed": "channels:history"}, "channels:history is missing", True),
        ({"error": "not_in_channel"}, "/invite", False),
        ({"error": "channel_not_found"}, "check channels", False),
        ({"error": "some_new_word"}, "some_new_word", False),
    ],
)
async def test_what_slack_refuses_says_what_to_do(
    source: Source, slack: FakeSlack, said: Any, words: str, parked: bool  # noqa: FBT001 - a table
) -> None:  # fmt: skip
    slack.errors["conversations.history"] = said
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert words in str(caught.value)
    assert (caught.value.permanent, caught.value.parked) == (True, parked)


async def test_trouble_at_slack_is_no_reason_to_stop(source: Source, slack: FakeSlack) -> None:
    slack.errors["auth.test"] = {"error": "internal_error"}
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert not caught.value.permanent


@pytest.mark.parametrize("status", [200, 429])
async def test_slacks_way_of_saying_too_often_is_understood(
    source: Source, slack: FakeSlack, status: int
) -> None:
    await source.fetch()
    slack.replies.append(Reply(status, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "30"}))
    with pytest.raises(SourceError) as caught:
        await source.fetch()
    assert caught.value.retry_after == 30


async def test_a_cursor_that_goes_in_circles_is_given_up(source: Source, slack: FakeSlack) -> None:
    await source.fetch()
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "again"}}
    slack.replies.extend([Reply.json(page)] * 3)
    with pytest.raises(SourceError, match="over and over"):
        await source.fetch()


# Acting


@pytest.mark.parametrize(
    ("kind", "emoji"), [(EffectKind.ACK, "eyes"), (EffectKind.RESOLVE, "white_check_mark")]
)
async def test_an_ack_and_a_resolve_are_reactions(
    source: Source, slack: FakeSlack, kind: EffectKind, emoji: str
) -> None:
    alert = (await source.fetch()).alerts[0]
    first, second = await act(source, kind, alert), await act(source, kind, alert)
    assert (first.text, second.text) == (f":{emoji}: added", f":{emoji}: was there already")
    assert first.state is second.state is EffectState.DONE
    assert slack.messages[0]["reactions"] == [reaction(emoji, BOT)]
    poll = await source.fetch()
    assert len(poll.ended) == (kind is EffectKind.RESOLVE)
    assert all(one.by.bot for one in poll.ended)


async def test_a_note_goes_into_the_thread_and_pings_nobody(source: Source, slack: FakeSlack) -> None:
    alert = (await source.fetch()).alerts[0]
    for attempts in range(2):
        await act(source, EffectKind.NOTE, alert, text="<!channel> look & see", attempts=attempts)
    (sent,) = slack.posted
    assert (sent["channel"], sent["thread_ts"]) == (CHANNEL, f"{SENT}.000001")
    assert sent["text"].startswith("&lt;!channel&gt; look &amp; see\n(Asha via oncall")


async def test_a_message_that_is_gone_is_said(source: Source, slack: FakeSlack) -> None:
    alert = (await source.fetch()).alerts[0]
    slack.messages.clear()
    settled = await act(source, EffectKind.ACK, alert)
    assert settled.state is EffectState.FAILED
    assert "deleted" in settled.text


async def test_what_a_message_cannot_be_is_refused(source: Source, slack: FakeSlack) -> None:
    alert = (await source.fetch()).alerts[0]
    for kind in (EffectKind.UNACK, EffectKind.SNOOZE, EffectKind.REOPEN, EffectKind.ASSIGN):
        assert kind not in source.can
        assert (await act(source, kind, alert)).state is EffectState.FAILED
        assert options().ability.words(kind).startswith("cannot")
    assert not [one for one in slack.requests if one.method != "GET"]


async def test_scopes_and_channels_that_are_missing_are_named(source: Source, slack: FakeSlack) -> None:
    proof = await source.prove()
    assert (proof.identity, proof.missing, proof.unproven) == ("oncall in Acme", (), ())
    slack.scopes = "users:read"
    slack.errors["conversations.history"] = {"error": "not_in_channel"}
    assert (await source.prove()).missing == (
        "channels:history or groups:history: needed to read the channels",
        "reactions:write: needed to ack and resolve",
        "chat:write: needed to note",
        "users:read.email: needed to know people by their email address",
        f"{CHANNEL}: the app is not in the channel: write /invite and the app's name there",
    )
    slack.errors["conversations.history"] = {"error": "internal_error"}
    with pytest.raises(SourceError):
        await source.prove()


async def test_requests_keep_their_distance_where_slack_wants_it(slack: FakeSlack, clock: HeldClock) -> None:
    source = Source("prod", options(slack, gap="1m", deadline="5m"), clock)
    with pytest.MonkeyPatch.context() as patch:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            clock.pass_(seconds)

        patch.setattr("console.web.gate.asyncio.sleep", sleep)
        assert len((await source.fetch()).alerts) == 2
    assert waits == [60.0, 60.0]
    await source.close()


# Options and formats


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"prefix": None}, 'needs prefix = "!incident"'),
        ({"channels": ["#incidents"]}, "is the id of a channel"),
        ({"channels": []}, "channels"),
        ({"reaction": "eyes"}, "must differ"),
        ({"reaction": "two words"}, "reaction"),
        ({"window": "60d"}, "window"),
        ({"gap": "1m"}, "raise deadline"),
        ({"priority": "P9"}, "priority"),
        ({"actions": ["snooze"]}, "cannot snooze"),
    ],
)
def test_options_that_cannot_work_are_refused(more: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate({"token": "x", "channels": [CHANNEL], "prefix": "!incident", **more})
    assert words in str(caught.value)


def test_an_emoji_may_be_written_with_its_colons() -> None:
    assert options(reaction=":rotating_light:").reaction == "rotating_light"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U0ASHA> and <@U0X|x>", "@Asha and @x"),
        ("<#C01|ops> <#C02>", "#ops #C02"),
        ("<!here> <!channel> <!subteam^S1|@payments>", "@here @channel @payments"),
        ("<!date^1767603600^{date}|5 January>", "5 January"),
        ("<https://shop.example> <https://shop.example|shop>", "https://shop.example shop (https://shop.example)"),
        ("<mailto:asha@ops.example|asha@ops.example>", "asha@ops.example"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt; stays", "&lt; stays"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)  # fmt: skip
def test_slacks_writing_is_read(text: str, shown: str) -> None:
    assert plain(text, {"U0ASHA": "Asha"}) == shown


@settings(deadline=None)
@given(st.text())
def test_what_is_sent_is_read_back_as_it_was(text: str) -> None:
    assert plain(escaped(text), {}) == text
    assert not set("<>") & set(escaped(text))
