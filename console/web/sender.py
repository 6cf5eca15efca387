"""One request and its answer: credentials are put to it, its time is limited, it is noted in the log without them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.domain.text import one_line
from console.errors import OncallError, SourceError
from console.web.credentials import Credentials
from console.web.exchange import Answer, Params, Request
from console.web.options import WebOptions
from console.web.redaction import Secrets, secrets_of, without_query
from console.web.remembered import Remembered

if TYPE_CHECKING:
    from console.web.wire import Wire

log = logging.getLogger(__name__)

_REQUEST_IDS = ("x-request-id", "x-amzn-requestid", "x-slack-req-id", "atl-traceid")


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller wants to know, before credentials are put to it."""

    method: str
    path: str
    params: Params = field(repr=False)
    content: bytes | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    secret_path: bool = False


@dataclass(frozen=True, slots=True)
class _Signed:
    """A question with credentials. ``renewals``: how often they had been renewed by then."""

    request: Request
    own: Mapping[str, str] = field(repr=False)
    secrets: Secrets
    renewals: int

    @property
    def shown(self) -> str:
        """What may be said about it."""
        return f"{self.request.method} {one_line(self.secrets.without(without_query(self.request.url)))}"


class Sender:
    """Sends what it is given, once; only for a 401 a second time, where the credentials are others by then."""

    def __init__(
        self, url: str, place: str, options: WebOptions, credentials: Credentials, headers: Mapping[str, str]
    ) -> None:
        self._url = url
        self._place = place
        self._options = options
        self._credentials = credentials
        self._headers = headers
        self._remembered = Remembered()
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()
        self._renewals = 0

    async def send(self, question: Question) -> tuple[Answer, Secrets]:
        """Return the answer, whatever its status, and the secrets that were sent. Raises ``SourceError``."""
        wire = await self._open()
        seconds = self._options.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                signed = await self._sign(wire, question)
                answer = await self._exchange(wire, signed)
                if answer.status == 401 and (renewed := await self._renewed(wire, question, signed)):
                    signed, answer = renewed, await self._exchange(wire, renewed)
                return answer, signed.secrets
        except TimeoutError:
            raise SourceError(
                f"{self._place} gave no complete answer within {seconds:g} s",
                hint="is it overloaded? raise timeout, or ask for less with filter",
            ) from None

    async def close(self) -> None:
        """Close the connections; safe to call twice, and a later request opens them again."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def _exchange(self, wire: Wire, signed: _Signed) -> Answer:
        question = _key(signed) if signed.request.method == "GET" else ""
        condition = self._remembered.condition(question)
        request = signed.request.with_headers(condition) if condition else signed.request
        try:
            answer = await wire.exchange(request)
        except SourceError as error:
            log.debug("%s: %s", signed.shown, error.message)
            raise
        except asyncio.CancelledError:
            log.debug("%s: given up", signed.shown)
            raise
        number = next((text for name in _REQUEST_IDS if (text := answer.headers.get(name))), "none")
        log.debug(
            "%s: %d, %d bytes, request id %s",
            *(signed.shown, answer.status, len(answer.body)),
            one_line(signed.secrets.without(number), 80),
        )
        return self._remembered.whole(question, answer) if question else answer

    async def _sign(self, wire: Wire, question: Question) -> _Signed:
        renewals = self._renewals
        url = wire.address(question.path, question.params)
        own = await asyncio.to_thread(self._credited, question, url)
        typed = {"Content-Type": "application/json"} if question.content is not None else {}
        request = Request(question.method, url, {**typed, **own, **question.headers}, question.content)
        said = (*question.params, *(_hidden(question.path) if question.secret_path else ()))
        secrets = secrets_of(own, {**self._headers, **question.headers}, said)
        return _Signed(request, own, secrets, renewals)

    def _credited(self, question: Question, url: str) -> Mapping[str, str]:
        """Return the headers of our credentials. Blocks."""
        try:
            return self._credentials.headers(self._place, question.method, url, question.content or b"")
        except OncallError:
            raise
        except Exception as error:  # noqa: BLE001 - a library's text could have a secret in it
            raise SourceError(
                f"{self._place} cannot be asked: our credentials cannot be had ({type(error).__name__})",
                hint="check what the token, key or profile of this source comes from",
            ) from None

    async def _renewed(self, wire: Wire, question: Question, before: _Signed) -> _Signed | None:
        """Return the question with new credentials, None where those are the ones that were not accepted."""
        if self._renewals == before.renewals:  # else another request has done it meanwhile
            self._renewals += 1
            self._credentials.renew()
            self._remembered.clear()
        after = await self._sign(wire, question)
        if after.own != before.own:
            return after
        self._credentials.renew()  # whoever asks next looks again: a file may hold a new one by then
        return None

    async def _open(self) -> Wire:
        async with self._opening:
            if self._wire is None:
                self._wire = await asyncio.to_thread(self._connect)
            return self._wire

    def _connect(self) -> Wire:
        """Return the connections. Blocks: imports, and reads files."""
        from console.web.wire import Wire  # noqa: PLC0415 - httpx takes 0.1 s that commands save

        return Wire(self._url, self._place, self._options, self._headers)


def _hidden(path: str) -> Iterator[tuple[str, str]]:
    """Yield a path that is a secret itself (an incoming webhook's), whole and its last part, named like one."""
    yield "secret", path.strip("/")
    yield "secret", path.rpartition("/")[2]


def _key(signed: _Signed) -> str:
    """Return what an answer is remembered by: the address, and what the caller said besides."""
    said = sorted(item for item in signed.request.headers.items() if item[0] not in signed.own)
    return f"{signed.request.url}\n{said}"
