"""What an HTTP answer that is no use means, in words with a way out. No HTTP client in here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.domain.text import one_line, safe_url
from console.errors import SourceError
from console.web.rate import retry_after, told
from console.web.redaction import NO_SECRETS, Secrets, without_query
from console.web.wording import is_page, missing_scope, words_of

__all__ = ["decode", "refusal", "retry_after"]


def decode(body: bytes, place: str) -> Any:
    """Return the JSON value of a body. Raises ``SourceError`` for anything else, a web page above all."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # ValueError: not JSON, not UTF-8, a number of 5,000 digits
        pass
    if is_page(body):
        raise SourceError(
            f"{place} answers with a web page instead of JSON",
            hint="a login page or a proxy in between? check url and credentials",
        )
    raise SourceError(f"{place} answers with something that is not JSON", hint="check that url is right")


_PERMANENT = {
    401: ("does not accept our credentials", "check the token, or username and password: mistyped, expired, revoked?"),
    403: ("forbids this", "check what the token may do, and give it the right that is missing"),
    404: ("has no such path", "is url right, with the path prefix it is served under?"),
    407: ("cannot be reached: the proxy wants a login", "put it into HTTPS_PROXY of the environment"),
}  # fmt: skip


def refusal(  # noqa: PLR0913, PLR0917 - an answer and what is known about it
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    place: str,
    now: datetime,
    secrets: Secrets = NO_SECRETS,
) -> SourceError:
    """Return the error for an answer that is no use, mostly one with a status other than 2xx.

    ``place`` names the server. What the server says is quoted without the ``secrets`` of the request.
    """
    pace = told(status, headers, body, now)
    if pace.refused:
        said, hint = f"says we ask too often ({status})", "raise interval"
        return SourceError(f"{place} {said}", hint=hint, retry_after=pace.wait, status=status)
    if 300 <= status < 400:
        return _redirect(status, headers, place, secrets)
    words = words_of(body, secrets)
    if status in _PERMANENT:
        said, hint = _PERMANENT[status]
        parked = status in {401, 403}
        lack = (words or secrets.without(missing_scope(headers))) if parked else ""
        return SourceError(
            f"{place} {said} ({_with(status, lack)})", hint=hint, permanent=True, parked=parked, status=status
        )
    if status >= 500 or status in {408, 425}:
        return SourceError(
            f"{place} is in trouble ({_with(status, words)})",
            hint="if it stays so, look at the server's own log",
            retry_after=retry_after(headers.get("retry-after"), now),
            status=status,
        )
    return SourceError(
        f"{place} refuses the request ({_with(status, words)})",
        hint="check the options",
        permanent=True,
        status=status,
    )


def _redirect(status: int, headers: Mapping[str, str], place: str, secrets: Secrets) -> SourceError:
    """Redirects are never followed: credentials go to the configured host and nowhere else."""
    target = secrets.without(without_query(safe_url(headers.get("location", ""))))
    return SourceError(
        f"{place} sends us elsewhere ({status}{f', to {one_line(target, 100)}' if target else ''})",
        hint="a login page in front of it? if not, put the final address into url",
        permanent=True,
        status=status,
    )


def _with(status: int, words: str) -> str:
    return f"{status}: {words}" if words else str(status)
