"""What a channel asks of Slack besides what the source does. Everything raises ``SourceError``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.sources.base.reading.records import NONE, Record, UnreadableError
from console.sources.slack.api import SlackApi

EVENT = "oncall_message"
"""The type of the metadata in which a message carries its key."""

_LOOKED_AT = 100  # messages: how far back a look for a key goes, in one request


class ChannelApi(SlackApi):
    """Speaks to one workspace."""

    async def post(self, channel: str, text: str, key: str, thread: str) -> tuple[str, str]:
        """Post a text that has been escaped; return the conversation's id and the message's time."""
        body: dict[str, Any] = {
            "channel": channel,
            "text": text,
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
        }
        if thread:
            body["thread_ts"] = thread
        answer = await self._write("chat.postMessage", body)
        return answer.text("channel", 50) or channel, answer.text("ts", 50)

    async def change(self, channel: str, sent: str, text: str) -> None:
        """Put another text, escaped, in the place of a message's."""
        await self._write("chat.update", {"channel": channel, "ts": sent, "text": text, "parse": "none"})

    async def find(self, channel: str, key: str, oldest: str, thread: str) -> str:
        """Return the time of the message with this key in a conversation (or a thread of it), empty if none."""
        params = {
            "channel": channel,
            "oldest": oldest,
            "limit": str(_LOOKED_AT),
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if thread:
            params["ts"], method = thread, "conversations.replies"
        page = await self._read(method, params)
        found = (one for one in _records(page.get("messages")) if one.text("metadata.event_type") == EVENT)
        return next(
            (one.text("ts", 50) for one in found if one.text("metadata.event_payload.key") == key), ""
        )

    async def reactions(self, channel: str, sent: str) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Return who has reacted to a message: emoji, without its skin tone, and the ids of the users."""
        params = {"channel": channel, "timestamp": sent, "full": "true"}
        page = await self._read("reactions.get", params)
        return [
            (one.text("name", 100).partition("::")[0], _ids(one.get("users")))
            for one in _records(page.get("message.reactions"))
        ]

    async def user_of(self, email: str) -> str:
        """Return the id of the user with an address."""
        return (await self._read("users.lookupByEmail", {"email": email})).text("user.id", 50)

    async def conversation(self, user: str) -> str:
        """Return the id of our conversation with a user."""
        return (await self._write("conversations.open", {"users": user})).text("channel.id", 50)


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(id_ for id_ in value if isinstance(id_, str)) if isinstance(value, list) else ()


def _records(value: Any) -> list[Record]:
    if not isinstance(value, list):
        return []
    return [_record(one) for one in value]


def _record(value: Any) -> Record:
    try:
        return Record(value)
    except UnreadableError:
        return NONE
