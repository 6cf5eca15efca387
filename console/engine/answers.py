"""Acks that people give where they are: a reaction on a message counts like a key pressed here, with who gave it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from console.domain.commands import Ack
from console.domain.notify.answers import answerer, waits_since
from console.domain.notify.notification import Delivery, Notification
from console.engine.board import Board
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.promise import kept
from console.errors import DeliveryError, StoreError
from console.ports.channels import Answer, Answering, Channel
from console.ports.desk import Saved

EVERY = 20.0  # seconds between two questions; a channel that is asked too often says so itself
AFTER_A_FAILURE = 60.0
MOST = 50  # messages asked about at a time, the latest
READ = 2_000  # notifications looked through for them
MEMORY = timedelta(days=7)  # older messages are not asked about

ACK = "ack"

log = logging.getLogger(__name__)


class AnswerWatch:
    """Asks one channel for answers to what waits for an ack, and carries each out once.

    The command's id is made of the message and the person, so that an answer counts once, whichever engine
    sees it and however often it is given.
    """

    def __init__(self, channel: Channel, kit: Kit, keeper: LeaseKeeper, board: Board) -> None:
        self._channel = channel
        self._kit = kit
        self._keeper = keeper
        self._board = board
        self._seen: set[str] = set()

    async def run(self) -> None:
        """Ask until cancelled or the lease is lost."""
        while True:
            pause = await self.ask()
            await asyncio.sleep(pause)

    async def ask(self) -> float:
        """Ask once; return after how many seconds to ask again. Raises ``FenceLost``."""
        name = self._channel.name
        if not isinstance(self._channel, Answering):
            return AFTER_A_FAILURE
        try:
            asked = await self._questions()
            if not asked:
                return EVERY
            async with asyncio.timeout(EVERY):
                answers = await kept(self._channel.answers(tuple(asked)), name, DeliveryError)
            for answer in answers:
                if answer.word == ACK and answer.thread in asked:
                    await self._take(answer, asked[answer.thread])
        except DeliveryError as error:
            told = {"event": "answers_unknown", "channel": name}
            log.warning("answers in %s cannot be read: %s", name, error, extra=told)
            return max(error.retry_after or 0.0, AFTER_A_FAILURE)
        except TimeoutError:
            log.warning("answers in %s cannot be read: no answer within %.0f s", name, EVERY)
            return AFTER_A_FAILURE
        except StoreError as error:
            log.debug("answers cannot be taken: %s", error)
        return EVERY

    async def _questions(self) -> dict[str, str]:
        """Return incidents by the handles of the messages about them that still wait for an ack."""
        waiting = {
            name: since
            for name, incident in self._board.incidents.items()
            if (since := waits_since(incident)) is not None
        }
        if not waiting:
            return {}
        sent = await self._kit.worker.run(self._sent, deadline=self._kit.settings.ttl)
        asked = [one for one in sent if one.incident in waiting and one.made_at >= waiting[one.incident]]
        return {one.handle: one.incident for one in asked[-MOST:]}

    def _sent(self) -> Sequence[Notification]:
        """Return the latest messages that the channel took; runs in the store's thread."""
        since = self._kit.now() - MEMORY
        found = self._kit.store.notifications(states=(Delivery.SENT,), since=since, limit=READ)
        return [one for one in found if one.channel == self._channel.name and one.handle and one.incident]

    async def _take(self, answer: Answer, incident: str) -> None:
        actor = answerer(answer.who, answer.email, answer.name, self._channel.name, self._kit.policy_of())
        op = f"answer:{self._channel.name}:{answer.thread}:{answer.who}"
        if op in self._seen:
            return
        command = Ack(
            take=True, made_at=min(answer.at, self._kit.now()), via=f"{self._channel.kind} reaction"
        )
        carry_out = self._kit.executor.carry_out
        lease = self._keeper.current()
        outcome = await self._kit.worker.run(
            partial(carry_out, incident, command, actor, op, lease=lease), deadline=self._kit.settings.ttl
        )
        about = {"event": "answered", "incident": incident, "channel": self._channel.name}
        if isinstance(outcome, Saved):
            self._seen.add(op)
            log.info("%s was acked in %s by %s", incident, self._channel.name, actor.name, extra=about)
        else:
            log.info(
                "an answer in %s to %s was not taken: %s", self._channel.name, incident, outcome, extra=about
            )
