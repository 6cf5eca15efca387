"""Channels that keep what they are given, fail as told, hang, and are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from console.errors import DeliveryError
from console.ports.channels import Answer, Message, Sent


@dataclass
class FakeChannel:
    """``fails`` are given in turn, None lets one through; ``hang``: it takes the message and never answers."""

    name: str = "chat"
    kind: str = "fake"
    fails: list[Exception | None] = field(default_factory=list)
    hang: bool = False
    sent: list[Message] = field(default_factory=list)
    tried: list[Message] = field(default_factory=list)
    now: Callable[[], datetime] | None = None
    times: list[datetime] = field(default_factory=list)
    closed: bool = False

    async def send(self, message: Message) -> Sent:
        self.tried.append(message)
        if self.now is not None:
            self.times.append(self.now())
        if self.hang:
            await asyncio.Event().wait()
        await asyncio.sleep(0.01)
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error
        self.sent.append(message)
        return Sent("taken", f"h-{len(self.sent)}")

    async def close(self) -> None:
        self.closed = True

    def told(self) -> list[str]:
        return [message.key for message in self.sent]

    def topics(self) -> list[str]:
        return [message.topic.value for message in self.sent]


@dataclass
class LivelyChannel(FakeChannel):
    """Also updates its first message, and can be answered."""

    updates: list[Message] = field(default_factory=list)
    given: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    refuses: DeliveryError | None = None

    async def update(self, message: Message) -> Sent:
        self.updates.append(message)
        return Sent("updated", message.thread)

    async def answers(self, threads: Sequence[str]) -> tuple[Answer, ...]:
        self.asked.append(tuple(threads))
        if self.refuses is not None:
            raise self.refuses
        return tuple(answer for answer in self.given if answer.thread in threads)
