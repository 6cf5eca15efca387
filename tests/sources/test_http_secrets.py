"""No secret in a message, a log entry, a repr or a traceback, whatever goes wrong and whoever repeats it."""

from __future__ import annotations

import io
import logging
import traceback
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import one_line
from console.errors import SourceError
from console.web.answers import refusal
from console.web.credentials import Headers
from console.web.exchange import Answer, Request
from console.web.redaction import Secrets, secrets_of, without_query
from console.web.sender import Question
from console.web.wire import Wire  # here, so that its loggers are as they are in use
from tests.fakes.alertmanager import FakeAlertmanager, Reply
from tests.servers.alertmanager import free_port
from tests.sources.clients import opened
from tests.sources.conftest import NOW, HeldClock

assert Wire.__doc__

SENTINEL = "s3ntinel/+ =välue"
HEADER = "s3ntinel-t0ken-value"
ALL = (SENTINEL, HEADER, quote(SENTINEL), quote_plus(SENTINEL), quote(SENTINEL, safe=""))
LOGIN = b64encode(f"asha:{HEADER}".encode()).decode()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that any logger says, at every level, as our log files would have it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    names = ("", "console", "httpx", "httpcore", "httpcore.http11", "httpcore.connection", "asyncio")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def unseen(text: str) -> None:
    assert not [secret for secret in (*ALL, LOGIN) if secret in text]


ECHO = f'{{"message": "no such token: {HEADER}, Bearer {HEADER}, {SENTINEL}"}}'.encode()

FAILURES = {
    "refused": [Reply(401, ECHO)] * 2,
    "forbidden": [Reply(403, ECHO)],
    "wrong": [Reply(400, ECHO)],
    "trouble": [Reply(500, b"proxy log: Authorization: Bearer " + HEADER.encode())],
    "too often": [Reply(429, ECHO)],
    "redirect": [Reply(302, headers={"Location": f"https://login.example/{HEADER}?next={HEADER}"})],
    "page": [Reply(200, b"<html>" + ECHO)],
    "no json": [Reply(200, HEADER.encode())],
    "broken off": [Reply(200, ECHO, announced=4000)],
    "not packed": [Reply(200, ECHO, {"Content-Encoding": "gzip"})],
    "silent": [Reply(hang=True)],
    "too much": [Reply(200, b" " * 1_000_001)],
    "fine": [Reply(200, b"[]", {"Set-Cookie": HEADER, "X-Request-Id": f"{HEADER}-1"})],
}

LOGINS: list[dict[str, Any]] = [{"token": HEADER}, {"username": "asha", "password": HEADER}]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("login", LOGINS, ids=["token", "password"])
async def test_no_failure_shows_a_secret(
    fake: FakeAlertmanager, clock: HeldClock, logged: io.StringIO, login: dict[str, Any], failure: str
) -> None:
    fake.replies.extend(FAILURES[failure])
    params = [("api_key", SENTINEL), ("X-Amz-Signature", SENTINEL), ("team", "payments")]
    shown = ""
    async with opened(fake.url, clock, timeout=timedelta(seconds=0.3), max_body_mb=1, **login) as client:
        try:
            await client.get_json("/api/v2/alerts", params)
        except SourceError as error:
            shown = "".join(traceback.format_exception(error)) + repr(error) + str(error)
        shown += repr(client)
    assert bool(shown) or failure == "fine"
    unseen(shown)
    said = logged.getvalue()
    unseen(said)
    assert f"GET {fake.url}/api/v2/alerts:" in said  # the log says what was asked, without its query
    assert "payments" not in said + shown


async def test_nor_does_a_server_that_is_not_there_or_a_bad_header(
    clock: HeldClock, logged: io.StringIO, fake: FakeAlertmanager
) -> None:
    for url, headers in ((f"http://127.0.0.1:{free_port()}", {}), (fake.url, {"X-Key": f"{HEADER}é\n"})):
        async with opened(url, clock, token=HEADER) as client:
            with pytest.raises(SourceError) as caught:
                await client.ask("GET", "/x", [("token", SENTINEL)], headers=headers)
        unseen("".join(traceback.format_exception(caught.value)))
    unseen(logged.getvalue())


class Talkative:
    """Credentials of a library that says more than it should."""

    def headers(self, _place: str, _method: str, _url: str, _body: bytes) -> Mapping[str, str]:
        raise ValueError(f"cannot sign with {HEADER}")

    def renew(self) -> None: ...


async def test_nor_does_a_library_that_fetches_credentials(
    fake: FakeAlertmanager, clock: HeldClock, logged: io.StringIO
) -> None:
    async with opened(fake.url, clock, credentials=Talkative()) as client:
        with pytest.raises(SourceError, match=r"our credentials cannot be had \(ValueError\)") as caught:
            await client.get("/x")
    unseen("".join(traceback.format_exception(caught.value)) + logged.getvalue())


def test_nothing_shows_its_secrets_by_repr() -> None:
    headers = {"Authorization": f"Bearer {HEADER}"}
    for value in (
        Request("GET", f"https://a.example/?token={SENTINEL}", headers, HEADER.encode()),
        Answer(200, {"set-cookie": HEADER}, HEADER.encode(), "a.example"),
        Question("GET", "/x", [("token", SENTINEL)], HEADER.encode(), headers),
        Secrets([HEADER]),
        Headers({}),
    ):
        unseen(repr(value))


WORD = st.text(st.characters(exclude_categories=["Z", "Cc"]), min_size=4, max_size=30)


@given(WORD, st.text(max_size=20), st.text(max_size=20))
def test_a_secret_is_taken_out_however_it_is_written(secret: str, before: str, after: str) -> None:
    secrets = Secrets([f"Bearer {secret}"])
    for form in (secret, quote(secret, safe="", errors="replace")):
        assert form not in secrets.without(f"{before} {form} {after}")


def test_what_is_called_like_a_secret_is_one() -> None:
    names = [
        "api_key",
        "apikey",
        "X-API-Key",
        "key",
        "access_token",
        "X-Amz-Signature",
        "sid_session",
        "password",
    ]
    secrets = secrets_of({}, {}, [(name, f"{name}-value") for name in names])
    assert secrets.without(" ".join(f"{name}-value" for name in names)).split() == ["***"] * len(names)
    harmless = [("filter", "keyboard"), ("monkey", "banana"), ("team", "payments"), ("token", "abc")]
    assert (
        secrets_of({}, {}, harmless).without("keyboard banana payments abc") == "keyboard banana payments abc"
    )


def test_an_address_is_shown_without_its_query() -> None:
    assert without_query("https://a.example/b?token=c#d") == "https://a.example/b"


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (403, {}, b'{"message": "Permissions needed: alert.instances:read"}', ": Permissions needed: alert.ins"),
        (403, {}, b'{"detail": "You do not have permission"}', "(403: You do not have permission)"),
        (403, {}, b'{"errors": ["Forbidden"]}', "(403)"),
        (403, {}, b'{"errorMessages": ["a", "b"], "errors": {}}', "(403: a; b)"),
        (403, {}, b'{"error": {"message": "Access Denied", "errors": ["needs incident_write"]}}', "needs incident_w"),
        (403, {}, b'{"type": "error.list", "errors": [{"code": "x", "message": "No scope"}]}', "(403: No scope)"),
        (403, {}, b"<ErrorResponse><Error><Message>may not DescribeAlarms</Message>", "(403: may not Descr"),
        (403, {}, b"<html><title>Forbidden", "(403)"),
        (403, {}, b"", "(403)"),
        (403, {"www-authenticate": 'Bearer error="insufficient_scope", scope="a:b c"'}, b"", "needs scope a:b c"),
        (401, {}, b'{"error": {"message": "Token expired", "code": 2006}}', "credentials (401: Token expired)"),
        (401, {}, b'{"ok": 1}', '(401: {"ok": 1})'),
        (403, {}, b'{"message": "\\u001b[2Jno\\nway"}', "(403: ^[[2Jno"),
        (404, {}, b'{"message": "x"}', "has no such path (404)"),
        (407, {}, b"", "the proxy wants a login (407)"),
    ],
)  # fmt: skip
def test_a_refusal_quotes_what_is_missing(
    status: int, headers: dict[str, str], body: bytes, said: str
) -> None:
    error = refusal(status, headers, body, "a.example", NOW)
    assert said in error.message
    assert error.message.isprintable()
    assert error.hint
    assert error.parked is (status in {401, 403})
    assert error.status == status


@given(st.binary(max_size=300), st.sampled_from([400, 401, 403, 404, 429, 500]))
def test_no_body_of_an_error_is_too_odd(body: bytes, status: int) -> None:
    error = refusal(status, {}, body, "a.example", NOW)
    assert one_line(error.message, 1000) == error.message
    assert len(error.message) < 300
