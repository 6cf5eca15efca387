"""Slack's incoming webhook: an address that posts to one room. No threads, no people, nothing to be read back."""

from __future__ import annotations

import asyncio
from typing import ClassVar
from urllib.parse import urlsplit

from console.channels.base.failures import AGAIN, delivering
from console.channels.base.options import WebChannelOptions
from console.channels.slack.wording import text_of
from console.clock import Clock
from console.config.base import Line
from console.config.secrets import Secret
from console.domain.text import one_line, safe_url
from console.errors import DeliveryError
from console.ports.channels import Message, Sent
from console.web.http import Answer, HttpClient

_REFUSALS = frozenset({400, 403, 404, 410})

# Slack: "Sending messages using incoming webhooks", handling errors.
_HINTS = {
    "no_service": "the webhook has been removed: make another one in the app's settings",
    "no_team": "the workspace is gone",
    "no_active_hooks": "the webhook has been switched off: make another one in the app's settings",
    "invalid_token": "copy the whole address again, to its last character",
    "channel_not_found": "the room is gone: make a webhook for another one",
    "channel_is_archived": "the room is archived: make a webhook for another one",
    "action_prohibited": "the workspace's admins restrict who may post there",
    "posting_to_general_channel_denied": "the workspace's admins restrict who may post there",
}


class Options(WebChannelOptions):
    """``[[channels]]`` with ``kind = "slack_webhook"``."""

    KIND: ClassVar[str] = "slack_webhook"

    url: Secret
    """The webhook's address; whoever knows it can post, so it is a secret."""

    room: Line = "its room"
    """What the room is called on screen; where it posts to is fixed in Slack."""

    def _reaches(self) -> tuple[str, str]:
        return "", self.room


class Channel:
    """One webhook. Its address is fetched with the first message."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        self._clock = clock
        self._client: HttpClient | None = None
        self._path = ""

    async def send(self, message: Message) -> Sent:
        """Post one message. Raises ``DeliveryError``."""
        async with delivering(self.name, self._options.deadline):
            client = await self._opened()
            answer = await client.ask(
                "POST",
                self._path,
                body={"text": text_of(message)},
                accept=_REFUSALS,
                secret_path=True,
            )
        said = _word(answer)
        if answer.status >= 300:
            raise DeliveryError(
                f"Slack's webhook refuses the message ({answer.status}{f': {said}' if said else ''})",
                hint=_HINTS.get(said, "is the address a webhook's, and complete?"),
                permanent=True,
            )
        if said != "ok":
            raise DeliveryError(
                "what answers is not Slack's webhook: it does not say ok",
                hint=f"is there a proxy or a login page in between? {AGAIN}",
            )
        return Sent("ok")

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _opened(self) -> HttpClient:
        if self._client is None:
            address = await asyncio.to_thread(self._options.url.reveal)
            checked = safe_url(address.strip())
            if not checked:
                raise DeliveryError(
                    "the webhook's address is none",
                    hint='it begins with "https://hooks.slack.com/services/"',
                    permanent=True,
                )
            parts = urlsplit(checked)
            self._path = parts.path
            self._client = HttpClient(f"{parts.scheme}://{parts.netloc}", self._options, self._clock)
        return self._client


def _word(answer: Answer) -> str:
    """Return what it answers, where that is one of Slack's words and not a page."""
    text = answer.body[:200].decode("utf-8", "replace").strip()
    return one_line(text, 60) if text.isascii() and text.replace("_", "").isalnum() else ""
