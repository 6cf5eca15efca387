"""A mailbox whose server is not there, says no, falls silent, breaks off, or says too much."""

from __future__ import annotations

import asyncio
import gc
import imaplib
import logging
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import trustme

from console.domain.alert import Poll
from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.sources.email import Options
from console.sources.email.source import Source
from tests.fakes.imap import PASSWORD, TOKEN, USER, FakeImap, serving
from tests.servers.alertmanager import free_port
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident
from tests.sources.mails import mail
from tests.waiting import PATIENCE

SHORT = {"timeout": timedelta(seconds=0.25)}


@pytest.fixture
def fake() -> Iterator[FakeImap]:
    with serving() as made:
        made.inbox.put(mail("A"), NOW)
        yield made


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    """Those of the event loop's pool idle; none may be in the middle of something."""
    yield
    stuck = [one for one in threading.enumerate() if one.name.startswith("asyncio_") and one.is_alive()]
    for one in stuck:
        one.join(2)
    assert not any(one.is_alive() for one in stuck)


def source_at(fake: FakeImap, **more: Any) -> Source:
    table = {"host": "127.0.0.1", "port": fake.port, "encryption": "none", "username": USER, "done": "Done"}
    secret = {} if "token" in more else {"password": PASSWORD}
    return Source("prod", Options.model_validate({**table, **secret, **more}), HeldClock())


async def answer(fake: FakeImap, **more: Any) -> Poll:
    source = source_at(fake, **more)
    try:
        return await source.fetch()
    finally:
        await source.close()


async def failure(fake: FakeImap, **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await answer(fake, **more)
    assert caught.value.hint
    assert str(caught.value).isprintable()
    assert PASSWORD not in str(caught.value)
    assert TOKEN not in str(caught.value)
    return caught.value


# Who we are


@pytest.mark.parametrize("offered", [{"AUTH=PLAIN"}, set()], ids=["plain", "login"])
async def test_a_password_by_whatever_way_there_is(fake: FakeImap, offered: set[str]) -> None:
    fake.capabilities -= {"AUTH=PLAIN"} - offered
    assert len((await answer(fake)).alerts) == 1
    error = await failure(fake, password="another one")
    assert error.parked
    assert "who are you?" in error.message
    assert fake.count("AUTHENTICATE" if offered else "LOGIN") == 2


async def test_a_token_is_fetched_anew_for_each_connection(
    fake: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_TOKEN", "stale.token")
    source = source_at(fake, token={"env": "MAIL_TOKEN"})
    with pytest.raises(SourceError, match="has the token expired") as caught:
        await source.fetch()
    assert caught.value.parked
    monkeypatch.setenv("MAIL_TOKEN", TOKEN)
    assert len((await source.fetch()).alerts) == 1
    await source.close()


async def test_what_the_server_repeats_of_a_secret_is_not_shown(fake: FakeImap) -> None:
    fake.login = f"NO [AUTHENTICATIONFAILED] no user {USER} with {PASSWORD}"
    error = await failure(fake)
    assert error.message.endswith("(no user oncall@shop.example with ***)")


async def test_a_server_that_takes_no_logins_now_is_asked_again(fake: FakeImap) -> None:
    fake.login = "NO [UNAVAILABLE] directory is down"
    error = await failure(fake)
    assert (error.parked, error.permanent) == (False, False)


async def test_a_password_never_goes_where_it_is_not_wanted(fake: FakeImap) -> None:
    fake.capabilities = {"IMAP4rev1", "LOGINDISABLED"}
    assert (await failure(fake)).parked
    fake.capabilities = {"IMAP4rev1"}
    assert "plain letters" in (await failure(fake, password="geheim\r\nx LOGOUT")).message
    assert fake.count("LOGIN") == fake.count("AUTHENTICATE") == 0


async def test_a_password_may_have_any_letters(fake: FakeImap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fakes.imap.PASSWORD", 'grün "und" \\blau')
    assert len((await answer(fake, password='grün "und" \\blau')).alerts) == 1


async def test_nothing_is_logged(fake: FakeImap, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        await answer(fake)
        await failure(fake, password="another one")
    told = caplog.text + "".join(capfd.readouterr())
    assert not any(secret in told for secret in (PASSWORD, "another one", "Nobody can pay"))
    assert imaplib.Debug == 0  # type: ignore[attr-defined] # the library's own record of what it sends


# The way there


def tls_context(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
async def test_tls_from_the_first_byte_and_later(encryption: str, tmp_path: Path) -> None:
    authority, ca_file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    with serving(tls_context(authority), implicit=encryption == "tls") as fake:
        fake.inbox.put(mail("A"), NOW)
        table = {"host": "localhost", "encryption": encryption}
        assert len((await answer(fake, **table, ca_file=str(ca_file))).alerts) == 1
        assert fake.connections == 1
        error = await failure(fake, **table)
        assert (error.permanent, error.hint) == (True, "name it with ca_file")
        assert fake.count("LOGIN") == 0
        assert fake.count("AUTHENTICATE") == 1


async def test_a_server_without_tls_gets_no_password(fake: FakeImap) -> None:
    error = await failure(fake, encryption="starttls")
    assert "offers no STARTTLS" in error.message
    fake.greeting = "OK ready"
    error = await failure(fake, encryption="tls")
    assert "993 is for tls" in error.hint
    assert fake.count("AUTHENTICATE") == 0


async def test_a_certificate_file_that_is_none(fake: FakeImap, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    error = await failure(fake, encryption="tls", ca_file=str(tmp_path / "ca.pem"))
    assert "cannot be used" in error.message


async def test_nobody_is_there(fake: FakeImap) -> None:
    assert "refuses the connection" in (await failure(fake, port=free_port())).message
    assert "cannot be found by name" in (await failure(fake, host="no-such-host.invalid")).message


@pytest.mark.parametrize("greeting", ["BYE too many of you", "HTTP/1.1 400 Bad Request", "BAD what?"])
async def test_a_greeting_that_is_none(fake: FakeImap, greeting: str) -> None:
    fake.greeting = greeting
    await failure(fake)


# In the middle of it


@pytest.mark.parametrize("place", ["greeting", "AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH"])
async def test_silence_is_given_up(fake: FakeImap, place: str) -> None:
    source = source_at(fake, **SHORT)
    fake.hangs = place
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(SourceError, match=r"no answer within 0\.25 s"):
            await source.fetch()
    fake.hangs = ""
    assert len((await source.fetch()).alerts) == 1
    await source.close()


@pytest.mark.parametrize("way", ["hangs", "drips"])
@pytest.mark.parametrize("place", ["greeting", "UID FETCH"])
async def test_who_is_cancelled_leaves_nothing_hanging(fake: FakeImap, place: str, way: str) -> None:
    """The server is silent for longer than anybody waits, or says one letter after the other."""
    source = source_at(fake)
    setattr(fake, way, place)
    poll = asyncio.create_task(source.fetch())
    assert await asyncio.to_thread(fake.hanging.wait, 5)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    setattr(fake, way, "")
    async with asyncio.timeout(PATIENCE):
        assert len((await source.fetch()).alerts) == 1
        await source.close()
    assert fake.connections == 2


@pytest.mark.parametrize("place", ["greeting", "EXAMINE", "UID FETCH"])
async def test_what_breaks_off_at_once_is_told(fake: FakeImap, place: str) -> None:
    fake.breaks = place
    error = await failure(fake)
    assert "broke off" in error.message
    assert not error.permanent


@pytest.mark.parametrize("place", ["EXAMINE", "UID SEARCH", "UID FETCH"])
async def test_a_connection_that_has_ended_meanwhile_is_made_again(fake: FakeImap, place: str) -> None:
    source = source_at(fake)
    before = await source.fetch()
    fake.breaks = place
    assert (await source.fetch()).alerts == before.alerts
    assert fake.connections == 2
    fake.breaks = "UID STORE"
    settled = await source.act(effect(EffectKind.ACK), incident(before.alerts[0]), NOW)
    assert settled.state is EffectState.DONE
    assert fake.inbox.messages[0].flags == {"\\Flagged"}
    assert fake.connections == 3
    await source.close()


async def test_who_says_too_much_is_not_listened_to(fake: FakeImap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sources.email.connection.MOST", 20_000)
    fake.inbox.put(mail("B", "x" * 40_000), NOW)
    error = await failure(fake)
    assert "sends more than" in error.message
    assert error.hint == "make days shorter"


async def test_nonsense_is_an_error(fake: FakeImap) -> None:
    fake.refusals["UID SEARCH"] = "BAD what is that?"
    error = await failure(fake)
    assert "does not speak IMAP as we know it" in error.message


# Much of it


async def test_five_hundred_messages_are_quick_and_small(fake: FakeImap) -> None:
    for number in range(499):
        fake.inbox.put(mail(f"B{number}", "It does not work. " * 100), NOW - timedelta(minutes=number))
    source = source_at(fake)
    first = await source.fetch()
    assert (len(first.alerts), first.complete) == (500, True)
    tracemalloc.start()
    try:
        began = process_time()
        again = await source.fetch()
        took = process_time() - began
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert all(one is other for one, other in zip(first.alerts, again.alerts, strict=True))
    assert fake.count("UID FETCH") == 1 + 10 + 1
    assert took < 2  # seconds of work; 0.05 is usual
    assert grown < 2_000_000
    await source.close()
