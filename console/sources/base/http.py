"""The one HTTP layer: every source speaks through ``HttpClient``, and only this file knows httpx.

What goes wrong comes out as ``SourceError`` in words with a way out. No message holds a header, a
token or a library's own text, because those may hold a secret.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from socket import gaierror
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import httpx

from console import __version__
from console.clock import Clock
from console.errors import SourceError
from console.sources.base.answers import decode, refusal
from console.sources.base.credentials import Credentials, Nobody, of_login
from console.sources.base.options import HttpOptions, LoginOptions
from console.sources.base.tls import tls_failure, trust

Params = Sequence[tuple[str, str]]
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

_CONNECT_SECONDS = 5.0
_MEGABYTE = 1_000_000

_NETWORK = "check the network and the VPN"
_BROKEN = "{place} broke off in the middle of its answer"
_BROKEN_HINT = "is it restarting? if it stays so, look for a proxy in between"
_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (httpx.ConnectTimeout, f"{{place}} does not answer within {_CONNECT_SECONDS:g} s", _NETWORK),
    (httpx.ConnectError, "{place} cannot be reached", _NETWORK),
    (httpx.ProxyError, "the proxy refuses to reach {place}", "check HTTPS_PROXY and NO_PROXY"),
    (httpx.RemoteProtocolError, _BROKEN, _BROKEN_HINT),
    (httpx.NetworkError, _BROKEN, _BROKEN_HINT),
    (httpx.DecodingError, _BROKEN, _BROKEN_HINT),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. ``headers`` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    place: str

    def json(self) -> Any:
        """Return the decoded body, None where it is empty. Raises ``SourceError``."""
        return decode(self.body, self.place) if self.body.strip() else None


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
        self._client: httpx.AsyncClient | None = None
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

    async def ask(
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
        answer = await self._request(method, path, params, content, headers)
        if 200 <= answer.status < 300 or answer.status in accept:
            return answer
        if answer.status == 401 and not self._busy:
            self._credentials.renew()
        raise refusal(answer.status, answer.headers, answer.body, self.place, self._clock.now())

    async def close(self) -> None:
        """Close the connections; safe to call twice, and a later request opens them again."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _request(
        self, method: str, path: str, params: Params, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        client = await self._open()
        seconds = self._options.timeout.total_seconds()
        self._busy += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(client, method, path, params, content, headers)
        except TimeoutError:
            raise SourceError(
                f"{self.place} gave no complete answer within {seconds:g} s",
                hint="is it overloaded? raise timeout, or ask for less with filter",
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _failure(error, self.place) from None
        finally:
            self._busy -= 1

    async def _exchange(  # noqa: PLR0913 - the parts of a request
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        params: Params,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        megabytes = self._options.max_body_mb
        url = httpx.URL(self.url + path)
        if params:
            url = url.copy_merge_params(list(params))
        own = await asyncio.to_thread(self._credentials.headers, self.place, method, str(url), content or b"")
        typed = {"Content-Type": "application/json"} if content is not None else {}
        async with client.stream(
            method, url, content=content, headers={**typed, **own, **headers}
        ) as response:
            answer = bytearray()
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > megabytes * _MEGABYTE:
                    raise SourceError(
                        f"{self.place} answers with more than {megabytes} MB",
                        hint="ask for less with filter, or raise max_body_mb",
                    )
            return Answer(response.status_code, response.headers, bytes(answer), self.place)

    async def _open(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(_connectable, self.url, self._options, self._headers)
            return self._client


def _connectable(url: str, options: HttpOptions, headers: Mapping[str, str]) -> httpx.AsyncClient:
    """Return a client with trust in place. Blocks: reads files."""
    proxy = options.proxy
    try:
        return httpx.AsyncClient(
            headers=dict(headers),
            verify=_verify(url, options),
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),  # the whole request has its deadline
            follow_redirects=False,
            proxy=None if proxy == "none" else proxy,
            trust_env=proxy is None,
        )
    except (ValueError, ImportError, httpx.InvalidURL):  # what httpx says of a proxy it cannot use
        raise SourceError(
            "the proxy named in the environment cannot be used",
            hint="check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; it must be an http:// address",
        ) from None


def _verify(url: str, options: HttpOptions) -> ssl.SSLContext:
    if not url.startswith("https:"):
        # Nothing to check, and loading the authorities takes 20 ms. Trusts nobody, should it matter.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    common = httpx.create_ssl_context()
    common.load_default_certs()  # the system's authorities besides the bundled ones
    return trust(common, options)


def _failure(error: Exception, place: str) -> SourceError:
    """Say what a failed exchange means, from the root of the error rather than from its text."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return tls_failure(cause, place)
        if isinstance(cause, gaierror):
            return SourceError(f"{place} cannot be found by name", hint="check url, the network and the VPN")
        if isinstance(cause, ConnectionRefusedError):
            return SourceError(
                f"{place} refuses the connection", hint="is it running, and is the port right?"
            )
    for kind, said, hint in _MEANINGS:
        if isinstance(error, kind):
            return SourceError(said.format(place=place), hint=hint)
    return SourceError(f"{place} cannot be asked ({type(error).__name__})", hint="check url and credentials")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and everything behind it, groups included (one attempt for each address)."""
    waiting: list[BaseException] = [error]
    for _ in range(50):
        if not waiting:
            return
        current = waiting.pop(0)
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting.extend(link for link in (current.__cause__, current.__context__) if link is not None)
