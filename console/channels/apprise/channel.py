"""Messages through apprise. Its addresses are shown by their first part only: ``ntfys://…``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from console.channels.apprise.helper import Helper
from console.channels.apprise.options import Options
from console.channels.base.failures import AGAIN, delivering
from console.channels.base.texts import body_lines, unmentioned
from console.clock import Clock
from console.domain.notify.notification import Topic
from console.domain.text import one_line
from console.errors import DeliveryError
from console.ports.channels import Message, Sent
from console.web.redaction import Secrets

_MOST_KEPT = 500  # keys of messages that only some of the addresses have taken
_TYPES = {
    Topic.RESOLVED: "success",
    Topic.WARNING: "warning",
    Topic.SKIPPED: "warning",
    Topic.BREACH: "failure",
    Topic.PAGED: "failure",
    Topic.OPENED: "failure",
    Topic.REOPENED: "failure",
    Topic.BLIND: "warning",
}


class Channel:
    """All of a table's addresses. One that has taken a message is left out when that is tried again."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - needs no time
        self.name = name
        self._options = options
        self._helper = Helper()
        self._urls: Sequence[str] = ()
        self._secrets = Secrets()
        self._taken: dict[str, set[str]] = {}

    async def send(self, message: Message) -> Sent:
        """Send one message to all addresses. Raises ``DeliveryError`` where one of them did not take it."""
        async with delivering(self.name, self._options.timeout):
            await self._reveal()
            taken = self._taken.setdefault(message.key, set())
            failures = [
                error
                for url in self._urls
                if url not in taken and (error := await self._to(url, message, taken))
            ]
        if failures:
            self._bound()
            raise self._failed(failures)
        self._taken.pop(message.key, None)
        return Sent("taken" if len(self._urls) == 1 else f"taken by all {len(self._urls)}")

    async def close(self) -> None:
        """End the helper."""
        await self._helper.close()

    async def _reveal(self) -> None:
        """Fetch the addresses, once."""
        if not self._urls:
            urls = await asyncio.to_thread(lambda: [one.reveal().strip() for one in self._options.urls])
            self._secrets = Secrets(part for url in urls for part in _parts(url))
            self._urls = urls

    async def _to(self, url: str, message: Message, taken: set[str]) -> DeliveryError | None:
        answer = await self._helper.ask(
            {
                "url": url,
                "title": unmentioned(one_line(message.title, 300)),
                "body": unmentioned("\n".join(body_lines(message, 4_000) or [one_line(message.title)])),
                "type": _TYPES.get(message.topic, "info"),
            }
        )
        if answer.get("ok") is True:
            taken.add(url)
            return None
        return self._refusal(url, answer)

    def _refusal(self, url: str, answer: dict[str, Any]) -> DeliveryError:
        scheme = one_line(url.partition("://")[0], 30) if "://" in url else "?"
        said = answer.get("said")
        words = str(said[-1]) if isinstance(said, list) and said else ""
        quoted = one_line(self._secrets.without(words), 150)
        if answer.get("no") is True:
            return DeliveryError(
                f"apprise cannot use an address ({scheme}://…)",
                hint="is it written as apprise wants it?",
                permanent=True,
            )
        return DeliveryError(
            f"apprise could not send to {scheme}://…{f' ({quoted})' if quoted else ''}", hint=AGAIN
        )

    def _failed(self, failures: Sequence[DeliveryError]) -> DeliveryError:
        """Return the one failure for all: final only where each is."""
        worst = next((error for error in failures if not error.permanent), failures[0])
        more = f" ({len(failures)} of {len(self._urls)} addresses)" if len(self._urls) > 1 else ""
        return DeliveryError(worst.message + more, hint=worst.hint, permanent=worst.permanent)

    def _bound(self) -> None:
        while len(self._taken) > _MOST_KEPT:
            del self._taken[next(iter(self._taken))]


def _parts(url: str) -> Iterator[str]:
    """Yield an address and whatever in it could be a token: all but the scheme and the host."""
    yield url
    rest = url.partition("://")[2]
    yield rest
    login, _, place = rest.rpartition("@")
    yield from (unquote(one) for one in (login, *login.split(":")) if one)
    path = place.partition("?")[0].partition("/")[2]
    yield from (unquote(one) for one in path.split("/") if len(one) >= 6)
    try:
        query = urlsplit(url).query
    except ValueError:
        query = place.partition("?")[2]
    yield from (
        unquote(pair.partition("=")[2]) for pair in query.split("&") if len(pair.partition("=")[2]) >= 6
    )
    if "." not in place.partition("/")[0]:  # tokens stand where others have a host: slack://TokenA/TokenB
        yield place.partition("/")[0]
