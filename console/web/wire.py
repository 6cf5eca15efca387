"""The only module that knows httpx. It is imported when the first request is made: that takes 0.1 s.

What goes wrong comes out as ``SourceError``. No message holds a header, a token or a library's own
text, and the library's own log is cut off: at its lower levels it has whole addresses and headers.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from socket import gaierror
from urllib.parse import urlsplit

import httpx

from console.errors import SourceError
from console.web.exchange import Answer, BrokenOffError, Params, Request
from console.web.options import WebOptions
from console.web.tls import tls_failure, trust
from console.web.unpack import ASKED_FOR, Unpacker, UnreadableBodyError

for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False

_CONNECT_SECONDS = 5.0
_MEGABYTE = 1_000_000

_NETWORK = "check the network and the VPN"
_BROKEN = "{place} broke off in the middle of its answer"
_BROKEN_HINT = "is it restarting? if it stays so, look for a proxy in between"
_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (httpx.ConnectTimeout, f"{{place}} does not answer within {_CONNECT_SECONDS:g} s", _NETWORK),
    (httpx.ConnectError, "{place} cannot be reached", _NETWORK),
    (httpx.ProxyError, "the proxy refuses to reach {place}", "check proxy, HTTPS_PROXY and NO_PROXY"),
    (UnreadableBodyError, _BROKEN, _BROKEN_HINT),
)


class Wire:
    """The connections to one server. Making one blocks: it reads certificate files."""

    def __init__(self, url: str, place: str, options: WebOptions, headers: Mapping[str, str]) -> None:
        self._url = url
        self._place = place
        self._proxy = urlsplit(options.proxy).netloc if options.proxy and options.proxy != "none" else ""
        self._most = options.max_body_mb * _MEGABYTE
        self._client = _connectable(url, options, {**headers, "Accept-Encoding": ASKED_FOR})

    def address(self, path: str, params: Params) -> str:
        """Return the whole address of a request. Raises ``SourceError`` where it is none."""
        try:
            url = httpx.URL(self._url + path)
            return str(url.copy_merge_params(list(params)) if params else url)
        except (httpx.InvalidURL, ValueError):
            raise SourceError(
                f"{self._place} cannot be asked: the address is none", hint="check url"
            ) from None

    async def exchange(self, request: Request) -> Answer:
        """Return the answer, whatever its status. Redirects are not followed. Raises ``SourceError``."""
        try:
            url, headers, extensions = _placed(request)
            async with self._client.stream(
                request.method, url, content=request.content, headers=headers, extensions=extensions
            ) as response:
                body = await self._body(response)
                return Answer(response.status_code, dict(response.headers), body, self._place)
        # ValueError: a header or an address that cannot be written on the wire.
        except (httpx.HTTPError, httpx.InvalidURL, UnreadableBodyError, OSError, ValueError) as error:
            raise _failure(error, self._place, self._proxy) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        """Return the body, unpacked. Raises ``SourceError`` as soon as it is too much."""
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""))
        body = bytearray()
        async for piece in response.aiter_raw():
            body += unpacker.feed(piece, self._most - len(body) + 1)
            if len(body) > self._most:
                raise SourceError(
                    f"{self._place} answers with more than {self._most // _MEGABYTE} MB",
                    hint="ask for less with filter, or raise max_body_mb",
                )
        unpacker.finish()
        return bytes(body)


def _placed(request: Request) -> tuple[httpx.URL, dict[str, str], dict[str, str]]:
    """Return where to send a request, its headers, and the name that the certificate has to be for."""
    url, headers = httpx.URL(request.url), dict(request.headers)
    if not request.at:
        return url, headers, {}
    return (
        url.copy_with(host=request.at),
        {**headers, "Host": url.netloc.decode("ascii")},
        {"sni_hostname": url.host},
    )


def _connectable(url: str, options: WebOptions, headers: Mapping[str, str]) -> httpx.AsyncClient:
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


def _verify(url: str, options: WebOptions) -> ssl.SSLContext:
    if not url.startswith("https:"):
        # Nothing to check, and loading the authorities takes 20 ms. Trusts nobody, should it matter.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    common = httpx.create_ssl_context()
    common.load_default_certs()  # the system's authorities besides the bundled ones
    return trust(common, options)


def _failure(error: Exception, place: str, proxy: str) -> SourceError:
    """Say what a failed exchange means, from the root of the error rather than from its text."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return tls_failure(cause, place)
        if isinstance(cause, gaierror | ConnectionRefusedError):
            return _nobody_there(cause, place, proxy)
    for kind, said, hint in _MEANINGS:
        if isinstance(error, kind):
            return SourceError(said.format(place=place), hint=hint)
    if isinstance(error, httpx.RemoteProtocolError | httpx.NetworkError):
        return BrokenOffError(_BROKEN.format(place=place), hint=_BROKEN_HINT)
    return SourceError(f"{place} cannot be asked ({type(error).__name__})", hint="check url and credentials")


def _nobody_there(cause: BaseException, place: str, proxy: str) -> SourceError:
    if proxy:
        return SourceError(
            f"{place} cannot be reached: the proxy {proxy} is not there", hint="check proxy, or leave it out"
        )
    if isinstance(cause, gaierror):
        return SourceError(f"{place} cannot be found by name", hint="check url, the network and the VPN")
    return SourceError(f"{place} refuses the connection", hint="is it running, and is the port right?")


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
