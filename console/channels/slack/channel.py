"""Messages by a bot: to a room, in one thread an incident, and to people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from console.channels.base.failures import delivering
from console.channels.slack.answers import Reactions
from console.channels.slack.api import ChannelApi
from console.channels.slack.options import Options
from console.channels.slack.wording import text_of
from console.clock import Clock
from console.domain.text import one_line
from console.errors import DeliveryError
from console.ports.channels import Answer, Message, Sent
from console.sources.slack.api import SlackError
from console.web.credentials import Headers
from console.web.http import HttpClient

_NO_THREAD = frozenset({"thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"})
_CANNOT_LOOK = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"})
_ID = re.compile(r"[A-Z][A-Z0-9]{4,30}")  # of a member, a channel or a conversation
_LOOK_BACK = timedelta(minutes=10)  # an earlier attempt may be that much older than the message we are given
_SCOPES = {
    "chat:write": "needed to send",
    "reactions:read": "needed to see acks by reaction",
    "users:read": "needed to know who reacted",
    "users:read.email": "needed to know people by their email address",
}


class Channel:
    """One workspace. A handle is ``C01234567:1767603600.000100``: the conversation, and the message's time in it."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        self.name = name
        self._options = options
        credentials = Headers({"Authorization": ("Bearer {}", options.token)})
        self._client = HttpClient(options.url, options, clock, credentials=credentials)
        self._api = ChannelApi(self._client)
        self._reactions = Reactions(self._api, clock, options.acked_by)
        self._users: dict[str, str] = {}  # by email
        self._conversations: dict[str, str] = {}  # ids by what we called them

    async def send(self, message: Message) -> Sent:
        """Post a message, in the incident's thread where it has one. Raises ``DeliveryError``."""
        async with self._delivering():
            to = await self._address(message.address)
            thread = _thread(message.thread, to)
            if message.again and (found := await self._arrived(message, to, thread)):
                return Sent("it was there already", found)
            text = text_of(message, await self._mention(message, to))
            try:
                channel, sent = await self._api.post(to, text, message.key, thread)
            except SlackError as error:
                if not thread or error.code not in _NO_THREAD:
                    raise
                channel, sent = await self._api.post(to, text, message.key, "")
            if not sent:
                raise DeliveryError(
                    "Slack took the message without saying when", hint="check that url is right"
                )
            self._conversations[to] = channel
            return Sent("posted", f"{channel}:{sent}")

    async def update(self, message: Message) -> Sent:
        """Put the state of now into the incident's first message. Raises ``DeliveryError``."""
        channel, _, sent = message.thread.partition(":")
        if not sent:
            raise DeliveryError("there is no first message to update", permanent=True)
        async with self._delivering():
            await self._api.change(channel, sent, text_of(message))
        return Sent("updated", message.thread)

    async def answers(self, threads: Sequence[str]) -> tuple[Answer, ...]:
        """Return who has acked these messages by reaction, and when that was first seen. Raises ``DeliveryError``."""
        async with self._delivering():
            return await self._reactions.answers([one for one in threads if ":" in one])

    async def prove(self) -> str:
        """Return as whom we would post. Raises ``DeliveryError`` for a token that does not do, naming what is missing."""
        async with self._delivering():
            me, scopes = await self._api.whoami()
        missing = (
            []
            if scopes is None
            else [f"{scope} ({why})" for scope, why in self._wanted().items() if scope not in scopes]
        )
        if missing:
            raise DeliveryError(
                f"the Slack app lacks the scope {', '.join(missing)}",
                hint="add it to the app under OAuth & Permissions, install the app again",
                permanent=True,
            )
        unproven = "; Slack does not say which scopes it has" if scopes is None else ""
        return f"as {me.text('user', 100)} in {me.text('team', 100)}{unproven}"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _delivering(self) -> AbstractAsyncContextManager[None]:
        return delivering(self.name, self._options.deadline)

    def _wanted(self) -> dict[str, str]:
        return _SCOPES if self._options.acked_by else {"chat:write": _SCOPES["chat:write"]}

    async def _address(self, address: str) -> str:
        """Return where to post for a contact or room: an id or ``#name``. Raises ``SourceError``, ``DeliveryError``."""
        if "@" in address[1:]:
            return await self._user(address)
        if address.startswith("#") or _ID.fullmatch(address):
            return address
        raise DeliveryError(
            f'"{one_line(address, 60)}" is no member id of Slack',
            hint='write the id from the profile (slack = "U01234567"), or contact = "email" in the channel',
            permanent=True,
        )

    async def _user(self, email: str) -> str:
        """Return the id of whoever has an address; asked once. Raises ``SourceError``, ``DeliveryError``."""
        if email not in self._users:
            try:
                found = await self._api.user_of(email)
            except SlackError as error:
                if error.code != "users_not_found":
                    raise
                found = ""
            if not found:
                raise DeliveryError(
                    f"nobody in the Slack workspace has the address {email}",
                    hint="correct contacts.email, or give the member id as contacts.slack",
                    permanent=True,
                )
            self._users[email] = found
        return self._users[email]

    async def _mention(self, message: Message, to: str) -> str:
        """Return the user to be named in a room: the person it is about. Nobody needs that where they are alone."""
        if message.person is None or to[:1] in {"U", "W", "D"}:
            return ""
        contacts = dict(message.person.contacts)
        if _ID.fullmatch(found := contacts.get("slack", "")):
            return found
        try:
            return await self._user(contacts["email"]) if "email" in contacts else ""
        except (SlackError, DeliveryError):
            return ""  # the message matters more than the mention

    async def _arrived(self, message: Message, to: str, thread: str) -> str:
        """Return the handle of the message from an earlier attempt; empty where it is not there, or nobody can look."""
        oldest = f"{(message.at - _LOOK_BACK).timestamp():.6f}"
        try:
            channel = await self._conversation(to, message.thread)
            sent = await self._api.find(channel, message.key, oldest, thread) if channel else ""
        except SlackError as error:
            if error.code not in _CANNOT_LOOK:
                raise
            return ""
        return f"{channel}:{sent}" if sent else ""

    async def _conversation(self, to: str, thread: str) -> str:
        """Return the id of a conversation, empty where it is not known: the name of a room is not looked up."""
        if to[:1] in {"U", "W"} and to not in self._conversations:
            self._conversations[to] = await self._api.conversation(to)
        if to.startswith("#"):
            return self._conversations.get(to) or thread.partition(":")[0]
        return self._conversations.get(to, to)


def _thread(handle: str, to: str) -> str:
    """Return the time of the thread's first message, empty where that is another kind of conversation."""
    channel, _, sent = handle.partition(":")
    alone = to[:1] in {"U", "W", "D"}
    return sent if alone == channel.startswith("D") else ""
