"""A private address is read whole, asked for again only if it changed, and never shown."""

from __future__ import annotations

import logging

import pytest

from console.config.calendars import Access
from console.errors import ConfigError, SourceError
from console.web.document import Document
from console.web.options import WebOptions
from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.sources.conftest import HeldClock

SECRET = "private-0f9e8d7c"


class Feed(FakeServer):
    """A calendar that says 304 to whoever knows its version."""

    status = 200

    def answer(self, request: Request) -> Reply:
        if self.status != 200:
            return Reply(self.status, f"not {request.path}".encode())
        if request.headers.get("If-None-Match") == '"1"':
            return Reply(304, b"", {"ETag": '"1"'})
        return Reply(200, b"BEGIN:VCALENDAR", {"ETag": '"1"'})


async def test_it_is_read_and_asked_for_again_only_if_it_changed(
    clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Feed()) as feed:
        url = f"{feed.url}/ical/{SECRET}/basic.ics?key={SECRET}"
        document = Document(lambda: Access(url, {"X-Key": SECRET}), WebOptions(), clock)
        assert await document.read() == b"BEGIN:VCALENDAR"
        assert await document.read() == b"BEGIN:VCALENDAR"
        await document.close()
        first, second = feed.requests
        assert first.one("key") == SECRET
        assert first.headers["X-Key"] == SECRET
        assert second.headers["If-None-Match"] == '"1"'
    assert SECRET not in caplog.text


async def test_a_refusal_hides_the_address_and_has_it_looked_up_again(clock: HeldClock) -> None:
    with serving(Feed()) as feed:
        feed.status = 404
        found = [f"{feed.url}/{SECRET}", f"{feed.url}/new"]
        document = Document(lambda: Access(found.pop(0)), WebOptions(), clock)
        with pytest.raises(SourceError) as caught:
            await document.read()
        assert SECRET not in f"{caught.value!r} {caught.value}"
        feed.status = 200
        assert await document.read() == b"BEGIN:VCALENDAR"
        assert feed.requests[-1].path == "/new"
        await document.close()


@pytest.mark.parametrize("error", [ConfigError("$FEED is not set"), ValueError(SECRET), None])
async def test_an_address_that_cannot_be_had(clock: HeldClock, error: Exception | None) -> None:
    def access() -> None:
        if error is not None:
            raise error

    with pytest.raises(SourceError) as caught:
        await Document(access, WebOptions(), clock).read()
    assert caught.value.permanent
    assert SECRET not in str(caught.value)
