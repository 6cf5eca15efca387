"""Getting through to an IMAP server: TLS, who we are, and what it means when that fails. All of it blocks.

The library's own record of what goes over the line stays off: it would have the password and every message.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from console.config.secrets import Secret
from console.domain.text import one_line
from console.errors import SourceError
from console.sources.email.grammar import quoted
from console.sources.email.options import Options
from console.web.credentials import revealed
from console.web.redaction import NO_SECRETS, Secrets
from console.web.tls import tls_failure, trusting

MOST = 16_000_000
"""Bytes that one job may read in all, whatever the server says is coming."""

_NETWORK = "check host, the network and the VPN"
_PLAIN = "check port and encryption: 993 is for tls, 143 for starttls"
_BROKEN = "{place} broke off the conversation"
_BROKEN_HINT = "is it restarting, or does it think we are too many?"
_CODE = re.compile(r"\[([A-Z][A-Z-]*)")
# RFC 5530: what passes by itself. Everything else stays as it is until somebody changes something.
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"})
_LASTING = {
    "OVERQUOTA": "the mailbox is full: make room in it",
    "NOPERM": "give this user the right to, or have it done by another",
    "READ-ONLY": "the folder may only be read: give this user the right to change it",
    "NONEXISTENT": "check folder and done: written as the server writes them, such as INBOX.Done",
    "TRYCREATE": "check folder and done: written as the server writes them, such as INBOX.Done",
    "CANNOT": "check folder and done: the server does not allow such a name",
    "BADCHARSET": "use words without accents in subject",
}


class RefusedError(SourceError):
    """The server said NO. ``code`` says why in one word (RFC 5530), empty where it does not."""

    def __init__(self, place: str, what: str, answer: object) -> None:
        text = _plain(answer)
        self.code = code_of(text)
        said = one_line(re.sub(r"^\[[^\]]*\]\s*", "", text), 160)
        super().__init__(
            f"{place} refuses to {what}{f' ({said})' if said else ''}",
            hint=_LASTING.get(self.code, "try it with a mail program as the same user"),
            permanent=self.code in _LASTING,
        )


def code_of(text: str) -> str:
    """Return the code with which an answer begins, empty where there is none."""
    found = _CODE.match(text)
    return found[1] if found else ""


class TooMuchError(Exception):
    """The server has sent more than we are ready to read."""


class Imap(imaplib.IMAP4):
    """The library's client, with its socket told as soon as there is one, and a bound on what is read.

    ``offers`` are the server's capabilities once we are logged in, in upper case.
    """

    offers: frozenset[str] = frozenset()

    def __init__(self, opened: Callable[[socket.socket], None], *args: Any, **more: Any) -> None:
        self._opened = opened
        self.begin()
        super().__init__(*args, **more)

    def begin(self) -> None:
        """Begin another job, which may read as much again."""
        self._left = MOST

    def open(self, *args: Any, **more: Any) -> None:
        """Connect."""
        super().open(*args, **more)
        self._opened(self.sock)

    def read(self, size: int) -> bytes:
        """Read so many bytes, which the server has announced."""
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line; the library bounds it."""
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooMuchError


class ImapTls(Imap, imaplib.IMAP4_SSL):
    """The same with TLS from the first byte."""


def connected(options: Options, opened: Callable[[socket.socket], None]) -> Imap:
    """Return a connection on which we are logged in. Raises what ``failure`` explains, or ``SourceError``."""
    seconds = options.timeout.total_seconds()
    where = (options.host, options.server_port)
    if options.encryption == "tls":
        connection: Imap = ImapTls(opened, *where, ssl_context=_trust(options), timeout=seconds)
    else:
        connection = Imap(opened, *where, timeout=seconds)
    try:
        if options.encryption == "starttls":
            _start_tls(connection, options)
            opened(connection.sock)
        _log_in(connection, options)
        said = b" ".join(part for part in connection.capability()[1] if isinstance(part, bytes))
        connection.offers = frozenset(said.decode("ascii", "replace").upper().split())
    except BaseException:
        cut(connection)
        raise
    return connection


def cut(connection: imaplib.IMAP4) -> None:
    """Close a connection without a word."""
    try:
        connection.shutdown()
    except (OSError, ValueError):
        return


def _start_tls(connection: Imap, options: Options) -> None:
    if "STARTTLS" not in connection.capabilities:
        raise SourceError(f"{options.place} offers no STARTTLS", hint=_PLAIN, permanent=True)
    connection.starttls(_trust(options))


def _trust(options: Options) -> ssl.SSLContext:
    return trusting(ssl.create_default_context(), options.ca_file)


def _log_in(connection: Imap, options: Options) -> None:
    """Say who we are. What the server answers to that is shown without what we told it."""
    mechanism, secret, told = _credentials(connection, options)
    secrets = Secrets((secret, told.decode("utf-8", "replace"), b64encode(told).decode("ascii")))
    # A server that refuses a token explains that in a question, to be answered with nothing.
    answers = iter((told,))
    try:
        if mechanism == "LOGIN":
            connection.login(quoted(options.username), secret)
        else:
            connection.authenticate(mechanism, lambda _: next(answers, b""))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _not_let_in(options, _plain(error.args[0] if error.args else ""), secrets) from None


def _credentials(connection: Imap, options: Options) -> tuple[str, str, bytes]:
    """Return by which mechanism we log in, the secret, and what is sent."""
    if options.token is not None:
        token = revealed(options.token, options.place)
        return "XOAUTH2", token, f"user={options.username}\1auth=Bearer {token}\1\1".encode()
    password = revealed(options.password or Secret.literal(""), options.place, printable=False)
    if "AUTH=PLAIN" in connection.capabilities:
        return "PLAIN", password, f"\0{options.username}\0{password}".encode()
    if "LOGINDISABLED" in connection.capabilities:
        raise SourceError(f"{options.place} takes no password on this connection", hint=_PLAIN, parked=True)
    if not (password.isascii() and password.isprintable() and options.username.isascii()):
        raise SourceError(
            f"{options.place} takes only plain letters in user names and passwords",
            hint="make a password of ASCII characters for this application",
            parked=True,
        )
    return "LOGIN", password, password.encode()


def _not_let_in(options: Options, text: str, secrets: Secrets = NO_SECRETS) -> SourceError:
    said = one_line(secrets.without(re.sub(r"^\[[^\]]*\]\s*", "", text)), 160)
    more = f" ({said})" if said else ""
    if code_of(text) in _PASSING:
        return SourceError(f"{options.place} takes no logins just now{more}", hint="it should pass by itself")
    hint = (
        "has the token expired, and is it for IMAP?"
        if options.token is not None
        else "check username and password; many servers want one made for this application, and IMAP switched on"
    )
    return SourceError(
        f"{options.place} refuses the login of {options.username}{more}", hint=hint, parked=True
    )


def failure(error: Exception, options: Options) -> SourceError:
    """Say what it means that a conversation failed; never with what was said in it."""
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return tls_failure(error, options.place, key="host", plain=_PLAIN)
    said, hint = next((said, hint) for kind, said, hint in _MEANINGS if isinstance(error, kind))
    seconds = options.timeout.total_seconds()
    return SourceError(said.format(place=options.place, seconds=seconds), hint=hint)


_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (TooMuchError, f"{{place}} sends more than {MOST // 1_000_000} MB", "make days shorter"),
    (TimeoutError, "{place} gives no answer within {seconds:g} s", _NETWORK),
    (socket.gaierror, "{place} cannot be found by name", _NETWORK),
    (ConnectionRefusedError, "{place} refuses the connection", "is it running, and is the port right?"),
    (imaplib.IMAP4.abort, _BROKEN, _BROKEN_HINT),
    (ConnectionError, _BROKEN, _BROKEN_HINT),
    (ssl.SSLError, _BROKEN, _BROKEN_HINT),
    (OSError, "{place} cannot be reached", _NETWORK),
    (Exception, "{place} does not speak IMAP as we know it", _PLAIN),
)


def _plain(answer: object) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer or "")
