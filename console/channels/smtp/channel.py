"""Letters through a mail server. Python's smtplib does the talking, in a thread."""

from __future__ import annotations

from console.channels.base.failures import delivering
from console.channels.smtp.conversation import Conversation, held
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
        async with delivering(self.name, self._options.deadline):
            said = await held(self._options, lambda conversation: conversation.send(made, to))
        return Sent(said, made["Message-ID"])

    async def prove(self) -> str:
        """Log in without sending anything. Raises ``DeliveryError``."""
        async with delivering(self.name, self._options.deadline):
            await held(self._options, Conversation.prove)
        return f"from {self._options.sender} through {self._options.place}"

    async def close(self) -> None:
        """Do nothing: nothing stays open."""
