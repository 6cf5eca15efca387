"""Email on a real SMTP server, with TLS and a login, and on some that are none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from console.channels.smtp import Channel, Options
from console.channels.smtp.letter import addressees, letter
from console.errors import DeliveryError
from tests.channels.messages import BUDI, HOSTILE, NOW, message
from tests.channels.rigs import an_authority
from tests.servers.smtp import USER, SmtpSink, smtp_sink, talking
from tests.sources.conftest import HeldClock
from tests.waiting import PATIENCE

PASSWORD = "made-up password é"
BUDI_AT = "budi@shop.example"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return an_authority()


@pytest.fixture
async def sink(authority: trustme.CA) -> AsyncIterator[SmtpSink]:
    async with smtp_sink(PASSWORD, authority) as running:
        yield running


def made(port: int, folder: Path, authority: trustme.CA, **more: Any) -> Channel:
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    table = {
        "host": "localhost",
        "port": port,
        "ca_file": folder / "ca.pem",
        "username": USER,
        "password": PASSWORD,
        "sender": USER,
        "timeout": timedelta(seconds=2),
        **more,
    }
    return Channel("mail", Options.model_validate(table), HeldClock())


@pytest.fixture
def mail(sink: SmtpSink, tmp_path: Path, authority: trustme.CA) -> Channel:
    return made(sink.port, tmp_path, authority)


async def failure(channel: Channel, **more: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(message(**{"address": BUDI_AT, **more}))
    assert caught.value.hint
    return caught.value


async def test_a_letter_arrives_whole(mail: Channel, sink: SmtpSink) -> None:
    sent = await mail.send(
        message(
            address=BUDI_AT,
            person=BUDI,
            title="P1 Tokyo → Zürich 🔥",
            text="seit 09:00\n.\nÜbersicht",
            card=(("Service", "pay"),),
            state="triggered",
        )
    )
    (found,) = sink.letters
    assert sink.envelopes == [(USER, (BUDI_AT,))]
    assert found["Subject"] == "P1 Tokyo → Zürich 🔥"
    assert (
        found.get_content().replace("\r\n", "\n")
        == "seit 09:00\n.\nÜbersicht\nService: pay\nState: triggered\n"
    )
    assert found["Message-ID"] == sent.handle
    assert (found["Auto-Submitted"], found["Importance"]) == ("auto-generated", "high")
    assert found["Date"].datetime == NOW


async def test_all_letters_about_an_incident_are_one_thread_and_the_same_key_is_the_same_letter(
    mail: Channel, sink: SmtpSink
) -> None:
    first = await mail.send(message(address=BUDI_AT))
    again = await mail.send(message(address=BUDI_AT, again=True))
    other = await mail.send(message(address="asha@shop.example", key="b", thread=first.handle))
    assert first.handle == again.handle != other.handle
    root = sink.letters[0]["In-Reply-To"]
    assert sink.letters[2]["References"].split() == [root, first.handle]
    assert sink.letters[2]["In-Reply-To"] == first.handle


async def test_a_room_is_a_list_and_whoever_is_refused_is_named(mail: Channel, sink: SmtpSink) -> None:
    sink.refused = frozenset({"gone@shop.example"})
    sent = await mail.send(message(address=f"{BUDI_AT}, gone@shop.example"))
    assert sink.envelopes == [(USER, (BUDI_AT,))]
    assert sent.said == "taken, but not for gone@shop.example: 550 5.1.1 no such mailbox here"


@pytest.mark.parametrize(("mode", "permanent"), [("refuse", True), ("busy", False), ("break", False)])
async def test_what_the_server_says_decides(
    mail: Channel, sink: SmtpSink, mode: str, *, permanent: bool
) -> None:
    sink.mode = mode
    assert (await failure(mail)).permanent is permanent
    sink.mode = "well"
    await mail.send(message(address=BUDI_AT))
    assert len(sink.letters) == 1


async def test_a_wrong_password_is_final_and_is_not_repeated(
    sink: SmtpSink, tmp_path: Path, authority: trustme.CA
) -> None:
    sink.mode = "echo"
    error = await failure(made(sink.port, tmp_path, authority, password="made-up one"))
    assert error.permanent
    assert "535" in error.message
    assert "made-up one" not in str(error)
    assert "***" in str(error)


async def test_an_unknown_authority_and_a_wrong_name_are_final(sink: SmtpSink, tmp_path: Path) -> None:
    error = await failure(made(sink.port, tmp_path, trustme.CA()))
    assert error.permanent
    assert "ca_file" in error.hint


async def test_tls_from_the_first_byte(tmp_path: Path, authority: trustme.CA) -> None:
    async with smtp_sink(PASSWORD, authority, tls="tls") as sink:
        mail = made(sink.port, tmp_path, authority, encryption="tls", username=None, password=None)
        await mail.send(message(address=BUDI_AT))
        assert len(sink.letters) == 1


async def test_plain_on_this_machine(tmp_path: Path, authority: trustme.CA) -> None:
    async with smtp_sink(PASSWORD, authority, tls="none") as sink:
        mail = made(sink.port, tmp_path, authority, encryption="none", username=None, password=None)
        await mail.send(message(address=BUDI_AT))
        assert len(sink.letters) == 1
        error = await failure(made(sink.port, tmp_path, authority))
        assert error.permanent
        assert "STARTTLS" in error.hint


@pytest.mark.parametrize(
    ("lines", "again"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n",), False),
        ((b"220 hi\r\n", b"\x00\xff nonsense\r\n"), False),
        ((b"x" * 20_000,), False),
        ((b"220-and another line\r\n",), True),
        ((b"",), False),
    ],
    ids=["web", "binary", "line without end", "answer without end", "silence"],
)
async def test_what_is_no_mail_server(
    tmp_path: Path, authority: trustme.CA, lines: tuple[bytes, ...], *, again: bool
) -> None:
    async with talking(*lines, again=again) as port:
        short = timedelta(seconds=0.3)
        error = await failure(made(port, tmp_path, authority, timeout=short, deadline=short * 2))
    assert not error.permanent


async def test_nobody_there(tmp_path: Path, authority: trustme.CA, unused_tcp_port: int) -> None:
    assert "refuses the connection" in (await failure(made(unused_tcp_port, tmp_path, authority))).message


async def test_one_that_is_not_waited_for_leaves_no_thread_behind(
    sink: SmtpSink, tmp_path: Path, authority: trustme.CA
) -> None:
    sink.mode = "stall"
    patient = made(sink.port, tmp_path, authority, timeout=timedelta(seconds=30))
    sending = asyncio.create_task(patient.send(message(address=BUDI_AT)))
    await asyncio.wait_for(sink.stalling.wait(), PATIENCE)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    async with asyncio.timeout(PATIENCE):
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_proving_logs_in_and_sends_nothing(mail: Channel, sink: SmtpSink) -> None:
    assert await mail.prove() == f"from {USER} through localhost:{sink.port}"
    assert sink.letters == []


@settings(max_examples=40)
@given(st.text(), st.text(), st.text())
def test_no_text_adds_a_header_or_an_addressee(title: str, text: str, fact: str) -> None:
    for words in (title, HOSTILE):
        made = letter(message(title=words, text=text, card=((fact, fact),), incident=words), USER, [BUDI_AT])
        assert isinstance(made, EmailMessage)
        head = made.as_bytes().partition(b"\r\n\r\n")[0]
        names = [row.partition(b":")[0] for row in head.split(b"\r\n") if row[:1] not in {b" ", b"\t"}]
        assert len(names) == len(set(names))
        assert set(names) <= {name.encode() for name in made}
        assert made["To"] == BUDI_AT
        assert "Bcc" not in made


@pytest.mark.parametrize(
    "address",
    ["", "budi", "a@b\r\nBcc: c@d.example", "Budi <budi@shop.example>", "a b@c.example", "é@shop.example"],
)
def test_what_is_no_address_is_refused_before_anybody_is_called(address: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        addressees(address)
    assert caught.value.permanent
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"encryption": "none"}, "insecure"),
        ({"username": "x"}, "go together"),
        ({"sender": "nobody"}, "not an address"),
        ({"room": ["nobody"]}, "not an address"),
    ],
)
def test_what_cannot_be_right_is_refused(table: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Options.model_validate({"host": "mail.example", "sender": USER, **table})


def test_what_is_risky_is_warned_of() -> None:
    def warned(**more: Any) -> tuple[str, ...]:
        return Options.model_validate({"host": "mail.example", "sender": USER, **more}).warnings

    assert warned() == warned(insecure=True, host="localhost") == ()
    assert "unencrypted" in warned(insecure=True, encryption="none")[0]
    assert "certificate" in warned(insecure=True)[0]
