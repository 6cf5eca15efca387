"""Intercom: an internal note on the conversations and tickets that the incident came from. Never an answer to a customer."""

from __future__ import annotations

from typing import ClassVar

from console.clock import Clock
from console.config.base import Word
from console.config.secrets import Secret
from console.domain.human import count
from console.errors import SourceError
from console.outlets.base.options import WebOutletOptions
from console.outlets.base.publishing import publishing
from console.ports.outlets import Publication, Published
from console.sources.base.reading.records import Record
from console.sources.intercom.api import VERSION, IntercomNotes
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.options import Url


class Options(WebOutletOptions):
    """``[[outlets]]`` with ``kind = "intercom"``."""

    KIND: ClassVar[str] = "intercom"

    url: Url = "https://api.intercom.io"
    """Address of the API; ``https://api.eu.intercom.io`` or ``https://api.au.intercom.io`` for data kept there."""

    token: Secret
    """Access token of an app of your workspace."""

    source: Word
    """Name of the ``[[sources]]`` whose conversations and tickets get the note."""

    def _place(self) -> str:
        return "adds an internal note, which customers do not see"

    def _source(self) -> str:
        return self.source


class Outlet:
    """One workspace. A handle is empty: the incident knows its conversations."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        headers = {"Intercom-Version": VERSION}
        self._client = HttpClient(options.url, options, clock, credentials=credentials, headers=headers)
        self._api = IntercomNotes(self._client)

    async def publish(self, publication: Publication) -> Published:
        """Add the note where it is not yet; each conversation is looked at first."""
        ids = [ref.fingerprint for ref in publication.refs if ref.source == self._options.source]
        if not ids:
            raise SourceError("no conversation is linked", hint="leave this outlet out", permanent=True)
        sign = f"(update {publication.mark})"
        text = f"{publication.title} ({publication.stage.value})\n{publication.text}\n{sign}"
        written, gone = 0, 0
        async with publishing(self.name, self._options.deadline):
            us = (await self._api.me()).text("id", 100)
            for one in ids:
                kind, _, id_ = one.partition("-")
                record = await self._api.one(kind, id_)
                if record is None:
                    gone += 1
                    continue
                if sign not in _written(record):
                    await self._api.note(kind, id_, us, text)
                written += 1
        if not written:
            raise SourceError("its conversations are gone, or not ours to see", permanent=True)
        lost = f", {gone} gone" if gone else ""
        return Published(f"internal note on {count(written, 'conversation')}{lost}")

    async def prove(self) -> str:
        """Return whose token it is. Raises ``SourceError``."""
        async with publishing(self.name, self._options.deadline):
            me = await self._api.me()
        return f"as {me.text('name', 100) or me.text('email', 100) or me.text('id', 100)}"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _written(record: Record) -> str:
    """Return the texts of what was written so far."""
    parts = record.records("conversation_parts.conversation_parts")
    parts += record.records("ticket_parts.ticket_parts")
    return "\n".join(part.lines("body") for part in parts)
