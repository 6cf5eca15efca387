"""Health checks of our own, against servers that are well, sick and gone."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError

from console.domain.alert import Poll
from console.domain.priority import Priority
from console.errors import SourceError
from console.sources.checks import Options, Source
from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.servers.alertmanager import free_port
from tests.sources.conftest import HeldClock


class Shop(FakeServer):
    """Says whether it is well."""

    status = 200
    words = b"all is well"

    def answer(self, request: Request) -> Reply:
        return Reply(self.status, self.words)


@asynccontextmanager
async def trying(clock: HeldClock, *checks: dict[str, Any], **more: Any) -> AsyncIterator[Source]:
    options = Options.model_validate({"checks": [{"service": "shop", **one} for one in checks], **more})
    source = Source("own", options, clock)
    try:
        yield source
    finally:
        await source.close()


def titles(poll: Poll) -> list[str]:
    return [alert.title for alert in poll.alerts]


async def test_it_fails_when_it_failed_often_enough_and_ends_at_the_first_success(clock: HeldClock) -> None:
    with serving(Shop()) as shop:
        async with trying(clock, {"name": "front", "http": shop.url + "/health?key=s3cret"}) as source:
            assert titles(await source.fetch()) == []
            began = clock.now()
            shop.status = 500
            assert titles(await source.fetch()) == []
            clock.pass_(30)
            poll = await source.fetch()
            assert titles(poll) == ["front: answers with status 500"]
            assert poll.alerts[0].started_at == began
            assert "s3cret" not in repr(poll)
            clock.pass_(30)
            assert (await source.fetch()).alerts == poll.alerts
            shop.status = 204
            assert titles(await source.fetch()) == []
            assert shop.requests[0].one("key") == "s3cret"


async def test_the_words_in_the_answer_can_be_asked_for(clock: HeldClock) -> None:
    with serving(Shop()) as shop:
        check = {"name": "front", "http": shop.url, "text": "well", "failures": 1}
        async with trying(clock, check) as source:
            assert titles(await source.fetch()) == []
            shop.words = b"so so"
            assert titles(await source.fetch()) == ['front: answers without "well"']


async def test_headers_are_sent_and_a_redirect_is_not_followed(clock: HeldClock) -> None:
    with serving(Shop()) as shop:
        check = {"name": "front", "http": shop.url, "headers": {"X-Key": "k1"}, "failures": 1}
        async with trying(clock, check) as source:
            shop.replies.append(Reply(302, headers={"Location": "https://login.example/"}))
            assert titles(await source.fetch()) == ["front: answers with status 302"]
            assert shop.requests[0].headers["X-Key"] == "k1"


async def test_a_port_that_opens_and_one_that_does_not(clock: HeldClock) -> None:
    closed = free_port()
    with serving(Shop()) as shop:
        open_one = {"name": "open", "tcp": shop.url.removeprefix("http://"), "failures": 1}
        shut = {"name": "shut", "tcp": f"127.0.0.1:{closed}", "failures": 1}
        async with trying(clock, open_one, shut) as source:
            assert titles(await source.fetch()) == [f"shut: 127.0.0.1:{closed} refuses the connection"]


async def test_one_that_says_nothing_is_given_up_in_time(clock: HeldClock) -> None:
    with serving(Shop()) as shop:
        shop.replies.append(Reply(hang=True))
        check = {"name": "front", "http": shop.url, "failures": 1}
        async with trying(clock, check, timeout="1s") as source:
            assert "gave no complete answer within 1 s" in titles(await source.fetch())[0]


async def test_where_the_reference_is_silent_too_it_is_our_own_network(clock: HeldClock) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    with serving(Shop()) as shop:
        checks = ({"name": "shut", "tcp": nowhere, "failures": 1}, {"name": "front", "http": shop.url})
        async with trying(clock, *checks, reference=nowhere) as source:
            with pytest.raises(SourceError, match="our own network seems to be down"):
                await source.fetch()
        async with trying(clock, *checks, reference=shop.url.removeprefix("http://")) as source:
            assert len((await source.fetch()).alerts) == 1


@asynccontextmanager
async def encrypted(folder: Path, good_until: datetime) -> AsyncIterator[tuple[str, Path]]:
    """Run a TLS server whose certificate is good for localhost until then; yield its place and authority."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", not_after=good_until)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(tls)
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(file)

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"localhost:{server.sockets[0].getsockname()[1]}", file


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=60), []),
        (timedelta(days=3, hours=1), ["certificate of {} runs out in 3 days"]),
        (timedelta(hours=2), ["certificate of {} runs out today"]),
    ],
)
async def test_a_certificate_is_told_of_before_it_runs_out(
    left: timedelta, said: list[str], tmp_path: Path
) -> None:
    clock = HeldClock(datetime.now(UTC))
    async with (
        encrypted(tmp_path, clock.now() + left) as (place, authority),
        trying(clock, {"name": "mail", "tls": place}, ca_file=str(authority)) as source,
    ):
        poll = await source.fetch()
        assert titles(poll) == [words.format(place) for words in said]
        assert {alert.priority for alert in poll.alerts} <= {Priority.P3}


async def test_with_no_days_only_the_connection_counts(tmp_path: Path) -> None:
    clock = HeldClock(datetime.now(UTC))
    check = {"name": "mail", "certificate_days": 0, "failures": 1}
    async with encrypted(tmp_path, clock.now() + timedelta(hours=2)) as (place, authority):
        async with trying(clock, {**check, "tls": place}, ca_file=str(authority)) as source:
            assert titles(await source.fetch()) == []
        async with trying(clock, {**check, "tls": place}) as source:  # nobody vouches for it
            assert len((await source.fetch()).alerts) == 1


async def test_one_that_has_run_out_fails_the_check_itself(tmp_path: Path) -> None:
    clock = HeldClock(datetime.now(UTC))
    async with encrypted(tmp_path, clock.now() - timedelta(minutes=1)) as (place, authority):
        check = {"name": "mail", "tls": place, "failures": 1}
        async with trying(clock, check, ca_file=str(authority)) as source:
            assert "expired" in titles(await source.fetch())[0]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ({"name": "a"}, "needs exactly one of http"),
        ({"name": "a", "tcp": "x:1", "tls": "x:1"}, "needs exactly one of http"),
        ({"name": "a", "tcp": "x"}, "is not a host and a port"),
        ({"name": "a", "tcp": "x:99999"}, "is not a host and a port"),
        ({"name": "a", "http": "ftp://x"}, "is not an address"),
        ({"name": "a", "http": "https://asha:pw@x"}, "is not an address"),
        ({"name": "a", "tcp": "x:1", "text": "well"}, "go with http only"),
    ],
)
def test_what_cannot_be_tried_is_refused(check: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Options.model_validate({"checks": [{"service": "shop", **check}]})


def test_two_checks_of_one_name_are_refused() -> None:
    twice = [{"name": "a", "service": "x", "tcp": "x:1"}] * 2
    with pytest.raises(ValidationError, match='two checks are called "a"'):
        Options.model_validate({"checks": twice})
