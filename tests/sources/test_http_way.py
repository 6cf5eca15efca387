"""The way to a server and what comes along it: proxies, certificates, packed, huge and slow bodies."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from console.errors import SourceError
from console.sources.base.options import LoginOptions
from console.web.http import HttpClient
from console.web.unpack import Unpacker, UnreadableBodyError
from tests.fakes.alertmanager import FakeAlertmanager, Reply
from tests.servers.alertmanager import free_port
from tests.sources.clients import opened
from tests.sources.conftest import HeldClock

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n[42]"


class Proxy:
    """A forward proxy: passes CONNECT through to ``behind``, answers anything else itself."""

    def __init__(self, behind: int = 0, refusal: bytes = b"") -> None:
        self.behind = behind
        self.refusal = refusal
        self.lines: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.lines.append(head.split(b"\r\n")[0].decode())
            if self.refusal:
                writer.write(self.refusal)
            elif head.startswith(b"CONNECT"):
                await self._tunnel(reader, writer)
            else:
                writer.write(OK)
            await writer.drain()
        writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.behind)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, back), pump(there, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def proxying(proxy: Proxy) -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield proxy


async def test_the_proxy_of_the_options_is_used(clock: HeldClock) -> None:
    async with proxying(Proxy()) as proxy, opened("http://am.example:9093", clock, proxy=proxy.url) as client:
        assert await client.get_json("/x") == [42]
    assert proxy.lines == ["GET http://am.example:9093/x HTTP/1.1"]


async def test_none_means_no_proxy_whatever_the_environment_says(
    fake: FakeAlertmanager, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    async with opened(fake.url, clock, proxy="none") as client:
        assert await client.get_json("/api/v2/alerts") == []


async def test_a_proxy_that_is_down_is_named(clock: HeldClock) -> None:
    gone = f"127.0.0.1:{free_port()}"
    async with opened("https://am.example", clock, proxy=f"http://{gone}") as client:
        with pytest.raises(SourceError, match=f"am.example cannot be reached: the proxy {gone} is not there"):
            await client.get("/x")


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (b"HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n", "the proxy refuses to reach am.example"),
        (b"HTTP/1.1 407 login s3cret\r\nContent-Length: 0\r\n\r\n", "the proxy refuses to reach am.example"),
    ],
)
async def test_a_proxy_that_refuses(clock: HeldClock, refusal: bytes, said: str) -> None:
    async with (
        proxying(Proxy(refusal=refusal)) as proxy,
        opened("https://am.example", clock, proxy=proxy.url) as client,
    ):
        with pytest.raises(SourceError, match=said) as caught:
            await client.get("/x")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1080", "127.0.0.1:8080", "http://u:p@proxy.example"])
def test_a_proxy_is_an_http_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|user name"):
        LoginOptions.model_validate({"proxy": url})


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[int]:
    """The port of a server for ``localhost`` that wants a certificate of ours; ``ca.pem``, ``we.pem`` lie in the folder."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("us@example.com").private_key_and_cert_chain_pem.write_to_path(tmp_path / "we.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(Proxy().serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_certificates_also_through_a_proxy(tmp_path: Path, clock: HeldClock, locked: int) -> None:
    files: dict[str, Any] = {"ca_file": tmp_path / "ca.pem", "cert_file": tmp_path / "we.pem"}
    async with proxying(Proxy(locked)) as proxy:
        for way in ("none", proxy.url):
            async with opened(f"https://localhost:{locked}", clock, proxy=way, **files) as client:
                assert await client.get_json("/x") == [42]
        async with opened(f"https://localhost:{locked}", clock, proxy=proxy.url) as client:
            with pytest.raises(
                SourceError, match="signed by an authority we do not know: name it with ca_file"
            ):
                await client.get("/x")
    assert proxy.lines == [f"CONNECT localhost:{locked} HTTP/1.1"] * 2


async def test_a_certificate_file_that_is_none(tmp_path: Path, clock: HeldClock) -> None:
    (tmp_path / "ca.pem").write_text("not PEM")
    async with opened("https://localhost:1", clock, ca_file=tmp_path / "ca.pem") as client:
        with pytest.raises(SourceError, match=r"certificate file .*ca\.pem cannot be used") as caught:
            await client.get("/x")
    assert caught.value.permanent


async def test_a_bomb_is_not_unpacked_far_past_the_limit(fake: FakeAlertmanager, clock: HeldClock) -> None:
    bomb = gzip.compress(bytes(60_000_000), 6)
    assert len(bomb) < 200_000
    async with opened(fake.url, clock, max_body_mb=2) as client:
        await client.get("/api/v2/alerts")  # what is loaded for a first request does not count
        fake.replies.append(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
        tracemalloc.start()
        try:
            with pytest.raises(SourceError, match="more than 2 MB"):
                await client.get("/x")
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()


async def test_what_is_packed_arrives_whole(fake: FakeAlertmanager, clock: HeldClock) -> None:
    fake.replies.append(Reply(body=gzip.compress(b"[1]" * 100), headers={"Content-Encoding": "gzip"}))
    async with opened(fake.url, clock) as client:
        assert await client.get("/x") == b"[1]" * 100
    assert fake.requests[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(b"[1]", mtime=0)[:-9]), ("br", b"[1]"), ("gzip, gzip", b"[1]"), ("gzip", b"[1]")],
)
async def test_what_is_not_packed_as_it_says_is_refused(
    fake: FakeAlertmanager, clock: HeldClock, encoding: str, body: bytes
) -> None:
    fake.replies.append(Reply(body=body, headers={"Content-Encoding": encoding}))
    async with opened(fake.url, clock) as client:
        with pytest.raises(SourceError, match="broke off"):
            await client.get("/x")


@given(st.binary(max_size=2000), st.integers(1, 50), st.sampled_from(["gzip", "x-gzip", "identity", ""]))
def test_pieces_unpack_to_the_whole_and_never_to_more_than_there_is_room(
    body: bytes, size: int, encoding: str
) -> None:
    packed = gzip.compress(body) if "gzip" in encoding else body
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    unpacker = Unpacker(encoding)
    assert b"".join(unpacker.feed(piece, 10_000) for piece in pieces) == body
    unpacker.finish()
    assert Unpacker(encoding).feed(packed, 7) == body[:7]


def test_nothing_at_all_is_a_body_too() -> None:
    unpacker = Unpacker("gzip")
    assert unpacker.feed(b"", 10) == b""
    unpacker.finish()
    with pytest.raises(UnreadableBodyError):
        Unpacker("deflate")


async def test_a_body_that_comes_drop_by_drop_is_given_up(clock: HeldClock) -> None:
    stop = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                writer.write(b"[")
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.05)
                    break
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        client = HttpClient(
            f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            LoginOptions(timeout=timedelta(seconds=0.3)),
            clock,
        )
        with pytest.raises(SourceError, match=r"no complete answer within 0\.3 s"):
            await client.get("/x")
        await client.close()
        stop.set()
