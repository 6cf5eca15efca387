"""The one HTTP layer: every source speaks through ``HttpClient``.

What goes wrong comes out as ``SourceError`` in words with a way out. No message and no entry of the log
holds a header, a query, a token or a library's own text, because those may hold a secret.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from console import __version__
from console.clock import Clock
from console.errors import SourceError
from console.web.answers import decode, refusal
from console.web.credentials import Credentials, Nobody, of_login
from console.web.exchange import NO_HEADERS, Answer, Params
from console.web.gate import Gate, Pace
from console.web.options import Login, WebOptions
from console.web.rate import told
from console.web.retry import SAFE_METHODS, Random, pause
from console.web.sender import Question, Sender

__all__ = ["Answer", "HttpClient", "Pace", "Params"]


class HttpClient:
    """One server, asked with one set of credentials.

    Secrets are fetched at the first request, off the event loop, and once more after a 401: a token
    may have been renewed since. Redirects are not followed. Proxy variables of the environment count
    unless ``options.proxy`` says otherwise. ``headers`` go with every request.

    ``pace`` says how the vendor wants to be asked; what its answers say about that is always kept to.
    A GET that breaks off or is met by 502, 503 or 504 is sent again up to twice, where the server
    answered before; ``rng`` spreads the pauses. An answer with an ``ETag`` or ``Last-Modified`` is
    asked for again only if it has changed.
    """

    def __init__(  # noqa: PLR0913 - what a server has of its own
        self,
        url: str,
        options: WebOptions,
        clock: Clock,
        *,
        credentials: Credentials | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        pace: Pace | None = None,
        rng: Random = random.random,
    ) -> None:
        self.url = url
        self.place = urlsplit(url).netloc
        self._clock = clock
        self._rng = rng
        self._pace = (pace or Pace()).within(options.deadline.total_seconds())
        self._gate = Gate(self.place, clock, self._pace)
        self._answers = False  # whether it did last time
        known = {
            "User-Agent": f"oncall-console/{__version__}",
            "Accept": "application/json",
            **headers,
        }
        credentials = credentials or (of_login(options) if isinstance(options, Login) else Nobody())
        self._sender = Sender(url, self.place, options, credentials, known)

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
        idempotent: bool | None = None,
        secret_path: bool = False,
    ) -> Answer:
        """Return the answer to any request: every 2xx, and the statuses in ``accept``.

        ``body`` is sent as JSON; bytes are sent as they are. ``idempotent``: it may be carried out twice,
        so that it is sent again where it failed for a moment; left out, that is so for GET.
        ``secret_path``: whoever knows the path may use it, so it is never shown. Raises
        ``SourceError`` for other statuses (its ``status`` says which), for answers of any status that
        say we ask too often, and where nothing came of it.
        """
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        question = Question(method, path, params, content, headers, secret_path)
        safe = method in SAFE_METHODS if idempotent is None else idempotent
        safe = safe and self._answers  # a server that is down is the poller's business
        for attempt in count():  # ``pause`` ends it
            try:
                return await self._once(question, accept)
            except SourceError as error:
                self._answers = error.status is not None and error.status < 500
                wait = pause(error, attempt, safe=safe, patience=self._pace.patience, rng=self._rng)
                if wait is None:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("not reached")

    async def close(self) -> None:
        """Close the connections; safe to call twice, and a later request opens them again."""
        await self._sender.close()

    async def _once(self, question: Question, accept: AbstractSet[int]) -> Answer:
        async with self._gate.turn():
            answer, secrets = await self._sender.send(question)
        now = self._clock.now()
        pace = told(answer.status, answer.headers, answer.body, now)
        self._gate.note(pace)
        if not pace.refused and (200 <= answer.status < 300 or answer.status in accept):
            self._answers = True
            return answer
        raise refusal(answer.status, answer.headers, answer.body, self.place, now, secrets)
