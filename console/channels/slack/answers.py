"""Reactions on our messages, read as often as Slack lets us."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from console.channels.slack.api import ChannelApi
from console.clock import Clock
from console.ports.channels import Answer
from console.sources.slack.api import SlackError
from console.sources.slack.people import Directory

_PER_MINUTE = 40
"""Slack's tier 3 allows some 50 ``reactions.get`` a minute; the rest is for bursts."""

_MOST_KEPT = 2_000  # messages
_GONE = frozenset({"message_not_found", "channel_not_found", "thread_not_found"})


class Reactions:
    """Who has acked by reaction. Those messages are asked first that have not been for the longest time."""

    def __init__(self, api: ChannelApi, clock: Clock, acked_by: Sequence[str]) -> None:
        self._api = api
        self._clock = clock
        self._acked_by = frozenset(acked_by)
        self._people = Directory(api, clock)
        self._asked: dict[str, datetime] = {}
        self._known: dict[str, dict[str, Answer]] = {}
        self._recent: deque[datetime] = deque()
        self._me = ""

    async def answers(self, threads: Sequence[str]) -> tuple[Answer, ...]:
        """Return what is known of these messages after asking about as many as are due. Raises ``SourceError``."""
        if not self._acked_by or not threads:
            return ()
        self._forget(frozenset(threads))
        if not self._me:
            self._me = (await self._api.whoami())[0].text("user_id", 50)
        never = datetime.min.replace(tzinfo=self._clock.now().tzinfo)
        for thread in sorted(dict.fromkeys(threads), key=lambda one: self._asked.get(one, never)):
            if not self._may_ask():
                break
            await self._ask(thread)
        return tuple(answer for thread in threads for answer in self._known.get(thread, {}).values())

    async def _ask(self, thread: str) -> None:
        channel, _, sent = thread.partition(":")
        now = self._clock.now()
        self._recent.append(now)
        self._asked[thread] = now
        try:
            found = await self._api.reactions(channel, sent)
        except SlackError as error:
            if error.code not in _GONE:
                raise
            return
        users = {user for emoji, who in found if emoji in self._acked_by for user in who if user != self._me}
        before = self._known.get(thread, {})
        people = await self._people.named(sorted(users - before.keys()))
        after = dict(before)
        for user in sorted(users - before.keys()):
            known = people.get(user, {})
            if not known.get("bot"):
                after[user] = Answer(thread, "ack", user, now, known.get("email", ""), known.get("name", ""))
        self._known[thread] = after

    def _may_ask(self) -> bool:
        now = self._clock.now()
        while self._recent and now - self._recent[0] >= timedelta(minutes=1):
            self._recent.popleft()
        return len(self._recent) < _PER_MINUTE

    def _forget(self, wanted: frozenset[str]) -> None:
        if len(self._asked) > _MOST_KEPT:
            for thread in [one for one in self._asked if one not in wanted]:
                del self._asked[thread]
                self._known.pop(thread, None)
