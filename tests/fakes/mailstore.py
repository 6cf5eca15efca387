"""What a fake IMAP server keeps, and how it is searched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Message:
    """``raw`` None: the server has lost it, and says NIL."""

    uid: int
    raw: bytes | None
    received: datetime
    flags: set[str] = field(default_factory=set)

    def header(self, name: str) -> str:
        value = message_from_bytes(self.raw or b"").get(name, "")
        return str(make_header(decode_header(str(value))))


@dataclass
class Folder:
    validity: int = 1
    next: int = 1
    messages: list[Message] = field(default_factory=list)
    readonly: bool = False
    kept: str = r"(\Answered \Flagged \Deleted \Seen \*)"  # PERMANENTFLAGS; empty: not said
    rights: str = "lrswipkxtea"

    def put(self, raw: bytes | None, received: datetime, *flags: str) -> Message:
        message = Message(self.next, raw, received, set(flags))
        self.messages.append(message)
        self.next += 1
        return message


def criterion(words: list[str]) -> tuple[Callable[[Message], bool], list[str]]:
    """Return the first of some search criteria, and the rest."""
    name, rest = words[0], words[1:]
    if name == "UNDELETED":
        return lambda one: "\\Deleted" not in one.flags, rest
    if name == "SINCE":
        day, month, year = rest[0].split("-")
        since = datetime(int(year), MONTHS.index(month) + 1, int(day), tzinfo=UTC)
        return lambda one: one.received >= since, rest[1:]
    if name == "UID":
        return lambda one: one.uid in uids(rest[0]), rest[1:]
    if name == "OR":
        left, rest = criterion(rest)
        right, rest = criterion(rest)
        return lambda one: left(one) or right(one), rest
    header, text, rest = (rest[0], rest[1], rest[2:]) if name == "HEADER" else (name, rest[0], rest[1:])
    return lambda one: text.casefold() in one.header(header).casefold(), rest


def uids(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        start, _, end = part.partition(":")
        found |= set(range(int(start), int(end or start) + 1))
    return found
