"""What an HTTP answer that is no use means, in words with a way out. No HTTP client in here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from console.domain.text import one_line, safe_url
from console.errors import SourceError

_LONGEST_WAIT = 3600.0  # seconds; a server that says "come back tomorrow" is asked again after an hour


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for (a number or a date), None if it has none."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST_WAIT)


def decode(body: bytes, place: str) -> Any:
    """Return the JSON value of a body. Raises ``SourceError`` for anything else, a web page above all."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # ValueError: not JSON, not UTF-8, a number of 5,000 digits
        pass
    if _is_page(body):
        raise SourceError(
            f"{place} answers with a web page instead of JSON",
            hint="a login page or a proxy in between? check url and credentials",
        )
    raise SourceError(f"{place} answers with something that is not JSON", hint="check that url is right")


_PERMANENT = {
    401: ("does not accept our credentials", "check the token, or username and password"),
    403: ("forbids this", "check what the token may do"),
    404: ("has no such path", "is url right, with the path prefix it is served under?"),
}


def refusal(status: int, headers: Mapping[str, str], body: bytes, place: str, now: datetime) -> SourceError:
    """Return the error for a status other than 2xx. ``place`` names the server."""
    if status in _PERMANENT:
        said, hint = _PERMANENT[status]
        parked = status in {401, 403}
        return SourceError(
            f"{place} {said} ({status})", hint=hint, permanent=True, parked=parked, status=status
        )
    if 300 <= status < 400:
        return _redirect(status, headers, place)
    wait = retry_after(headers.get("retry-after"), now)
    if status in {420, 429}:
        return SourceError(
            f"{place} says we ask too often ({status})",
            hint="raise interval",
            retry_after=wait,
            status=status,
        )
    said = f"{status}{_words(body)}"
    if status >= 500 or status in {408, 425}:
        hint = "if it stays so, look at the server's own log"
        return SourceError(f"{place} is in trouble ({said})", hint=hint, retry_after=wait, status=status)
    return SourceError(
        f"{place} refuses the request ({said})", hint="check the options", permanent=True, status=status
    )


def _redirect(status: int, headers: Mapping[str, str], place: str) -> SourceError:
    """Redirects are never followed: credentials go to the configured host and nowhere else."""
    target = safe_url(headers.get("location", "")).partition("?")[0]
    return SourceError(
        f"{place} sends us elsewhere ({status}{f', to {one_line(target, 100)}' if target else ''})",
        hint="a login page in front of it? if not, put the final address into url",
        permanent=True,
        status=status,
    )


def _is_page(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _words(body: bytes) -> str:
    """Return what the server said about it, if it is a short text rather than a page."""
    if not body or _is_page(body):
        return ""
    text = body[:2000].decode("utf-8", "replace")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = text
    if isinstance(value, dict):
        value = value.get("message") or value.get("error") or text
    return f": {one_line(value, 120)}" if isinstance(value, str) and value.strip() else ""
