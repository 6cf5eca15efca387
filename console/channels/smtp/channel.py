"""Letters through a mail server. Python's smtplib does the talking, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from console.channels.base.failures import delivering
from console.channels.smtp.conversation import Conversation
from console.channels.smtp.letter import addressees, letter
from console.channels.smtp.options import Options
from console.clock import Clock
from console.ports.channels import Message, Sent


class Channel:
    """One mail server; connected to anew for each message. A handle is the letter's Message-ID."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - needs no time
        self.name = name
        self._options = options

    async def send(self, message: Message) -> Sent:
        """Send one letter to the person or to all of the room. Raises ``DeliveryError``."""
        to = addressees(message.address)
        made = letter(message, self._options.sender, to)
        said = await self._held(lambda conversation: conversation.send(made, to))
        return Sent(said, made["Message-ID"])

    async def prove(self) -> str:
        """Log in without sending anything. Raises ``DeliveryError``."""
        await self._held(Conversation.prove)
        return f"from {self._options.sender} through {self._options.place}"

    async def close(self) -> None:
        """Do nothing: nothing stays open."""

    async def _held(self, job: Callable[[Conversation], str]) -> str:
        """Hold a conversation; one that nobody waits for any more is broken off."""
        conversation = Conversation(self._options)
        try:
            async with delivering(self.name, self._options.deadline):
                return await asyncio.to_thread(job, conversation)
        finally:
            conversation.break_off()
