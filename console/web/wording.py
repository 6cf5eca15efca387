"""What a server says about a request it refuses: found in its body, cleaned, on one line, without our secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from console.domain.text import one_line
from console.web.redaction import NO_SECRETS, Secrets

_LONGEST = 200
_MOST_BODY = 20_000  # bytes that are looked at
_MOST_WORDS = 3
_DEEPEST = 4

# Where products put their words, best first: "message" of PagerDuty and Grafana, "Message" of AWS,
# "detail" of Sentry, "errorMessages" of Jira, "errors" of Datadog and Intercom.
_KEYS = (
    "message", "Message", "error_description", "detail", "errorMessages", "errors", "error", "title",
    "reason",
)  # fmt: skip
_SAYS_NOTHING = frozenset({"forbidden", "unauthorized", "access denied", "not authorized", "not found"})
_XML = re.compile(r"<Message>([^<]{1,500})</Message>", re.IGNORECASE)
_SCOPE = re.compile(r'\bscope="([^"]{1,200})"')


def words_of(body: bytes, secrets: Secrets = NO_SECRETS) -> str:
    """Return what the server says, empty where it is a page or says no more than its status does."""
    text = body[:_MOST_BODY].decode("utf-8", "replace")
    if is_page(body):
        found = _XML.findall(text)[:1]  # AWS answers in XML
    else:
        found = list(dict.fromkeys(_texts(_decoded(body, text), _DEEPEST)))[:_MOST_WORDS]
    said = one_line(secrets.without("; ".join(found)), _LONGEST)
    return "" if said.strip(". ").casefold() in _SAYS_NOTHING else said


def missing_scope(headers: Mapping[str, str]) -> str:
    """Return the scopes that a server asks for in ``WWW-Authenticate`` (RFC 6750), empty where it names none."""
    found = _SCOPE.search(headers.get("www-authenticate", ""))
    return f"needs scope {one_line(found[1], _LONGEST)}" if found else ""


def is_page(body: bytes) -> bool:
    """Return whether a body is HTML or XML."""
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _decoded(body: bytes, text: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return text


def _texts(value: Any, deep: int) -> Iterator[str]:
    """Yield the texts of the first key that has any, of all members of a list."""
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, list) and deep:
        for one in value[:_MOST_WORDS]:
            yield from _texts(one, deep - 1)
    elif isinstance(value, dict) and deep:
        for key in _KEYS:
            if found := list(_texts(value.get(key), deep - 1)):
                # PagerDuty says "Invalid Input Provided" there and what is invalid in "errors" beside it.
                more = _texts(value.get("errors"), deep - 1) if key == "message" else ()
                yield from (*found, *more)
                return
        if deep == _DEEPEST and value:
            yield json.dumps(value)
