"""Fetching one page that an alert names: only what the config allows, and nothing else on the way there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from console import __version__
from console.clock import ticks
from console.domain.pages import PageRule, rule_for
from console.domain.text import one_line
from console.errors import SourceError
from console.ports.pages import Page
from console.web.exchange import Answer, Request
from console.web.options import WebOptions
from console.web.reach import checked_address
from console.web.redaction import without_query

SECONDS = 10.0
"""How long fetching one page may take, redirects and all."""
MOST_REDIRECTS = 3
MEGABYTES = 1
_TEXT = {"text/markdown", "text/x-markdown", "text/plain", ""}
_PAGES = {"text/html", "application/xhtml+xml"}
_MOVED = {301, 302, 303, 307, 308}
_NOT_MODIFIED = 304
_WHO = ": check token in [[runbooks.fetch]]"
_REFUSALS = {401: _WHO, 403: _WHO, 404: ": there is no such page"}
_LONGEST_TAG = 300


@dataclass(frozen=True, slots=True)
class Access:
    """What a place takes besides its address; never shown, logged or kept."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: Path | None = None


class PageFetcher:
    """See ``console.ports.pages.FetchPage``. ``access`` may read files and run programs.

    Each address, those of redirects too, has to fit one of ``rules``. Its host is looked up once and what was
    found is what is connected to, so that a name cannot lead elsewhere in between. No proxy is used, because
    that would look the name up again.
    """

    def __init__(
        self, rules: Sequence[PageRule], access: Callable[[PageRule], Access], seconds: float = SECONDS
    ) -> None:
        self._rules, self._access, self._seconds = tuple(rules), access, seconds

    def __call__(self, url: str, etag: str, modified: str) -> Page | None:
        """Return the page, None where it is what it was. Blocks. Raises ``OncallError``."""
        condition = {"If-None-Match": etag} if etag else {"If-Modified-Since": modified} if modified else {}
        until = ticks() + self._seconds
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(url, condition, until)
            if answer.status not in _MOVED:
                return _page(answer)
            url = _next(url, answer.headers.get("location", ""))
        raise SourceError("it leads from one address to the next without end", permanent=True)

    def _ask(self, url: str, condition: Mapping[str, str], until: float) -> Answer:
        rule = rule_for(url, self._rules)
        if rule is None:
            place = one_line(_named(url), 100) or "nowhere"
            raise SourceError(f"it leads to {place}, which is not on the allow-list", permanent=True)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        access = self._access(rule) if rule.own else Access()
        at = checked_address(host, port, internal=rule.internal)
        headers = {**access.headers, **condition}
        request = Request("GET", url.partition("#")[0], headers, None, at)
        return asyncio.run(self._exchange(request, parts.netloc, access, until - ticks()))

    async def _exchange(self, request: Request, place: str, access: Access, left: float) -> Answer:
        from console.web.wire import Wire  # noqa: PLC0415 - httpx takes 0.1 s that most shifts save

        options = WebOptions(
            ca_file=access.ca_file,
            proxy="none",
            timeout=timedelta(seconds=self._seconds),
            max_body_mb=MEGABYTES,
        )
        headers = {"User-Agent": f"oncall-console/{__version__}", "Accept": "text/markdown, text/plain;q=0.9"}
        wire = Wire(without_query(request.url), place, options, headers)
        try:
            async with asyncio.timeout(left):
                return await wire.exchange(request)
        except TimeoutError:
            raise SourceError(f"{place} gave no complete answer within {self._seconds:g} s") from None
        finally:
            await wire.close()


def _next(url: str, location: str) -> str:
    """Return where a redirect leads, empty where that is no address."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _named(url: str) -> str:
    """Return the host and port of any address, empty where it has none; a user name is left out."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _page(answer: Answer) -> Page | None:
    """Return what an answer holds. Raises ``SourceError`` for what is no text."""
    place, headers = answer.place, answer.headers
    if answer.status == _NOT_MODIFIED:
        return None
    if answer.status != 200:
        why = _REFUSALS.get(answer.status, "")
        raise SourceError(f"{place} answers with {answer.status}{why}", status=answer.status)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _PAGES:
        raise SourceError("it is a web page, no Markdown: open it with o", permanent=True)
    if kind not in _TEXT:
        raise SourceError(f"it is no text ({one_line(kind, 60)})", permanent=True)
    try:
        text = answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError("it is not UTF-8 text", permanent=True) from None
    if "\0" in text or not text.strip():
        raise SourceError("it is no text" if text.strip() else "it is empty", permanent=True)
    return Page(text, _tag(headers.get("etag", "")), _tag(headers.get("last-modified", "")))


def _tag(said: str) -> str:
    """Return what the server wants to be asked with next time, empty where it could not be sent as it is."""
    return said if said.isascii() and said.isprintable() and len(said) <= _LONGEST_TAG else ""
