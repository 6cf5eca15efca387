"""What is asked a second time: what broke off, what a token was too old for, what may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import SourceError
from console.web.exchange import Answer
from console.web.remembered import Remembered
from console.web.retry import MOST_RETRIES, pause
from tests.fakes.alertmanager import FakeAlertmanager, Reply
from tests.fakes.http import FakeServer, Request, serving
from tests.sources.clients import opened
from tests.sources.conftest import HeldClock

BROKEN_OFF = Reply(200, b"[1,2", announced=4000)
PASSING = [Reply(502), Reply(503), Reply(504), BROKEN_OFF]


@pytest.mark.parametrize("failure", PASSING)
async def test_page_87_of_100_may_fail_for_a_moment(
    fake: FakeAlertmanager, clock: HeldClock, failure: Reply
) -> None:
    fake.replies.extend([Reply(), failure, failure, Reply(body=b"[87]")])
    async with opened(fake.url, clock) as client:
        assert await client.get_json("/page/86") == []
        assert await client.get_json("/page/87") == [87]
    assert [request.path for request in fake.requests] == ["/page/86", *["/page/87"] * 3]


async def test_three_times_is_not_for_a_moment(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.extend([Reply(), Reply(503), Reply(503), Reply(503, b"no"), Reply(503), Reply()])
    async with opened(fake.url, clock) as client:
        await client.get("/x")
        with pytest.raises(SourceError, match=r"in trouble \(503: no\)"):
            await client.get("/x")
        assert len(fake.requests) == 1 + 1 + MOST_RETRIES
        with pytest.raises(SourceError):  # it is down: one request is enough to see that it still is
            await client.get("/x")
        assert len(fake.requests) == 5
        assert await client.get_json("/x") == []


@pytest.mark.parametrize(("idempotent", "requests"), [(None, 1), (False, 1), (True, 2)])
async def test_a_write_is_sent_again_only_where_that_is_safe(
    fake: FakeAlertmanager, clock: HeldClock, *, idempotent: bool | None, requests: int
) -> None:
    async with opened(fake.url, clock) as client:
        await client.get("/api/v2/alerts")
        fake.replies.extend([Reply(502), Reply()])
        if requests == 1:
            with pytest.raises(SourceError, match="502"):
                await client.ask("PUT", "/x", body={"a": 1}, idempotent=idempotent)
        else:
            await client.ask("PUT", "/x", body={"a": 1}, idempotent=idempotent)
    assert len(fake.asked("/x", "PUT")) == requests


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
async def test_a_no_is_a_no(fake: FakeAlertmanager, clock: HeldClock, status: int) -> None:
    async with opened(fake.url, clock) as client:
        await client.get("/api/v2/alerts")
        fake.replies.append(Reply(status))
        with pytest.raises(SourceError):
            await client.get("/x")
    assert len(fake.asked("/x")) == 1


async def test_a_server_that_says_when_is_not_asked_before(fake: FakeAlertmanager, clock: HeldClock) -> None:
    async with opened(fake.url, clock) as client:
        await client.get("/api/v2/alerts")
        fake.replies.append(Reply(503, headers={"Retry-After": "40"}))
        with pytest.raises(SourceError) as caught:
            await client.get("/x")
    assert caught.value.retry_after == 40
    assert len(fake.asked("/x")) == 1


@given(attempt=st.integers(0, MOST_RETRIES - 1), rng=st.floats(0, 1, exclude_max=True))
def test_pauses_are_short_and_spread(attempt: int, rng: float) -> None:
    error = SourceError("x", status=503)
    seconds = pause(error, attempt, safe=True, patience=5, rng=lambda: rng)
    assert seconds is not None
    assert 0.25 * 2**attempt <= seconds <= 0.75 * 2**attempt
    assert pause(error, attempt, safe=False, patience=5, rng=lambda: rng) is None


class Renewing:
    """Credentials of which each is accepted for a while."""

    def __init__(self) -> None:
        self.renewals = 0

    def headers(self, _place: str, _method: str, _url: str, _body: bytes) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.renewals}"}

    def renew(self) -> None:
        self.renewals += 1


class Expiring(FakeServer):
    """Accepts one token only."""

    token = "1"

    def answer(self, request: Request) -> Reply:
        return Reply(200 if request.headers["Authorization"] == f"Bearer {self.token}" else 401)


async def test_an_expired_token_is_renewed_within_the_request(clock: HeldClock) -> None:
    credentials = Renewing()
    with serving(Expiring()) as server:
        async with opened(server.url, clock, credentials=credentials) as client:
            # Also for a write (it was not carried out), and once for all who ask at that time.
            asked = [client.ask(method, "/x") for method in ("POST", "GET", "GET")]
            assert {answer.status for answer in await asyncio.gather(*asked)} == {200}
            assert credentials.renewals == 1
            server.token = "9"
            with pytest.raises(SourceError, match="does not accept our credentials") as caught:
                await client.get("/x")
    assert caught.value.parked
    assert credentials.renewals == 2


class Versioned(FakeServer):
    """Says which version of its one answer it gives."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers
        self.body = b'["one"]'

    def answer(self, request: Request) -> Reply:
        known = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        if any(known) and any(value in self.headers.values() for value in known):
            return Reply(304, b"", {"X-Request-Id": "second"})
        return Reply(200, self.body, self.headers)


DATE = "Mon, 05 Jan 2026 09:00:00 GMT"


@pytest.mark.parametrize("headers", [{"ETag": 'W/"1"'}, {"Last-Modified": DATE}])
async def test_what_has_not_changed_is_not_sent_again(clock: HeldClock, headers: dict[str, str]) -> None:
    with serving(Versioned(headers)) as server:
        async with opened(server.url, clock) as client:
            first = await client.ask("GET", "/x", [("page", "1")])
            again = await client.ask("GET", "/x", [("page", "1")])
            other = await client.ask("GET", "/x", [("page", "2")])
            server.headers, server.body = {"ETag": '"2"'}, b'["two"]'
            changed = await client.ask("GET", "/x", [("page", "1")])
    assert [one.json() for one in (first, again, other, changed)] == [["one"], ["one"], ["one"], ["two"]]
    assert {one.status for one in (first, again, other, changed)} == {200}
    assert again.headers["x-request-id"] == "second"
    assert {name.lower() for name in headers} <= set(again.headers)
    conditional = [
        {"If-None-Match", "If-Modified-Since"} & set(request.headers) for request in server.requests
    ]
    assert [bool(names) for names in conditional] == [False, True, False, True]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {
            "last-modified": DATE,
            "date": "Mon, 05 Jan 2026 09:00:01 GMT",
        },  # it may change again in this second
        {"last-modified": DATE},
        {"last-modified": "yesterday", "date": DATE},
        {"etag": '"1"', "cache-control": "private, no-store"},
    ],
)
def test_what_cannot_be_told_from_a_change_is_asked_for_whole(headers: dict[str, str]) -> None:
    remembered = Remembered()
    remembered.whole("/x", Answer(200, headers, b"[]", "a.example"))
    assert remembered.condition("/x") == {}


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6)), max_size=120))
def test_only_so_much_is_remembered(answers: list[tuple[int, int]]) -> None:
    remembered = Remembered()
    bodies = [bytes(size * 1_000_000) for size in range(7)]
    latest = {}
    for page, size in answers:
        answer = Answer(200, {"etag": f'"{page}-{size}"'}, bodies[size], "a.example")
        assert remembered.whole(str(page), answer) is answer
        latest[page] = size
    kept = {page: size for page, size in latest.items() if remembered.condition(str(page))}
    assert len(kept) <= 32
    assert sum(kept.values()) <= 8
    for page, size in kept.items():
        assert len(remembered.whole(str(page), Answer(304, {}, b"", "a.example")).body) == size * 1_000_000
    remembered.clear()
    assert not any(remembered.condition(str(page)) for page in latest)


async def test_not_modified_without_being_asked_is_no_answer(
    fake: FakeAlertmanager, clock: HeldClock
) -> None:
    fake.replies.append(Reply(304, b""))
    async with opened(fake.url, clock) as client:
        with pytest.raises(SourceError, match="304"):
            await client.get("/x")
