"""A real SMTP server for tests: ``aiosmtpd`` in the test's own loop on 127.0.0.1, with STARTTLS and logins.

``mode`` says how it behaves from the next letter on: ``well``, ``refuse`` (550 for each addressee), ``busy``
(451 after the letter), ``stall`` (says nothing more), ``break`` (closes in the middle of a letter), ``echo``
(does not accept the login, and repeats it in its answer).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER = "oncall@shop.example"


@dataclass
class SmtpSink:
    """What arrived, and how to behave. ``port`` is set once it listens."""

    password: str
    mode: str = "well"
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    stalling: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - a name of aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.mode == "refuse" or address in self.refused:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        if self.mode == "busy":
            return "451 4.3.0 come back later"
        if self.mode == "stall":
            self.stalling.set()
            await self.released.wait()
        if self.mode == "break":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 gone"
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return "250 OK queued as 1"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, login: Any
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        given = login.password.decode()
        if self.mode == "echo":
            return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong password {given}")
        right = (login.login.decode(), given) == (USER, self.password)
        return AuthResult(success=right, handled=right)


@contextlib.asynccontextmanager
async def smtp_sink(
    password: str, authority: trustme.CA, *, tls: str = "starttls"
) -> AsyncIterator[SmtpSink]:
    """Run a sink. ``tls``: ``starttls``, ``tls`` or ``none``; a login is only taken where it is encrypted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    sink = SmtpSink(password)

    served: list[SMTP] = []

    def made() -> SMTP:
        served.append(_one(sink, context, tls))
        return served[-1]

    server = await asyncio.get_running_loop().create_server(
        made, "127.0.0.1", 0, ssl=context if tls == "tls" else None
    )
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        sink.released.set()
        server.close()
        for one in served:
            if isinstance(one.transport, asyncio.WriteTransport):
                one.transport.abort()
        await asyncio.sleep(0.01)  # transports end a turn of the loop later


def _one(sink: SmtpSink, context: ssl.SSLContext, tls: str) -> SMTP:
    return SMTP(
        sink,
        hostname="sink.example",
        loop=asyncio.get_running_loop(),
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_required=tls == "starttls",
        auth_require_tls=tls == "starttls",
        authenticator=sink.authenticate,
    )


@contextlib.asynccontextmanager
async def talking(*lines: bytes, again: bool = False) -> AsyncIterator[int]:
    """Run a server that says these lines to whoever comes, whatever it is told; ``again``: the last one for ever."""

    talks: list[tuple[asyncio.Task[None] | None, asyncio.StreamWriter]] = []

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append((asyncio.current_task(), writer))
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            for line in lines:
                writer.write(line)
                await writer.drain()
                if not again:
                    await reader.readline()
            while again:
                writer.write(lines[-1] * 50)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task, writer in talks:
            if task is not None:
                task.cancel()
            writer.transport.abort()
        await asyncio.sleep(0.01)  # transports end a turn of the loop later
