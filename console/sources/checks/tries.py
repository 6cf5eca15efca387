"""Trying one thing: an address, a port, a certificate."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from socket import gaierror
from urllib.parse import urlsplit

from console.clock import Clock
from console.errors import SourceError
from console.sources.base.options import HttpOptions
from console.sources.checks.options import Check
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.tls import tls_failure, trust


@dataclass(frozen=True, slots=True)
class Found:
    """What a try found: ``said`` is empty where all is well. ``expires_at``: end of a certificate (UTC).

    ``silent``: nothing answered at all, which may as well be our own network's fault.
    """

    said: str = ""
    silent: bool = False
    expires_at: datetime | None = None


class Tries:
    """Tries the checks of one source; connections to the addresses are kept open."""

    def __init__(self, options: HttpOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._seconds = options.timeout.total_seconds()
        self._clients: dict[str, HttpClient] = {}
        self._trust: ssl.SSLContext | None = None

    async def look(self, check: Check) -> Found:
        """Try one thing. Nothing is raised for what is wrong with it: that is what was found."""
        found = await (self._page(check) if check.http else self._port(check))
        if not check.encrypted:
            return found
        wrong, expires_at = await self._certificate(check.encrypted)
        if check.tls and wrong:
            return Found(wrong, silent=True)
        return replace(found, expires_at=expires_at)

    async def reaches(self, place: str) -> bool:
        """Return whether a connection to ``host:port`` can be opened."""
        said, writer = await self._connect(place, None)
        if writer is not None:
            writer.close()
        return not said

    async def close(self) -> None:
        """Let go of the connections."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.close()

    async def _page(self, check: Check) -> Found:
        url = check.http or ""
        client = self._clients.get(check.name)
        if client is None:
            parts = urlsplit(url)
            secrets = Headers({name: ("{}", secret) for name, secret in check.headers.items()})
            client = HttpClient(
                f"{parts.scheme}://{parts.netloc}",
                self._options,
                self._clock,
                credentials=secrets,
                headers={"Accept": "*/*"},
            )
            self._clients[check.name] = client
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        try:
            answer = await client.ask("GET", path, accept=frozenset(range(100, 600)))
        except SourceError as error:
            return Found(error.message, silent=error.status is None)
        if answer.status not in check.status:
            return Found(f"answers with status {answer.status}")
        if check.text and check.text not in answer.body.decode("utf-8", "replace"):
            return Found(f'answers without "{check.text}"')
        return Found()

    async def _port(self, check: Check) -> Found:
        if check.tcp is None:
            return Found()  # the certificate's own try connects
        said, writer = await self._connect(check.tcp, None)
        if writer is not None:
            writer.close()
        return Found(said, silent=bool(said))

    async def _certificate(self, place: str) -> tuple[str, datetime | None]:
        """Return what is wrong with a certificate, and until when it is good where that is known."""
        if self._trust is None:
            self._trust = await asyncio.to_thread(_authorities, self._options)
        said, writer = await self._connect(place, self._trust)
        if writer is None:
            return said, None
        certificate = writer.get_extra_info("peercert") or {}
        writer.close()
        end = certificate.get("notAfter")
        return "", datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None

    async def _connect(
        self, place: str, tls: ssl.SSLContext | None
    ) -> tuple[str, asyncio.StreamWriter | None]:
        """Return why there is no connection, or the connection."""
        host, _, port = place.rpartition(":")
        try:
            async with asyncio.timeout(self._seconds):
                _, writer = await asyncio.open_connection(
                    host, int(port), ssl=tls, server_hostname=host if tls else None
                )
        except TimeoutError:
            return f"{place} does not answer within {self._seconds:g} s", None
        except ssl.SSLError as error:
            return tls_failure(error, place).message, None
        except gaierror:
            return f"{place} cannot be found by name", None
        except ConnectionRefusedError:
            return f"{place} refuses the connection", None
        except OSError as error:
            return f"{place} cannot be reached ({error.strerror or type(error).__name__})", None
        return "", writer


def _authorities(options: HttpOptions) -> ssl.SSLContext:
    """Return whom to trust. Blocks: reads files."""
    return trust(ssl.create_default_context(), options)
