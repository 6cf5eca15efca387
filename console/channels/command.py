"""A program of your own: it gets the message as JSON on its standard input, and says by its exit code how it went."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import Process
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from console.channels.base.body import body_of
from console.channels.base.failures import AGAIN, delivering
from console.channels.base.options import ChannelOptions
from console.clock import Clock
from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.errors import DeliveryError
from console.ports.channels import Message, Sent
from console.programs import (
    Command,
    how_it_ended,
    kill,
    last_line,
    named,
    start,
    tail,
    why_not_started,
)
from console.web.credentials import environment
from console.web.options import FilePath

NO_USE = 64
"""``EX_USAGE`` of sysexits.h: by this exit code the program says that trying again is no use."""

_GRACE = timedelta(seconds=20)  # for the secrets: a password manager may take 15


class Options(ChannelOptions):
    """``[[channels]]`` with ``kind = "command"``."""

    KIND: ClassVar[str] = "command"

    command: Command
    """The program and its arguments: ``["./page", "--loud"]``. No shell; nothing of a message is put into them."""

    env: dict[str, Secret] = Field(default_factory=dict)
    """Variables for it, as text or secret reference. Of ours it gets PATH, HOME, the user, language and time zone."""

    folder: Annotated[FilePath, Field(validate_default=True)] = Path()
    """Folder it is run in; left out: the one of the config file."""

    timeout: PositiveDuration = timedelta(seconds=30)
    """How long it may take; then it is ended with everything it has started."""

    contact: Word | None = None
    """The kind of contact of a person that is given as ``address``: ``phone``; left out: no single people."""

    room: Line | None = "all"
    """What ``address`` says where a message is for everybody."""

    def _reaches(self) -> tuple[str, str]:
        return self.contact or "", self.room or ""


class Channel:
    """One program, run anew for each message in a process group of its own."""

    kind = Options.KIND

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - needs no time
        self.name = name
        self._options = options
        self._program = named(options.command)

    async def send(self, message: Message) -> Sent:
        """Run the program; it took the message if it ends with 0. Raises ``DeliveryError``."""
        async with delivering(self.name, self._options.timeout + _GRACE):
            secrets = await asyncio.to_thread(environment, self._options.env, self._program)
            status, said, complaint = await self._run(secrets, json.dumps(body_of(message)).encode() + b"\n")
        if status:
            raise DeliveryError(
                f"{self._program} {how_it_ended(status, complaint, secrets.values())}",
                hint="run it by hand to see why",
                permanent=status == NO_USE,
            )
        return Sent(last_line(said, secrets.values()) or "done")

    async def close(self) -> None:
        """Do nothing: between messages nothing runs."""

    async def _run(self, secrets: dict[str, str], question: bytes) -> tuple[int, bytes, bytes]:
        process = await self._started(secrets)
        seconds = self._options.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await _talk(process, question)
        except TimeoutError:
            raise DeliveryError(
                f"{self._program} did not end within {seconds:g} s",
                hint=f"{AGAIN}; raise timeout, or let it do less",
            ) from None
        finally:
            await kill(process)  # also what it has left behind

    async def _started(self, secrets: dict[str, str]) -> Process:
        try:
            return await start(self._options.command, secrets, self._options.folder, asked=True)
        except (OSError, ValueError) as error:
            raise DeliveryError(
                f"{self._program} cannot be run ({why_not_started(error)})",
                hint="check command and folder; a program beside the config is written ./NAME",
            ) from None


async def _talk(process: Process, question: bytes) -> tuple[int, bytes, bytes]:
    """Give it the question; return how it ended, and the ends of what it printed and complained about."""
    assert process.stdin is not None  # noqa: S101 - all three were asked for
    assert process.stdout is not None  # noqa: S101 - same
    assert process.stderr is not None  # noqa: S101 - same
    status, said, complaint, _ = await asyncio.gather(
        process.wait(),
        tail(process.stdout),
        tail(process.stderr),
        _feed(process.stdin, question),
    )
    return status, said, complaint


async def _feed(pipe: asyncio.StreamWriter, question: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # it need not read what it does not want to know
        pipe.write(question)
        await pipe.drain()
    pipe.close()
