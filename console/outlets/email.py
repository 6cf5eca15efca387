"""Email to clients: one letter, its addressees hidden from each other.

A mail server cannot be asked what it has sent. A letter sent twice has the same Message-ID, by which most mail
programs show it once.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from console.channels.smtp.conversation import Conversation, held
from console.channels.smtp.letter import letter
from console.channels.smtp.options import Mailbox, Server
from console.clock import Clock
from console.domain.human import count
from console.domain.notify.notification import Topic
from console.outlets.base.options import OutletOptions
from console.outlets.base.publishing import publishing
from console.ports.channels import Message
from console.ports.outlets import Publication, Published


class Options(Server, OutletOptions):
    """``[[outlets]]`` with ``kind = "email"``."""

    KIND: ClassVar[str] = "email"

    to: Annotated[tuple[Mailbox, ...], Field(min_length=1, max_length=50)]
    """Addresses that updates go to; best a list that clients subscribe to. Nobody sees the others."""

    def _place(self) -> str:
        return (
            f"sends a letter to {self.to[0] if len(self.to) == 1 else count(len(self.to), 'address') + 'es'}"
        )


class Outlet:
    """One mail server; connected to anew for each letter. A handle is the letter's Message-ID."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - needs no time
        self.name = name
        self._options = options

    async def publish(self, publication: Publication) -> Published:
        """Send one letter to all."""
        options = self._options
        message = Message(
            key=publication.key,
            topic=Topic.COMMS,
            title=f"{publication.title} ({publication.stage.value})",
            text=publication.text,
            address="",
            at=publication.at,
            incident=publication.series,
        )
        made = letter(message, options.sender, [options.sender])
        async with publishing(self.name, options.deadline):
            said = await held(options, lambda conversation: conversation.send(made, list(options.to)))
        return Published(said, made["Message-ID"])

    async def prove(self) -> str:
        """Log in without sending anything."""
        async with publishing(self.name, self._options.deadline):
            await held(self._options, Conversation.prove)
        return f"from {self._options.sender} through {self._options.place}"

    async def close(self) -> None:
        """Do nothing: nothing stays open."""
