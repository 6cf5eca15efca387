"""From one page of a list to the next: what to ask for, and when that was all. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from console.errors import SourceError
from console.sources.base.reading.fields import searcher
from console.sources.http.options import Options
from console.web.exchange import Answer, Params

_LINK = re.compile(r'<([^<>]{1,2000})>((?:\s*;\s*\w+\s*=\s*(?:"[^"]*"|[^\s",;]+))+)')
_IS_NEXT = re.compile(r'(?:^|;)\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|$)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A request for one page: ``path`` is what stands behind the host."""

    path: str
    params: Params
    body: Mapping[str, Any] | None


class Pager:
    """Knows the way from page to page."""

    def __init__(self, options: Options) -> None:
        parts = urlsplit(options.url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._path = parts.path or "/"
        self._url = options.url
        self._options = options
        self._paging = options.paging
        self._parameter = options.paging.parameter or options.paging.kind
        self._at = searcher(options.paging.at) if options.paging.at is not None else None
        self._more = searcher(options.paging.more) if options.paging.more is not None else None

    def first(self) -> Page:
        """Return the request for the first page."""
        page = Page(self._path, tuple(self._options.params.items()), self._options.body)
        if self._paging.size_parameter is not None:
            page = self._with(page, self._paging.size_parameter, self._paging.size)
        if self._paging.kind in {"page", "offset"}:
            page = self._with(page, self._parameter, self._start)
        return page

    def next(self, page: Page, answer: Answer, value: Any, items: int, count: int) -> Page | None:
        """Return the request after ``page``, None where that was the last.

        ``items`` is how many were on it, ``count`` how many pages and ``value`` its JSON. Raises ``SourceError``
        for an address on another host: our credentials are for this one.
        """
        match self._paging.kind:
            case "link":
                return self._address(page, _linked(answer.headers.get("link", "")))
            case "next":
                return self._address(page, self._found(value))
            case "cursor":
                cursor = self._found(value)
                return self._with(page, self._parameter, cursor) if cursor else None
            case "page" | "offset" if items and self._goes_on(value):
                step = count if self._paging.kind == "page" else items
                return self._counted(page, step)
            case _:
                return None

    @property
    def _start(self) -> int:
        if self._paging.start is not None:
            return self._paging.start
        return 1 if self._paging.kind == "page" else 0

    def _counted(self, page: Page, step: int) -> Page:
        """Return the page after so many pages, or so many items further on."""
        if self._paging.kind == "page":
            return self._with(page, self._parameter, self._start + step)
        sent = page.body if self._paging.where == "body" else dict(page.params)
        return self._with(page, self._parameter, int((sent or {}).get(self._parameter, 0)) + step)

    def _goes_on(self, value: Any) -> bool:
        return self._more is None or bool(self._more(value))

    def _found(self, value: Any) -> str:
        found = self._at(value) if self._at is not None else None
        return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""

    def _with(self, page: Page, name: str, value: str | int) -> Page:
        if self._paging.where == "body":
            return replace(page, body={**(page.body or {}), name: value})
        kept = tuple(pair for pair in page.params if pair[0] != name)
        return replace(page, params=(*kept, (name, str(value))))

    def _address(self, page: Page, address: str) -> Page | None:
        if not address:
            return None
        try:
            whole = urljoin(self._url, address)
            parts = urlsplit(whole)
        except ValueError:
            raise SourceError(
                f"{urlsplit(self._url).netloc} names a next page that is no address", hint="check paging"
            ) from None
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            raise SourceError(
                f"{urlsplit(self._url).netloc} names a next page on another host",
                hint="put the address that it names itself by into url",
                permanent=True,
            )
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return replace(page, path=path, params=())


def _linked(header: str) -> str:
    """Return the address that a Link header calls the next (RFC 8288)."""
    return next((address for address, rest in _LINK.findall(header) if _IS_NEXT.search(rest)), "")
