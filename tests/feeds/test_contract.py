"""What every feed of changes promises, the fake of other tests too."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from console.domain.change import ChangeKind
from console.errors import SourceError
from console.feeds import registry
from tests.fakes.http import Reply, serving
from tests.feeds.rigs import REQUIRED, SERVERS, TOKEN, Rig, Told, build
from tests.sources.conftest import NOW, HeldClock

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PAGE = b"<!doctype html><html><body>Please sign in</body></html>"


def test_there_are_four_kinds_and_a_wrong_name_says_the_nearest() -> None:
    assert registry.kinds() == ("argocd", "github", "gitlab", "grafana")
    with pytest.raises(Exception, match='did you mean "gitlab"'):
        registry.options_of("gitlub")


async def test_it_tells_of_what_took_effect_since_then(rig: Rig) -> None:
    early, first, second = Told(1, NOW - 3 * DAY), Told(2, NOW - 9 * MINUTE), Told(3, NOW - MINUTE, "v43")
    rig.tells(early, first, second)
    poll = await rig.feed.fetch(NOW - DAY)
    assert [one.at for one in poll.changes] == [first.at, second.at]
    assert [told.what in one.what for told, one in zip((first, second), poll.changes, strict=True)] == [
        True,
        True,
    ]
    assert (poll.complete, poll.problems) == (True, ())
    for one in poll.changes:
        assert one.id.startswith("ci:")
        assert (one.source, one.kind, one.service) == ("ci", ChangeKind.DEPLOY, "shop")
        assert one.at.tzinfo is UTC
        assert one.url == "" or one.url.startswith(("https://", "http://"))


async def test_asked_again_it_says_the_same(rig: Rig) -> None:
    rig.tells(Told(1, NOW - 9 * MINUTE), Told(2, NOW - MINUTE))
    first = await rig.feed.fetch(NOW - DAY)
    assert await rig.feed.fetch(NOW - DAY) == first
    assert len({one.id for one in first.changes}) == 2
    assert [one.id for one in (await rig.feed.fetch(NOW - 5 * MINUTE)).changes] == [first.changes[1].id]


async def test_nothing_is_told_where_nothing_was_changed(rig: Rig) -> None:
    rig.tells()
    poll = await rig.feed.fetch(NOW - DAY)
    assert (poll.changes, poll.complete) == ((), True)
    await rig.feed.close()
    await rig.feed.close()


async def test_hostile_text_comes_out_harmless_and_short(served: Rig) -> None:
    served.tells(Told(1, NOW - MINUTE, "v42\x1b]8;;https://e.example\x07\u202e[/]\r\n\x00" + "x" * 5_000))
    (one,) = (await served.feed.fetch(NOW - DAY)).changes
    for text in (one.id, one.what, one.actor, one.service, one.url):
        assert text.isprintable()
        assert "\u202e" not in text
        assert len(text) <= 250


@pytest.mark.parametrize(
    ("reply", "parked", "said"),
    [
        (Reply(401, b"{}"), True, "credentials"),
        (Reply(403, b"{}"), True, "forbids"),
        (Reply(404, b"{}"), False, "no such path"),
        (Reply(500, b"oops"), False, "in trouble"),
        (Reply(200, PAGE), False, "web page"),
        (Reply(200, b'[{"id": 1, "ref'), False, "not JSON"),
        (Reply(200, b'"text"'), False, "without"),
        (Reply(302, b"", {"Location": "https://evil.example/login?next=1"}), False, "sends us elsewhere"),
    ],
)
async def test_a_failure_is_said_in_words(served: Rig, reply: Reply, said: str, *, parked: bool) -> None:
    assert served.server is not None
    served.server.replies.extend([reply] * 3)
    with pytest.raises(SourceError) as caught:
        await served.feed.fetch(NOW - DAY)
    assert said in caught.value.message
    assert caught.value.hint
    assert caught.value.parked is parked
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry-After": "7"}),
        (403, {"Retry-After": "7"}),
        (403, {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1767603727"}),
    ],
)
async def test_a_wait_that_is_asked_for_is_passed_on(
    served: Rig, status: int, headers: dict[str, str]
) -> None:
    assert served.server is not None
    served.server.replies.append(Reply(status, b"{}", headers))
    with pytest.raises(SourceError) as caught:
        await served.feed.fetch(NOW - DAY)
    assert caught.value.retry_after == 7
    assert not caught.value.parked
    assert len(served.server.requests) == 1


async def test_the_token_is_sent_and_never_shown(served: Rig) -> None:
    assert served.server is not None
    served.tells()
    await served.feed.fetch(NOW - DAY)
    assert {request.headers["Authorization"] for request in served.server.requests} == {f"Bearer {TOKEN}"}
    assert {request.method for request in served.server.requests} == {"GET"}
    assert TOKEN not in repr(vars(served.feed))


@pytest.mark.parametrize("kind", registry.kinds())
async def test_a_redirect_takes_no_token_anywhere(kind: str, clock: HeldClock) -> None:
    with serving(SERVERS[kind]()) as server, serving(SERVERS[kind]()) as other:
        feed = build(kind, server.url, clock)
        server.replies.append(Reply(301, b"", {"Location": f"{other.url}/api"}))
        with pytest.raises(SourceError):
            await feed.fetch(NOW - DAY)
        await feed.close()
        assert other.requests == []


@pytest.mark.parametrize("kind", registry.kinds())
@pytest.mark.parametrize(
    "wrong",
    [
        {"interval": "1s"},
        {"url": "https://asha@ci.example"},
        {"url": "file:///etc/passwd"},
        {"nonsense": 1},
        {"services": {"a": "two words"}},
    ],
)
def test_wrong_options_are_refused(kind: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        registry.options_of(kind).model_validate({"url": "https://ci.example", **REQUIRED[kind], **wrong})
