"""One message, read as far as it says something: no server, no clock. What it says is data, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr

from console.domain.text import multi_line, one_line
from console.sources.base.reading.html import text_of_html
from console.sources.base.reading.records import UnreadableError

Headers = Mapping[str, str]
"""The first header of each name, by its name in lower case, unfolded but not decoded."""

# Printable and without what would need quoting in IMAP: an id that is anything else names nothing.
_ID = re.compile(r"<[!#-;=?-\[\]-~]{1,190}>")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_MACHINES = frozenset({"mailer-daemon", "postmaster"})
_BULK = frozenset({"bulk", "junk", "auto_reply"})
_MOST_ADDRESSES = 50
_LONGEST_HEADER = 10_000


@dataclass(frozen=True, slots=True)
class Mail:
    """What a message says. All of it is cleaned; ``thread`` is empty where it names no message, itself neither.

    ``to`` are the addresses it was sent to, in lower case. ``urgent``: its sender marked it as important.
    ``automatic``: a machine sent it. ``listed``: it came through a mailing list.
    """

    thread: str
    subject: str
    name: str
    email: str
    to: tuple[str, ...]
    text: str
    urgent: bool
    automatic: bool
    listed: bool

    @property
    def sender(self) -> str:
        """What to call who wrote it."""
        return self.name or self.email or "somebody"


def mail_of(source: str) -> Mail:
    """Return what a message says. ``source`` is it as it came, or as much of its beginning as was fetched.

    Bytes that are not UTF-8 stand in it as Python's ``surrogateescape`` has them. Raises ``UnreadableError``.
    """
    try:
        raw = source.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = source.encode("utf-8", "replace")
    try:
        message = message_from_bytes(raw)
        headers = headers_of(message)
        text = _text(message)
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    name, email = _sender(headers)
    return Mail(
        thread=thread_of(headers),
        subject=one_line(_decoded(headers.get("subject", ""))),
        name=name,
        email=email,
        to=_addresses(headers),
        text=multi_line(text),
        urgent=_is_urgent(headers),
        automatic=_is_automatic(headers, email),
        listed="list-id" in headers or _word(headers, "precedence") == "list",
    )


def headers_of(message: Message) -> Headers:
    """Return a message's headers."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        raw = _FOLD.sub("", str(value)[:_LONGEST_HEADER]).encode("utf-8", "surrogateescape")
        found.setdefault(name.casefold(), raw.decode("utf-8", "replace"))
    return found


def thread_of(headers: Headers) -> str:
    """Return the id of the message that a thread began with, in angle brackets; empty where none is named.

    The first of References (RFC 5322, 3.6.4), else what it answers, else its own.
    """
    for name in ("references", "in-reply-to", "message-id"):
        if found := _ID.search(headers.get(name, "")):
            return found.group()
    return ""


def own_id(headers: Headers) -> str:
    """Return a message's own id, in angle brackets; empty where it has none."""
    found = _ID.search(headers.get("message-id", ""))
    return found.group() if found else ""


def _sender(headers: Headers) -> tuple[str, str]:
    name, email = parseaddr(headers.get("from", ""))
    return one_line(_decoded(name), 100), one_line(email, 200)


def _addresses(headers: Headers) -> tuple[str, ...]:
    values = [headers.get(name, "") for name in ("to", "cc", "delivered-to", "x-original-to")]
    found = (one_line(address, 200).casefold() for _, address in getaddresses(values))
    return tuple(dict.fromkeys(address for address in found if address))[:_MOST_ADDRESSES]


def _is_urgent(headers: Headers) -> bool:
    marked = "high" in {_word(headers, "importance"), _word(headers, "x-msmail-priority")}
    return marked or _word(headers, "x-priority") in {"1", "2"} or _word(headers, "priority") == "urgent"


def _is_automatic(headers: Headers, email: str) -> bool:
    """Return whether a machine sent it (RFC 3834 and what was in use before it)."""
    return (
        _word(headers, "auto-submitted") not in {"", "no"}
        or _word(headers, "x-auto-response-suppress") not in {"", "none"}
        or _word(headers, "precedence") in _BULK
        or email.partition("@")[0].casefold() in _MACHINES
        or headers.get("return-path", "").strip() == "<>"
        or headers.get("content-type", "").casefold().startswith("multipart/report")
    )


def _word(headers: Headers, name: str) -> str:
    """Return the first word of a header in lower case: "1 (Highest)" says "1"."""
    return next(iter(headers.get(name, "").replace(";", " ").casefold().split()), "")


def _decoded(value: str) -> str:
    """Return a header's text; what cannot be decoded stays as it was written."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(part if isinstance(part, str) else _said(part, charset) for part, charset in parts)


def _said(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or that is none
        return raw.decode("utf-8", "replace")


def _text(message: Message) -> str:
    """Return the text that is meant to be read: what is plain, else what is HTML; attachments are neither."""
    html = ""
    for part in message.walk():
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or kind not in {"text/plain", "text/html"}:
            continue
        text = _body(part)
        if kind == "text/plain" and text.strip():
            return text
        html = html or text_of_html(text if kind == "text/html" else "")
    return html


def _body(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return _said(raw, part.get_content_charset()) if isinstance(raw, bytes) else ""
