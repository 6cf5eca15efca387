from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from console.config.secrets import Secret
from console.errors import SourceError
from console.sources.base.options import LoginOptions
from console.web.answers import retry_after
from console.web.http import HttpClient
from tests.fakes.alertmanager import FakeAlertmanager, Reply
from tests.servers.alertmanager import free_port
from tests.sources.clients import opened
from tests.sources.conftest import HeldClock

SECRET = "t0p-s3cret"


@pytest.fixture
async def client(fake: FakeAlertmanager, clock: HeldClock) -> AsyncIterator[HttpClient]:
    async with opened(fake.url, clock, timeout="5s") as made:
        yield made


@pytest.mark.parametrize(
    ("reply", "said", "hint", "permanent"),
    [
        (Reply(401), "does not accept our credentials (401)", "check the token", True),
        (Reply(403), "forbids this (403)", "what the token may do", True),
        (Reply(404), "has no such path (404)", "is url right", True),
        (
            Reply(400, b'"bad matcher format: x"'),
            "refuses the request (400: bad matcher format: x)",
            "",
            True,
        ),
        (Reply(422, b'{"code":612,"message":"no\\u001b[2Jway"}'), "(422: no^[[2Jway)", "", True),
        (Reply(500, b"boom"), "is in trouble (500: boom)", "server's own log", False),
        (Reply(502, b"<html><body>Bad Gateway"), "is in trouble (502)", "", False),
        (Reply(429), "we ask too often (429)", "raise interval", False),
        (
            Reply(302, headers={"Location": "https://login.example/?back=secret"}),
            "sends us elsewhere (302, to https://login.example/)",
            "a login page",
            True,
        ),
        (Reply(302, headers={"Location": "\t"}), "sends us elsewhere (302)", "a login page", True),
        (
            Reply(200, b"\n<!DOCTYPE html><title>Log in"),
            "a web page instead of JSON",
            "a login page or a proxy",
            False,
        ),
        (Reply(200, b""), "something that is not JSON", "", False),
        (Reply(200, b"[{]"), "something that is not JSON", "", False),
        (Reply(200, b"\xff\xfe\x00"), "something that is not JSON", "", False),
        (Reply(200, b"[" * 100_000), "something that is not JSON", "", False),
        (Reply(200, b"1" * 10_000), "something that is not JSON", "", False),
        (Reply(200, b"[1,2", announced=4000), "broke off in the middle", "restarting", False),
        (
            Reply(200, b"not gzip", headers={"Content-Encoding": "gzip"}),
            "broke off in the middle",
            "",
            False,
        ),
    ],
)
async def test_an_answer_of_no_use_is_named(
    client: HttpClient, fake: FakeAlertmanager, reply: Reply, said: str, hint: str, *, permanent: bool
) -> None:
    fake.replies.append(reply)
    with pytest.raises(SourceError) as caught:
        await client.get_json("/api/v2/alerts")
    assert said in caught.value.message
    assert caught.value.message.startswith(fake.url.removeprefix("http://"))
    assert hint in caught.value.hint
    assert caught.value.permanent is permanent
    assert "\n" not in str(caught.value)
    assert await client.get_json("/api/v2/alerts") == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("99999999999999", 3600.0),
        ("Mon, 05 Jan 2026 09:02:30 GMT", 30.0),
        ("Mon, 05 Jan 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 1, 5, 9, 2, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [429, 503])
async def test_being_told_to_wait_is_passed_on(
    client: HttpClient, fake: FakeAlertmanager, status: int
) -> None:
    fake.replies.append(Reply(status, headers={"Retry-After": "12"}))
    with pytest.raises(SourceError) as caught:
        await client.get("/x")
    assert caught.value.retry_after == 12.0


async def test_a_huge_body_is_refused_before_it_is_read_to_the_end(
    fake: FakeAlertmanager, clock: HeldClock
) -> None:
    fake.replies.append(Reply(body=b" " * 3_000_000, announced=50_000_000))
    async with opened(fake.url, clock, max_body_mb=2) as client:
        with pytest.raises(SourceError, match=r"more than 2 MB: .*max_body_mb"):
            await client.get("/x")


async def test_a_body_that_unpacks_to_too_much_is_refused(fake: FakeAlertmanager, clock: HeldClock) -> None:
    packed = gzip.compress(b" " * 5_000_000)
    fake.replies.append(Reply(body=packed, headers={"Content-Encoding": "gzip"}))
    async with opened(fake.url, clock, max_body_mb=2) as client:
        with pytest.raises(SourceError, match="more than 2 MB"):
            await client.get("/x")


async def test_a_silent_server_is_given_up(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.append(Reply(hang=True))
    async with opened(fake.url, clock, timeout="1s") as client:
        with pytest.raises(SourceError, match=r"no complete answer within 1 s: .*raise timeout"):
            await client.get("/x")


async def test_a_cancelled_request_leaves_the_client_usable(
    fake: FakeAlertmanager, client: HttpClient
) -> None:
    fake.replies.append(Reply(hang=True))
    asked = asyncio.create_task(client.get("/x"))
    assert await asyncio.to_thread(fake.hanging.wait, 5)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await client.get_json("/api/v2/alerts") == []


async def test_nobody_there(clock: HeldClock) -> None:
    port = free_port()
    async with opened(f"http://127.0.0.1:{port}", clock) as client:
        with pytest.raises(SourceError, match=f"127.0.0.1:{port} refuses the connection: is it running"):
            await client.get("/x")


async def test_no_such_host(clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_more: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with opened("http://am.nowhere.example:9093", clock) as client:
        with pytest.raises(SourceError, match=r"am\.nowhere\.example:9093 cannot be found by name"):
            await client.get("/x")


async def test_tls_to_a_server_without_it(fake: FakeAlertmanager, clock: HeldClock) -> None:
    async with opened(fake.url.replace("http:", "https:"), clock) as client:
        with pytest.raises(SourceError, match="its TLS cannot be agreed on: does url need http"):
            await client.get("/x")


async def test_credentials_are_sent(fake: FakeAlertmanager, clock: HeldClock) -> None:
    async with opened(fake.url, clock, token=SECRET) as client:
        await client.get("/api/v2/alerts")
    async with opened(fake.url, clock, username="asha", password=SECRET) as client:
        await client.get("/api/v2/alerts")
    sent = [request.headers["Authorization"] for request in fake.requests]
    assert sent == [f"Bearer {SECRET}", "Basic YXNoYTp0MHAtczNjcmV0"]


async def test_a_renewed_token_is_read_after_a_401(
    fake: FakeAlertmanager, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AM_TOKEN", "old")
    async with opened(fake.url, clock, token={"env": "AM_TOKEN"}) as client:
        fake.replies.append(Reply(401))
        with pytest.raises(SourceError, match="401"):
            await client.get("/x")
        monkeypatch.setenv("AM_TOKEN", "new")
        await client.get("/api/v2/alerts")
    assert fake.requests[-1].headers["Authorization"] == "Bearer new"


async def test_credentials_are_not_carried_to_another_host(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.append(Reply(307, headers={"Location": f"{fake.url}/elsewhere"}))
    async with opened(fake.url, clock, token=SECRET) as client:
        with pytest.raises(SourceError, match="put the final address into url"):
            await client.get("/x")
    assert [request.path for request in fake.requests] == ["/x"]


@pytest.mark.parametrize("token", [f"{SECRET}\nX-Evil: 1", f"{SECRET}é", f"\x1b{SECRET}"])
async def test_a_token_that_is_none_is_refused_without_showing_it(
    fake: FakeAlertmanager, clock: HeldClock, token: str
) -> None:
    async with opened(fake.url, clock, token=Secret.literal(token)) as client:
        with pytest.raises(SourceError, match="characters that no token has") as caught:
            await client.get("/x")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert fake.requests == []


async def test_a_secret_that_cannot_be_fetched(fake: FakeAlertmanager, clock: HeldClock) -> None:
    async with opened(fake.url, clock, token={"env": "ONCALL_TEST_NOT_SET"}) as client:
        with pytest.raises(SourceError, match="cannot be asked: environment variable ONCALL_TEST_NOT_SET"):
            await client.get("/x")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x"])
async def test_a_proxy_that_cannot_be_used(
    fake: FakeAlertmanager, clock: HeldClock, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    async with opened(fake.url, clock) as client:
        with pytest.raises(
            SourceError, match="proxy named in the environment cannot be used: check HTTP_PROXY"
        ):
            await client.get("/x")


async def test_the_proxy_of_the_environment_is_used(
    fake: FakeAlertmanager, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", fake.url)
    async with opened("http://am.example:9093", clock) as client:
        assert await client.get_json("/api/v2/alerts") == []
    assert fake.requests[0].headers["Host"] == "am.example:9093"


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ({"username": "asha"}, "username and password go together"),
        ({"username": "asha", "password": "x", "token": "y"}, "not both"),
        ({"key_file": "k.pem"}, "key_file needs cert_file"),
        ({"timeout": "0s"}, "must be longer"),
        ({"max_body_mb": 0}, "greater than or equal to 1"),
        ({"insecur": True}, "Extra inputs"),
    ],
)
def test_options_that_do_not_fit_together(table: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong) as caught:
        LoginOptions.model_validate(table)
    assert "asha" not in str(caught.value)
