"""How often a client asks: what vendors say about it, and what is made of that."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import SourceError
from console.web.gate import Gate, Pace
from console.web.rate import LONGEST_WAIT, Told, told
from tests.fakes.alertmanager import FakeAlertmanager, Reply
from tests.sources.clients import opened
from tests.sources.conftest import NOW, HeldClock

IN_A_MINUTE = NOW + timedelta(seconds=60)
UNIX = str(int(IN_A_MINUTE.timestamp()))


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, None),
        (429, {"retry-after": "7"}, 7),
        (429, {"retry-after": "Mon, 05 Jan 2026 09:02:30 GMT"}, 30),
        (420, {"retry-after": "2"}, 2),  # Statuspage
        (429, {"ratelimit-remaining": "0", "ratelimit-reset": "23"}, 23),  # PagerDuty
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}, 60),  # Datadog
        (429, {"x-ratelimit-reset": UNIX}, 60),  # Intercom
        (429, {"x-sentry-rate-limit-reset": UNIX}, 60),
        (429, {"x-ratelimit-reset": f"{UNIX}000"}, 60),
        (429, {"x-ratelimit-reset": "2026-01-05T09:03:00Z"}, 60),  # Jira
        (429, {"x-ratelimit-reset": "2026-01-05T09:03Z", "retry-after": "12"}, 60),  # the longer one
        (429, {"x-ratelimit-state": "THROTTLED", "x-ratelimit-period-in-sec": "30"}, 30),  # Opsgenie
        (429, {"x-ratelimit-state": "THROTTLED"}, 60),
        (429, {"x-ratelimit-reset": "soon", "retry-after": "-3"}, None),
        (429, {"retry-after": "86400"}, LONGEST_WAIT),
        (429, {"x-ratelimit-reset": "2026-01-05T08:00:00Z"}, 0),  # over already
        (403, {"retry-after": "7"}, 7),  # GitHub's secondary limits
        (403, {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": UNIX}, 60),
    ],
)
def test_each_dialect_of_being_refused(status: int, headers: dict[str, str], wait: float | None) -> None:
    assert told(status, headers, b"", NOW) == Told(refused=True, wait=wait)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"ratelimit-remaining": "0", "ratelimit-limit": "960", "ratelimit-reset": "41"}, 41),
        ({"ratelimit-remaining": "1", "ratelimit-reset": "41"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-limit": "0", "x-ratelimit-reset": "41"}, None),
        ({"x-ratelimit-state": "OK", "x-ratelimit-period-in-sec": "30"}, None),
        ({"x-ratelimit-state": "throttled", "x-ratelimit-period-in-sec": "30"}, 30),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"retry-after": "5"}, None),  # when to look at a job again, not when to ask at all
    ],
)
def test_a_good_answer_may_say_that_it_was_the_last(headers: dict[str, str], wait: float | None) -> None:
    assert told(200, headers, b"[]", NOW) == Told(refused=False, wait=wait)


def aws(code: str) -> bytes:
    return json.dumps({"__type": f"com.amazon.coral.service#{code}", "message": "Rate exceeded"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        (400, aws("ThrottlingException"), True),
        (400, b'{"Error": {"Code": "RequestLimitExceeded", "Message": "x"}}', True),
        (400, b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", True),
        (400, aws("ValidationException"), False),
        (400, b'{"message": "Throttling is not a field"}', False),
        (200, b'{"ok": false, "error": "ratelimited"}', True),  # Slack
        (200, b'{"ok": true, "messages": [{"text": "ratelimited"}]}', False),
        (200, b'{"ok": false, "error": "channel_not_found"}', False),
        (200, b"ratelimited", False),
        (200, b"[" * 3000 + b"ratelimited", False),
        (429, b'{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}', True),  # Google
        (503, aws("ThrottlingException"), False),
    ],
)
def test_some_say_it_in_the_body(status: int, body: bytes, *, refused: bool) -> None:
    assert told(status, {}, body, NOW).refused is refused


@given(
    status=st.sampled_from([200, 400, 420, 429, 503]),
    headers=st.dictionaries(
        st.sampled_from(
            [
                "retry-after",
                "ratelimit-reset",
                "x-ratelimit-reset",
                "x-ratelimit-remaining",
                "x-ratelimit-state",
            ]
        ),
        st.text(max_size=30) | st.integers().map(str) | st.floats().map(str) | st.just("0"),
    ),
    body=st.binary(max_size=60),
)
def test_no_answer_makes_us_wait_for_ever(status: int, headers: dict[str, str], body: bytes) -> None:
    wait = told(status, headers, body, NOW).wait
    assert wait is None or 0 <= wait <= LONGEST_WAIT


async def test_while_told_to_wait_it_does_not_ask(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.append(Reply(429, headers={"Retry-After": "12"}))
    async with opened(fake.url, clock) as client:
        with pytest.raises(SourceError, match=r"ask too often \(429\): raise interval"):
            await client.get("/api/v2/alerts")
        clock.pass_(2)
        with pytest.raises(SourceError, match="has told us to wait for 10 s") as caught:
            await client.get("/api/v2/alerts")
        assert caught.value.retry_after == 10
        assert not caught.value.permanent
        assert len(fake.requests) == 1
        clock.pass_(10)
        assert await client.get_json("/api/v2/alerts") == []


async def test_an_answer_that_was_the_last_for_now_is_still_an_answer(
    fake: FakeAlertmanager, clock: HeldClock
) -> None:
    fake.replies.append(Reply(headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": UNIX}))
    async with opened(fake.url, clock) as client:
        assert await client.get_json("/x") == []
        with pytest.raises(SourceError) as caught:
            await client.get("/x")
    assert caught.value.retry_after == 60


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_short_wait_is_waited_out(
    fake: FakeAlertmanager, clock: HeldClock, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    slept: list[float] = []

    async def pass_(seconds: float) -> None:
        slept.append(seconds)
        clock.pass_(seconds)

    monkeypatch.setattr(asyncio, "sleep", pass_)
    fake.replies.extend([Reply(429, headers={"Retry-After": "3"}), Reply()])
    async with opened(fake.url, clock) as client:
        assert (await client.ask(method, "/x")).status == 200
    assert sum(slept) == 3
    assert len(fake.requests) == 2


async def test_the_patience_of_a_client_is_that_of_its_poll(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.append(Reply(429, headers={"Retry-After": "3"}))
    async with opened(fake.url, clock, deadline="4s") as client:
        with pytest.raises(SourceError) as caught:
            await client.get("/x")
    assert caught.value.retry_after == 3


async def test_it_is_not_waited_again_and_again(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.extend([Reply(429, headers={"Retry-After": "0"})] * 3)
    async with opened(fake.url, clock) as client:
        with pytest.raises(SourceError, match="too often"):
            await client.get("/x")
    assert len(fake.requests) == 3


async def test_a_throttled_answer_is_none_though_its_status_is_accepted(
    fake: FakeAlertmanager, clock: HeldClock
) -> None:
    fake.replies.extend([Reply(200, b'{"ok": false, "error": "ratelimited"}'), Reply(400, aws("Throttling"))])
    async with opened(fake.url, clock) as client:
        for status in (200, 400):
            with pytest.raises(SourceError, match=rf"too often \({status}\)") as caught:
                await client.ask("POST", "/x", accept={400})
            assert not caught.value.permanent


class Turns:
    """Requests of a gate, and how many are through at the same time."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside = 0
        self.most = 0

    async def one(self) -> None:
        async with self.gate.turn():
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0)
            self.inside -= 1


@pytest.mark.parametrize(("pace", "most"), [(Pace(), 5), (Pace(serial=True), 1), (Pace(gap=0.001), 1)])
async def test_one_after_the_other_where_the_vendor_wants_it(clock: HeldClock, pace: Pace, most: int) -> None:
    turns = Turns(Gate("a.example", clock, pace))
    await asyncio.gather(*(turns.one() for _ in range(5)))
    assert turns.most == most


async def test_a_gap_between_two_requests(clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def pass_(seconds: float) -> None:
        slept.append(seconds)
        clock.pass_(seconds)

    turns = Turns(Gate("a.example", clock, Pace(gap=60, patience=5)))
    await turns.one()
    monkeypatch.setattr(asyncio, "sleep", pass_)
    clock.pass_(20)
    with pytest.raises(SourceError, match=r"a\.example takes our next request in 40 s") as caught:
        await turns.one()
    assert caught.value.retry_after == 40
    clock.pass_(36)
    await turns.one()
    assert slept[0] == 4


async def test_a_clock_that_is_set_back_makes_no_wait_longer(clock: HeldClock) -> None:
    gate = Gate("a.example", clock, Pace())
    gate.note(Told(refused=True, wait=12))
    clock.at = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(SourceError) as caught:
        await Turns(gate).one()
    assert caught.value.retry_after == 12


async def test_a_shorter_word_does_not_open_the_gate(clock: HeldClock) -> None:
    gate = Gate("a.example", clock, Pace())
    for told_now in (Told(wait=30), Told(wait=10), Told(wait=None), Told()):
        gate.note(told_now)
    with pytest.raises(SourceError) as caught:
        await Turns(gate).one()
    assert caught.value.retry_after == 30


def test_a_pace_says_what_it_is() -> None:
    kept: dict[str, Any] = {"gap": 1.0, "serial": True}
    assert Pace(**kept).within(4.0) == Pace(**kept, patience=2.0)
    assert Pace(patience=1.0).within(60.0).patience == 1.0
