"""Any JSON API as a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from console.clock import Clock
from console.domain.alert import Poll
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.base.reading.fields import Mapper
from console.sources.base.source import HttpSource
from console.sources.http.options import Options
from console.sources.http.pager import Page, Pager
from console.web.credentials import Credentials, Headers, of_login
from console.web.http import Answer, HttpClient


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return what fires in one answer. Raises ``SourceError`` where it has no list in it."""
    mapper = Mapper(source, options)
    return mapper.read(mapper.items(payload))


class Source(HttpSource):
    """Asks one address, page by page, and reads what comes as the config says."""

    kind = "http"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self._pager = Pager(options)
        client = HttpClient(self._pager.origin, options, clock, credentials=_Both(options))
        super().__init__(name, options, clock, client)
        self._options = options
        self._mapper = Mapper(name, options)

    async def fetch(self) -> Poll:
        """Return what is listed now, all pages. Raises ``SourceError``."""
        reading = self._mapper.reading()
        seen: set[bytes] = set()
        page: Page | None = self._pager.first()
        pages = 0
        while page is not None and pages < self._options.max_pages:
            answer, value = await self._ask(page)
            found = self._mapper.items(value)
            print_ = blake2b(answer.body, digest_size=16).digest()
            if found and print_ in seen:
                raise SourceError(
                    f"{self.client.place} sends the same page again",
                    hint="check paging: is the parameter called like that there?",
                )
            seen.add(print_)
            reading.take(found)
            pages += 1
            page = self._pager.next(page, answer, value, len(found), pages)
        read = reading.poll()
        problems = [*self._options.warnings, *read.problems]
        if page is not None:
            problems.append(
                f"more than {reading.count} items on {pages} pages, the others are not shown;"
                " raise max_pages, or ask for less with params"
            )
        return replace(read, complete=read.complete and page is None, problems=tuple(problems))

    async def prove(self) -> Proof:
        """Ask for the first page. Raises ``SourceError``."""
        _, value = await self._ask(self._pager.first())
        self._mapper.items(value)
        return Proof()

    async def _ask(self, page: Page) -> tuple[Answer, Any]:
        method = self._options.method
        body = (page.body or {}) if method == "POST" else None
        answer = await self.client.ask(method, page.path, page.params, body, idempotent=True)
        return answer, answer.json()


class _Both:
    """The login and the headers of the config."""

    def __init__(self, options: Options) -> None:
        named = Headers({name: ("{}", secret) for name, secret in options.headers.items()})
        self._parts: tuple[Credentials, ...] = (of_login(options), named)

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the headers of both."""
        return {
            name: text
            for part in self._parts
            for name, text in part.headers(place, method, url, body).items()
        }

    def renew(self) -> None:
        """Fetch both again next time."""
        for part in self._parts:
            part.renew()
