"""What is asked of Slack. Its errors come with status 200 and ``"ok": false``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.text import one_line
from console.errors import SourceError
from console.sources.base.reading.records import Record, answered
from console.web.http import HttpClient

PAGE = 200
MOST = 20_000
"""How many messages of a channel one poll reads."""

_REFUSED = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission",
     "org_login_required", "ekm_access_denied", "not_allowed_token_type", "team_access_not_granted"}
)  # fmt: skip
_IN_TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class SlackError(SourceError):
    """Slack said no; ``code`` is its own word for why."""

    code = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a channel's history brought. ``cut``: there is more than we read."""

    messages: list[Any]
    cut: bool = False


class SlackApi:
    """Speaks to one workspace. Everything raises ``SourceError``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    async def whoami(self) -> tuple[Record, frozenset[str] | None]:
        """Return whose token it is, and its scopes where Slack says them."""
        answer = await self._client.ask("GET", "/auth.test")
        said = answer.headers.get("x-oauth-scopes")
        scopes = None if said is None else frozenset(one.strip() for one in said.split(",") if one.strip())
        return self._checked(answer.json(), "auth.test"), scopes

    async def history(self, channel: str, oldest: str) -> Found:
        """Return the messages of a channel since ``oldest`` (seconds since 1970), newest first."""
        messages: list[Any] = []
        params = {"channel": channel, "oldest": oldest, "limit": str(PAGE)}
        seen: set[str] = set()
        while len(messages) < MOST:
            page = await self._read("conversations.history", params)
            messages += self._messages(page)
            cursor = page.text("response_metadata.next_cursor", 2000)
            if not cursor:
                return Found(messages)
            if cursor in seen:
                raise SourceError(
                    f"{self._client.place} sends the same page over and over", hint="shorten window"
                )
            seen.add(cursor)
            params["cursor"] = cursor
        return Found(messages, cut=True)

    async def message(self, channel: str, sent: str) -> Any | None:
        """Return one message of a channel by its time, None where there is none."""
        params = {"channel": channel, "latest": sent, "oldest": sent, "inclusive": "true", "limit": "1"}
        found = self._messages(await self._read("conversations.history", params))
        return next((one for one in found if isinstance(one, dict) and one.get("ts") == sent), None)

    async def peek(self, channel: str) -> None:
        """Try to read a channel."""
        await self._read("conversations.history", {"channel": channel, "limit": "1"})

    async def replies(self, channel: str, sent: str) -> list[str]:
        """Return the texts of the first 200 messages of a thread."""
        params = {"channel": channel, "ts": sent, "limit": str(PAGE)}
        page = await self._read("conversations.replies", params)
        return [message.lines("text") for message in page.records("messages")]

    async def user(self, id_: str) -> Record:
        """Return a user."""
        return (await self._read("users.info", {"user": id_})).record("user")

    async def react(self, channel: str, sent: str, emoji: str) -> bool:
        """Put a reaction on a message; return False where ours was there already."""
        try:
            await self._write("reactions.add", {"channel": channel, "timestamp": sent, "name": emoji})
        except SlackError as error:
            if error.code != "already_reacted":
                raise
            return False
        return True

    async def reply(self, channel: str, sent: str, text: str) -> None:
        """Reply in the thread of a message; the text must have been escaped."""
        body = {"channel": channel, "thread_ts": sent, "text": text, "mrkdwn": False, "unfurl_links": False}
        await self._write("chat.postMessage", body)

    async def _read(self, method: str, params: Mapping[str, str]) -> Record:
        return self._checked(await self._client.get_json(f"/{method}", list(params.items())), method)

    async def _write(self, method: str, body: Mapping[str, Any]) -> Record:
        return self._checked(await self._client.send("POST", f"/{method}", dict(body)), method)

    def _messages(self, page: Record) -> list[Any]:
        found = page.get("messages")
        if not isinstance(found, list):
            raise SourceError(
                f"{self._client.place} answers without messages", hint="check that url is right"
            )
        return found

    def _checked(self, value: Any, method: str) -> Record:
        answer = answered(value, self._client.place)
        if answer.get("ok") is not True:
            raise refused(answer, method)
        return answer


def refused(answer: Record, method: str) -> SlackError:
    """Return the error for an answer that is not ok, with what to do about it."""
    code = answer.text("error", 100) or "no reason given"
    needed = one_line(answer.text("needed"), 100)
    permanent, parked = code not in _IN_TROUBLE, code in _REFUSED
    said, hint = f"Slack refuses {method} ({code})", "look the word up in Slack's documentation of the method"
    if code == "missing_scope":
        said = f"Slack refuses {method}: the scope {needed or '(it does not say which)'} is missing"
        hint, parked = "add it to the app under OAuth & Permissions, install the app again", True
    elif parked:
        said, hint = (
            f"Slack does not accept the token ({code})",
            "install the app again and use its new bot token",
        )
    elif code == "not_in_channel":
        said, hint = "the app is not in the channel", "write /invite and the app's name there"
    elif code == "channel_not_found":
        said, hint = "there is no such channel for the app", "check channels; invite the app to a private one"
    elif code == "message_not_found":
        said, hint = "the message is gone", "it has been deleted in Slack"
    elif not permanent:
        said, hint = f"Slack is in trouble ({code})", "it is tried again"
    error = SlackError(said, hint=hint, permanent=permanent, parked=parked)
    error.code = code
    return error
