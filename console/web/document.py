"""One address that is read whole, such as a calendar's. Whoever knows it may read it, so it is never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit, urlunsplit

from console.clock import Clock
from console.config.calendars import Access
from console.errors import ConfigError, SourceError
from console.web.http import HttpClient
from console.web.options import WebOptions

_ACCEPT = {"Accept": "text/calendar, text/csv;q=0.9, */*;q=0.5"}


class Document:
    """Reads what ``access`` names; unchanged it is not sent again, where the server offers that.

    ``access`` may read files or run programs: it is called in a thread, at the first reading and after a
    refusal, since the address may be another by then.
    """

    def __init__(self, access: Callable[[], Access | None], options: WebOptions, clock: Clock) -> None:
        self._access = access
        self._options = options
        self._clock = clock
        self._client: HttpClient | None = None
        self._path = ""

    async def read(self) -> bytes:
        """Return what stands there. Raises ``SourceError``."""
        client = self._client or await self._open()
        try:
            return (await client.ask("GET", self._path, secret_path=True)).body
        except SourceError as error:
            if error.permanent:
                await self.close()
            raise

    async def close(self) -> None:
        """Close the connections; a later reading opens them again."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _open(self) -> HttpClient:
        try:
            said = await asyncio.to_thread(self._access)
        except ConfigError as error:
            raise SourceError(error.message, hint=error.hint, permanent=True) from None
        except ValueError:
            raise SourceError(
                "its address is none", hint="check where url comes from", permanent=True
            ) from None
        if said is None:
            raise SourceError("it has no address", permanent=True)
        parts = urlsplit(said.url)
        self._path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        self._client = HttpClient(
            f"{parts.scheme}://{parts.netloc}",
            self._options,
            self._clock,
            credentials=_Given(said.headers),
            headers=_ACCEPT,
        )
        return self._client


class _Given:
    """Headers as they are."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """Return them."""
        return self._headers

    def renew(self) -> None:
        """Do nothing: ``Document`` opens anew after a refusal."""
