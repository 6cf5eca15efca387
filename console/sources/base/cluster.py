"""Several servers that know the same: asked together, and one is enough.

The union of those that answer is the whole; one that does not is named.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, ClassVar, ParamSpec, Self, TypeVar

from pydantic import AfterValidator, model_validator

from console.errors import SourceError
from console.sources.base.options import LoginOptions
from console.web.http import HttpClient, Params
from console.web.options import Url

T = TypeVar("T")
P = ParamSpec("P")

_PAGES = ("/alerts", "/rules", "/api/v2", "/api/v1")


def _server(url: str) -> str:
    for page in _PAGES:
        url = url.removesuffix(page)
    return url.rstrip("/")


ServerUrl = Annotated[Url, AfterValidator(_server)]
"""An address of a server; what people paste from its API or its page is cut off."""


class ClusterOptions(LoginOptions):
    """Keys of a source of which there may be several that know the same."""

    PORT: ClassVar[int] = 80
    """Where it usually listens, for messages."""

    url: ServerUrl | None = None
    """Address, with the path prefix it is served under if there is one."""

    urls: tuple[ServerUrl, ...] = ()
    """Addresses of a redundant cluster; the same alert from two of them is one alert."""

    @model_validator(mode="after")
    def _has_a_server(self) -> Self:
        if not self.servers:
            raise ValueError(f'needs url = "http://…:{self.PORT}" (or urls = […] for a cluster)')
        return self

    @property
    def servers(self) -> tuple[str, ...]:
        """All addresses, each once."""
        return tuple(dict.fromkeys((*([self.url] if self.url else []), *self.urls)))


class Answers:
    """What the servers said; ``errors`` are those of the ones that said nothing of use."""

    def __init__(self, bodies: dict[int, bytes], errors: list[SourceError]) -> None:
        self._bodies = bodies
        self.errors = errors

    def digest(self) -> tuple[object, ...]:
        """Return a short stand-in for all of it, to see that nothing has changed."""
        bodies = (
            (server, hashlib.blake2b(body, digest_size=16).digest()) for server, body in self._bodies.items()
        )
        return (*bodies, *(error.message for error in self.errors))

    def decode(self, read: Callable[[int, bytes], T]) -> dict[int, T]:
        """Return what ``read(server, body)`` makes of each answer, those left out in which it finds no sense.

        Servers are counted from 0. Raises ``SourceError`` where not one answer makes sense.
        """
        found: dict[int, T] = {}
        for server, body in self._bodies.items():
            try:
                found[server] = read(server, body)
            except SourceError as error:
                self.errors.append(error)
        if not found:
            raise all_failed(self.errors)
        return found


async def ask_all(clients: Sequence[HttpClient], path: str, params: Params = ()) -> Answers:
    """Ask every server the same, all at once. Raises ``SourceError`` if not one of them answers."""
    answers = await asyncio.gather(*(outcome(client.get, path, params) for client in clients))
    bodies = {number: answer for number, answer in enumerate(answers) if isinstance(answer, bytes)}
    errors = [answer for answer in answers if isinstance(answer, SourceError)]
    if not bodies:
        raise all_failed(errors)
    return Answers(bodies, errors)


async def on_first(clients: Sequence[HttpClient], work: Callable[[HttpClient], Awaitable[T]]) -> T:
    """Do the work on the first server that takes it; the cluster tells the others. Raises ``SourceError``."""
    errors = []
    for client in clients:
        answer = await outcome(work, client)
        if not isinstance(answer, SourceError):
            return answer
        errors.append(answer)
    raise all_failed(errors)


async def outcome(work: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> T | SourceError:
    """Return what the work returns, or the error it failed with, so that several can be awaited together."""
    try:
        return await work(*arguments, **named)
    except SourceError as error:
        return error


def all_failed(errors: Sequence[SourceError]) -> SourceError:
    """Return one error for several; it is permanent only if all are."""
    if len(errors) == 1:
        return errors[0]
    waits = [error.retry_after for error in errors if error.retry_after is not None]
    return SourceError(
        "no server of the cluster can be used: " + "; ".join(error.message for error in errors),
        hint=errors[0].hint,
        retry_after=min(waits, default=None),
        permanent=all(error.permanent for error in errors),
        parked=all(error.parked for error in errors),
    )
