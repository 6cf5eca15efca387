"""One conversation with a mail server. Blocks: it runs in a thread, and can be broken off from another."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage

from console.channels.smtp.options import Server
from console.channels.smtp.refusals import failure
from console.config.secrets import Secret
from console.domain.text import one_line
from console.web.credentials import revealed
from console.web.redaction import NO_SECRETS, Secrets
from console.web.tls import trusting

_GOODBYE_SECONDS = 2.0


async def held(options: Server, job: Callable[[Conversation], str]) -> str:
    """Hold a conversation in a thread; one that nobody waits for any more is broken off."""
    conversation = Conversation(options)
    try:
        return await asyncio.to_thread(job, conversation)
    finally:
        conversation.break_off()


class Conversation:
    """Connects, logs in, hands over letters, and says goodbye."""

    def __init__(self, options: Server) -> None:
        self._options = options
        self._secrets = NO_SECRETS
        self._server: smtplib.SMTP | None = None
        self._broken_off = False

    def send(self, made: EmailMessage, to: list[str]) -> str:
        """Hand over one letter; return what the server said. Raises ``DeliveryError``, ``SourceError``."""
        return self._within(lambda server: self._hand_over(server, made, to))

    def prove(self) -> str:
        """Log in and hand over nothing. Raises ``DeliveryError``, ``SourceError``."""
        return self._within(lambda server: self._said(*server.noop()))

    def break_off(self) -> None:
        """End it from another thread: whatever it waits for fails."""
        self._broken_off = True
        server = self._server
        if server is not None and server.sock is not None:
            with contextlib.suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    def _within(self, job: Callable[[smtplib.SMTP], str]) -> str:
        server = self._server = self._made()
        try:
            self._open(server)
            return job(server)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise failure(error, self._options, self._secrets) from None
        finally:
            if not self._broken_off:
                with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
                    if server.sock is not None:
                        server.sock.settimeout(_GOODBYE_SECONDS)
                    server.quit()
            server.close()

    def _made(self) -> smtplib.SMTP:
        """Return a client that has not connected yet, so that it can be broken off while it does."""
        options = self._options
        seconds = options.timeout.total_seconds()
        if options.encryption == "tls":
            return smtplib.SMTP_SSL(timeout=seconds, local_hostname=_ourselves(), context=self._trust())
        return smtplib.SMTP(timeout=seconds, local_hostname=_ourselves())

    def _open(self, server: smtplib.SMTP) -> None:
        options = self._options
        # smtplib wants it there for TLS; it is set by its constructor only where that connects.
        server._host = options.host  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        code, said = server.connect(options.host, options.server_port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        server.ehlo_or_helo_if_needed()
        if options.encryption == "starttls":
            code, said = server.starttls(context=self._trust())
            if code != 220:
                raise smtplib.SMTPResponseException(code, said)
            server.ehlo_or_helo_if_needed()
        if options.username is not None and options.password is not None:
            self._log_in(server, options.username, options.password)

    def _log_in(self, server: smtplib.SMTP, username: str, password: Secret) -> None:
        word = revealed(password, self._options.place, printable=False)
        plain = b64encode(f"\0{username}\0{word}".encode()).decode()
        self._secrets = Secrets((word, plain, b64encode(word.encode()).decode()))
        if f"{username}{word}".isascii():
            server.login(username, word)
        elif "PLAIN" in server.esmtp_features.get("auth", "").upper().split():
            # smtplib's own way ends with an error for anything but ASCII.
            code, said = server.docmd("AUTH", f"PLAIN {plain}")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, said)
        else:
            raise smtplib.SMTPNotSupportedError

    def _hand_over(self, server: smtplib.SMTP, made: EmailMessage, to: list[str]) -> str:
        refused = server.send_message(made, self._options.sender, to)
        if not refused:
            return "taken"
        said = "; ".join(f"{one_line(who, 80)}: {self._said(*why)}" for who, why in refused.items())
        return one_line(f"taken, but not for {said}", 300)

    def _said(self, code: int, text: bytes) -> str:
        words = one_line(self._secrets.without(text.decode("utf-8", "replace")), 150)
        return f"{code} {words}".strip()

    def _trust(self) -> ssl.SSLContext:
        context = trusting(ssl.create_default_context(), self._options.ca_file)
        if self._options.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _ourselves() -> str:
    """Return what we call ourselves. Not looked up: that can take longer than the message."""
    name = socket.gethostname()
    return name if name.isascii() and "." in name.strip(".") and name.isprintable() else "[127.0.0.1]"
