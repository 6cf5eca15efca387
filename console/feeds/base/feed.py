"""What every feed is made of: a name, a pace, one server that is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from console.clock import Clock
from console.feeds.base.options import FeedOptions
from console.web.credentials import Credentials, Headers, Nobody
from console.web.exchange import NO_HEADERS
from console.web.gate import Pace
from console.web.http import HttpClient


class WebFeed:
    """A feed behind one HTTP server. Nothing is sent before the first ``fetch``.

    ``services`` are the names of the services that the config has.
    """

    kind = ""
    headers: ClassVar[Mapping[str, str]] = NO_HEADERS

    def __init__(
        self, name: str, url: str, options: FeedOptions, clock: Clock, services: Collection[str]
    ) -> None:
        self.name = name
        self.interval = options.interval.total_seconds()
        self.deadline = options.deadline.total_seconds()
        self.clock = clock
        self.known_services = frozenset(services)
        token = options.token
        login: Credentials = Headers({"Authorization": ("Bearer {}", token)}) if token else Nobody()
        # One question after the other: nobody waits for a feed, and limits count what runs at the same time.
        self.client = HttpClient(
            url, options, clock, credentials=login, headers=self.headers, pace=Pace(serial=True)
        )
        self._services = options.services

    def service_of(self, name: str, otherwise: str = "") -> str:
        """Return the service that is meant by a name there: as the config says, else ``otherwise`` or the name."""
        return self._services.get(name) or otherwise or name

    async def close(self) -> None:
        """Let go of the connections; safe to call twice."""
        await self.client.close()
