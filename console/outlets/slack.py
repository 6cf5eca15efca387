"""Slack: a message of a bot in a channel that clients read. It carries its key, by which it is found again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from console.channels.slack.api import ChannelApi
from console.channels.slack.wording import harmless
from console.clock import Clock
from console.config.base import Word
from console.config.secrets import Secret
from console.domain.text import one_line
from console.errors import SourceError
from console.outlets.base.options import WebOutletOptions
from console.outlets.base.publishing import publishing
from console.ports.outlets import Publication, Published
from console.sources.slack.api import SlackError
from console.web.credentials import Headers
from console.web.http import HttpClient
from console.web.options import Url

_LOOK_BACK = timedelta(minutes=1)  # Slack's clock may be behind ours
_CANNOT_LOOK = frozenset({"missing_scope", "not_in_channel"})


def _channel(value: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{5,20}", value):
        raise ValueError('is no id of a channel; write it like "C01234567" (in Slack: About this channel)')
    return value


class Options(WebOutletOptions):
    """``[[outlets]]`` with ``kind = "slack"``."""

    KIND: ClassVar[str] = "slack"

    url: Url = "https://slack.com/api"
    """Address of Slack's API."""

    token: Secret
    """Bot token of an app of the workspace (``xoxb-…``), with ``chat:write`` and ``channels:history``."""

    channel: Annotated[Word, AfterValidator(_channel)]
    """Id of the channel that clients read, such as ``C01234567``."""

    def _place(self) -> str:
        return f"posts to Slack channel {self.channel}"


class Outlet:
    """One channel. A handle is the time of the message."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        self._client = HttpClient(options.url, options, clock, credentials=credentials)
        self._api = ChannelApi(self._client)

    async def publish(self, publication: Publication) -> Published:
        """Post the update, unless it is found in the channel."""
        channel = self._options.channel
        async with publishing(self.name, self._options.deadline):
            if found := await self._there(publication):
                return Published("it was there already", found)
            head = f"{one_line(publication.title, 200)} ({publication.stage.value})"
            text = harmless(f"{head}\n{publication.text}")
            _, sent = await self._api.post(channel, text, publication.mark, "")
        if not sent:
            raise SourceError("Slack took the message without saying when", hint="check that url is right")
        return Published(f"posted: {publication.stage.value}", sent)

    async def prove(self) -> str:
        """Return as whom we would post; also tries to read the channel. Raises ``SourceError``."""
        async with publishing(self.name, self._options.deadline):
            me, scopes = await self._api.whoami()
            if scopes is not None and "chat:write" not in scopes:
                hint = "add it to the app under OAuth & Permissions, install the app again"
                raise SourceError("the Slack app lacks the scope chat:write", hint=hint, permanent=True)
            await self._api.peek(self._options.channel)
        return f"as {me.text('user', 100)} in {me.text('team', 100)}, channel {self._options.channel}"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _there(self, publication: Publication) -> str:
        """Return the time of the message from an earlier try; empty where there is none, or nobody may look."""
        oldest = f"{(publication.at - _LOOK_BACK).timestamp():.6f}"
        try:
            return await self._api.find(self._options.channel, publication.mark, oldest, "")
        except SlackError as error:
            if error.code not in _CANNOT_LOOK:
                raise
            return ""
