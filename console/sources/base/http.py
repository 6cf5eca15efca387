"""The one HTTP layer: every source speaks through ``HttpClient``.

What goes wrong comes out as ``SourceError`` in words with a way out. No message holds a header, a
token or a library's own text, because those may hold a secret.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from console import __version__
from console.clock import Clock
from console.errors import SourceError
from console.sources.base.answers import decode, refusal
from console.sources.base.credentials import Credentials, Nobody, of_login
from console.sources.base.exchange import NO_HEADERS, Answer, Params, Request
from console.sources.base.options import HttpOptions, LoginOptions

if TYPE_CHECKING:
    from console.sources.base.wire import Wire

__all__ = ["Answer", "HttpClient", "Params"]


class HttpClient:
    """One server, asked with one set of credentials.

    Secrets are fetched at the first request, off the event loop, and again after a 401: a token
    file may have been renewed. Redirects are not followed. Proxy variables of the environment count
    unless ``options.proxy`` says otherwise. ``headers`` go with every request.
    """

    def __init__(
        self,
        url: str,
        options: HttpOptions,
        clock: Clock,
        *,
        credentials: Credentials | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        self.url = url
        self.place = urlsplit(url).netloc
        self._options = options
        self._clock = clock
        self._credentials = credentials or (
            of_login(options) if isinstance(options, LoginOptions) else Nobody()
        )
        self._headers = {
            "User-Agent": f"oncall-console/{__version__}",
            "Accept": "application/json",
            **headers,
        }
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()
        self._busy = 0

    async def get(self, path: str, params: Params = ()) -> bytes:
        """Return the body of a GET. Raises ``SourceError``."""
        return (await self.ask("GET", path, params)).body

    async def get_json(self, path: str, params: Params = ()) -> Any:
        """Return the decoded body of a GET. Raises ``SourceError``."""
        return decode(await self.get(path, params), self.place)

    async def send(self, method: str, path: str, body: Any = None, params: Params = ()) -> Any:
        """Send JSON and return the decoded answer, None where it is empty. Raises ``SourceError``."""
        return (await self.ask(method, path, params, body)).json()

    async def ask(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        path: str,
        params: Params = (),
        body: Any = None,
        *,
        accept: AbstractSet[int] = frozenset(),
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Answer:
        """Return the answer to any request: every 2xx, and the statuses in ``accept``.

        ``body`` is sent as JSON; bytes are sent as they are. Raises ``SourceError`` for other statuses
        (its ``status`` says which) and where nothing came of it.
        """
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        answer = await self._request(method, (path, params), content, headers)
        if 200 <= answer.status < 300 or answer.status in accept:
            return answer
        if answer.status == 401 and not self._busy:
            self._credentials.renew()
        raise refusal(answer.status, answer.headers, answer.body, self.place, self._clock.now())

    async def close(self) -> None:
        """Close the connections; safe to call twice, and a later request opens them again."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def _request(
        self, method: str, target: tuple[str, Params], content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        wire = await self._open()
        seconds = self._options.timeout.total_seconds()
        self._busy += 1
        try:
            async with asyncio.timeout(seconds):
                url = wire.address(*target)
                own = await asyncio.to_thread(
                    self._credentials.headers, self.place, method, url, content or b""
                )
                typed = {"Content-Type": "application/json"} if content is not None else {}
                return await wire.exchange(Request(method, url, {**typed, **own, **headers}, content))
        except TimeoutError:
            raise SourceError(
                f"{self.place} gave no complete answer within {seconds:g} s",
                hint="is it overloaded? raise timeout, or ask for less with filter",
            ) from None
        finally:
            self._busy -= 1

    async def _open(self) -> Wire:
        async with self._opening:
            if self._wire is None:
                self._wire = await asyncio.to_thread(self._connect)
            return self._wire

    def _connect(self) -> Wire:
        """Return the connections. Blocks: imports, and reads files."""
        from console.sources.base.wire import Wire  # noqa: PLC0415 - httpx takes 0.1 s that commands save

        return Wire(self.url, self.place, self._options, self._headers)
