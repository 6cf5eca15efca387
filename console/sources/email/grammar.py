"""What is written to an IMAP server and read from it (RFC 3501). Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from console.sources.email.options import Options
from console.web.times import parse_time

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_FLAGS = re.compile(rb"\bFLAGS \(([^()]*)\)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]*)"')
_BODY = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? (?:"((?:[^"\\]|\\.)*)"|NIL)')
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server says of one message. ``body`` is None where it was not asked for, empty where there is none."""

    uid: int
    flags: tuple[str, ...]
    received: str
    body: str | None


def quoted(text: str) -> str:
    """Return an ASCII text on one line as IMAP's quoted string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def folder_name(name: str) -> str:
    """Return a folder's name as it goes over the line: quoted, in modified UTF-7 (RFC 3501, 5.1.3)."""
    return quoted(_NOT_PLAIN.sub(_shifted, name.replace("&", "&-")))


def _shifted(found: re.Match[str]) -> str:
    encoded = b64encode(found.group().encode("utf-16-be")).decode("ascii")
    return f"&{encoded.rstrip('=').replace('/', ',')}-"


def uid_set(uids: Iterable[int]) -> str:
    """Return UIDs in IMAP's short form: ``1:4,7``."""
    ordered = sorted(set(uids))
    starts = [ordered[0], *(after for before, after in pairwise(ordered) if after > before + 1)]
    ends = [*(before for before, after in pairwise(ordered) if after > before + 1), ordered[-1]]
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in zip(starts, ends, strict=True))


def wanted(options: Options, since: date) -> tuple[list[str], bytes | None]:
    """Return what to search for, and the text that goes after it where it cannot be quoted."""
    criteria = ["UNDELETED", "SINCE", f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year:04}"]
    if options.to is not None:
        criteria += ["OR", "TO", quoted(options.to), "CC", quoted(options.to)]
    if options.subject is None:
        return criteria, None
    if options.subject.isascii():
        return [*criteria, "SUBJECT", quoted(options.subject)], None
    return ["CHARSET", "UTF-8", *criteria, "SUBJECT"], options.subject.encode()


def of_thread(thread: str) -> list[str]:
    """Return how to search for what may belong to a thread: servers look for part of a header."""
    name = quoted(thread)
    return [
        *("UNDELETED", "OR", "HEADER", "MESSAGE-ID", name),
        *("OR", "HEADER", "REFERENCES", name, "HEADER", "IN-REPLY-TO", name),
    ]


def uids_in(answer: Iterable[Any]) -> list[int]:
    """Return the UIDs in the answer to a search, in order."""
    words = (word for line in answer if isinstance(line, bytes) for word in line.split())
    return sorted({int(word) for word in words if word.isdigit() and len(word) <= 10})


def fetched(answer: Iterable[Any]) -> list[Fetched]:
    """Return what imaplib collected of a FETCH: for each message some (text, literal) pairs and a last text.

    What a server says of other messages in between has no UID, and is passed over.
    """
    found: list[Fetched] = []
    text, literal = b"", None
    for part in answer:
        if isinstance(part, tuple):
            text += part[0]
            literal = part[1]
            continue
        if not isinstance(part, bytes):
            continue
        found.extend(_message(text + part, literal))
        text, literal = b"", None
    return found


def _message(text: bytes, literal: bytes | None) -> Iterable[Fetched]:
    uid, flags, received = _UID.search(text), _FLAGS.search(text), _RECEIVED.search(text)
    if uid is None:
        return
    body = literal
    if body is None and (written := _BODY.search(text)):
        body = re.sub(rb"\\(.)", rb"\1", written[1] or b"")
    moment = parse_time(received[1].decode("ascii", "replace").replace("-", " ", 2)) if received else None
    yield Fetched(
        int(uid[1]),
        tuple(flags[1].decode("ascii", "replace").split()) if flags else (),
        moment.isoformat() if moment is not None else "",
        body.decode("utf-8", "surrogateescape") if body is not None else None,
    )
