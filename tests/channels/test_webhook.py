"""The webhook: signed as its page says, and sent under a key that stays the same."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.channels.webhook import SIGNATURE, Channel, Options
from console.errors import DeliveryError
from tests.channels.messages import BUDI, NOW, message
from tests.fakes.http import FakeServer, Reply, serving
from tests.paths import REPO
from tests.sources.conftest import HeldClock

SECRET = "made-up secret"


@pytest.fixture
def sink() -> Iterator[FakeServer]:
    with serving(FakeServer()) as server:
        yield server


def made(sink: FakeServer, clock: HeldClock, **more: Any) -> Channel:
    table = {"url": f"{sink.url}/in", "secret": SECRET, "contact": "phone", **more}
    return Channel("hook", Options.model_validate(table), clock)


def verifier() -> Callable[..., bool]:
    """Return the function that the page gives to whoever receives."""
    page = (REPO / "docs" / "channels" / "webhook.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found
    space: dict[str, Any] = {}
    exec(found[1], space)  # noqa: S102 - our own page
    verify: Callable[..., bool] = space["verify"]
    return verify


async def test_its_body_says_all_there_is(sink: FakeServer, clock: HeldClock) -> None:
    sink.replies.append(Reply(202, b'{"id": "m-1"}'))
    hook = made(sink, clock)
    sent = await hook.send(
        message(person=BUDI, address="+62 811 000", card=(("Service", "pay"),), state="triggered")
    )
    assert (sent.said, sent.handle) == ("accepted (202)", "m-1")
    (asked,) = sink.requests
    assert asked.headers["Idempotency-Key"] == message().key
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.body == {
        "key": "paged/pay-1/budi/1",
        "topic": "paged",
        "title": "P1 checkout is down: you are paged",
        "text": "since 09:00, level 1 of payments",
        "incident": "pay-1",
        "state": "triggered",
        "priority": "P1",
        "urgent": True,
        "person": {"id": "budi", "name": "Budi"},
        "address": "+62 811 000",
        "at": "2026-01-05T09:02:00.000Z",
        "again": False,
        "thread": "",
        "facts": [{"name": "Service", "value": "pay"}],
    }
    await hook.close()


async def test_the_page_tells_how_to_verify_it(sink: FakeServer, clock: HeldClock) -> None:
    sink.replies.append(Reply(200, b""))
    hook = made(sink, clock)
    await hook.send(message())
    (asked,) = sink.requests
    now = int(NOW.timestamp())
    expected = hmac.new(SECRET.encode(), f"{now}.".encode() + asked.content, hashlib.sha256).hexdigest()
    assert asked.headers[SIGNATURE] == f"t={now},v1={expected}"
    verify = verifier()
    signature = asked.headers[SIGNATURE]
    assert verify(SECRET, signature, asked.content, now)
    assert not verify(SECRET, signature, asked.content + b" ", now)
    assert not verify("another", signature, asked.content, now)
    assert not verify(SECRET, signature, asked.content, now + 3600)
    assert not verify(SECRET, signature.replace(str(now), str(now + 1)), asked.content, now)
    assert not verify(SECRET, "nonsense", asked.content, now)
    await hook.close()


async def test_without_secrets_nothing_is_signed(sink: FakeServer, clock: HeldClock) -> None:
    sink.replies.append(Reply(200, b""))
    hook = made(sink, clock, secret=None)
    await hook.send(message())
    assert SIGNATURE not in sink.requests[0].headers
    assert "Authorization" not in sink.requests[0].headers
    await hook.close()


async def test_what_it_has_already_has_been_sent(sink: FakeServer, clock: HeldClock) -> None:
    sink.replies.append(Reply(409, b'{"error": "duplicate"}'))
    hook = made(sink, clock)
    assert (await hook.send(message())).said == "it has that already (409)"
    await hook.close()


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, True),
        (404, True),
        (410, True),
        (422, True),
        (500, False),
        (503, False),
        (429, False),
        (408, False),
    ],
)
async def test_the_status_decides(
    sink: FakeServer, clock: HeldClock, status: int, *, permanent: bool
) -> None:
    sink.replies.extend([Reply(status, b"no", {"Retry-After": "60"})] * 2)
    hook = made(sink, clock)
    with pytest.raises(DeliveryError) as caught:
        await hook.send(message())
    assert caught.value.permanent is permanent
    assert caught.value.retry_after == (60 if status in {429, 500, 503, 408} else None)
    await hook.close()


async def test_where_the_connection_breaks_it_is_sent_again_under_the_same_key(
    sink: FakeServer, clock: HeldClock
) -> None:
    sink.replies.extend([Reply(200, b"{}"), Reply(200, b"x", announced=100), Reply(200, b"{}")])
    hook = made(sink, clock)
    await hook.send(message(key="a"))
    await hook.send(message(key="b"))
    assert [one.headers["Idempotency-Key"] for one in sink.requests] == ["a", "b", "b"]
    await hook.close()


@pytest.mark.parametrize("body", [b"[]", b"nonsense", b'{"id": {"a": 1}}', b'{"id": true}', b"[" * 100_000])
async def test_an_answer_that_says_nothing_is_an_answer(
    sink: FakeServer, clock: HeldClock, body: bytes
) -> None:
    sink.replies.append(Reply(200, body))
    hook = made(sink, clock)
    assert (await hook.send(message())).handle in {"", "True"}
    await hook.close()


def test_whom_it_reaches_is_said() -> None:
    def reach(**more: Any) -> tuple[str, str]:
        found = Options.model_validate({"url": "https://hook.example/in", **more}).reach("hook")
        return found.contact, found.room

    assert reach() == ("", "all")
    assert reach(contact="phone", room=None) == ("phone", "")
    assert json.loads(json.dumps(reach(room="noc"))) == ["", "noc"]
