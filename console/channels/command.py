"""A program of your own: it gets the message as JSON on its standard input, and says by its exit code how it went."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from console.channels.base.body import body_of
from console.channels.base.options import ChannelOptions
from console.clock import Clock
from console.config.base import Line, Word
from console.config.durations import PositiveDuration
from console.domain.text import one_line
from console.errors import DeliveryError
from console.ports.channels import Message, Sent

_PERMANENT = 64
"""``EX_USAGE`` of sysexits.h: the program says that trying again is no use."""

_MOST_SAID = 65_536  # bytes that are kept of what it prints; the rest is read and thrown away
_PIECE = 65_536
_CLOSING_SECONDS = 1.0


def _argument(value: str) -> str:
    if "\0" in value:
        raise ValueError("cannot hold a NUL")
    return value


class Options(ChannelOptions):
    """``[[channels]]`` with ``kind = "command"``."""

    KIND: ClassVar[str] = "command"

    command: Annotated[tuple[Annotated[str, AfterValidator(_argument)], ...], Field(min_length=1)]
    """The program and its arguments; no shell is used, and nothing of a message is put into them."""

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

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - as every kind is made
        self.name = name
        self._options = options

    async def send(self, message: Message) -> Sent:
        """Run the program; it took the message if it ends with 0. Raises ``DeliveryError``."""
        program = self._options.command[0]
        seconds = self._options.timeout.total_seconds()
        process = await self._started(program)
        try:
            async with asyncio.timeout(seconds):
                said, complained = await _talk(process, json.dumps(body_of(message)).encode() + b"\n")
        except TimeoutError:
            raise DeliveryError(
                f"{program} was not done within {seconds:g} s and was ended",
                hint="run it by hand, or raise timeout",
            ) from None
        finally:
            await _end(process)
        if process.returncode:
            why = _last_line(complained)
            raise DeliveryError(
                f"{program} ended with {process.returncode}{f': {why}' if why else ''}",
                hint="run it by hand to see why",
                permanent=process.returncode == _PERMANENT,
            )
        return Sent(_last_line(said) or "done")

    async def close(self) -> None:
        """Do nothing: nothing stays open."""

    async def _started(self, program: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        try:
            return await asyncio.create_subprocess_exec(
                *self._options.command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
            )
        except FileNotFoundError:
            raise DeliveryError(
                f"{program} was not found", hint="install it, or give its whole path"
            ) from None
        except PermissionError:
            raise DeliveryError(f"{program} may not be run", hint="is it executable?") from None
        except OSError as error:
            raise DeliveryError(
                f"{program} cannot be run ({error.strerror})", hint="run it by hand to see why"
            ) from None


async def _talk(process: asyncio.subprocess.Process, question: bytes) -> tuple[bytes, bytes]:
    """Give it the question; return the ends of what it printed and of what it complained about, once it has ended."""
    assert process.stdin is not None  # noqa: S101 - made with pipes
    assert process.stdout is not None  # noqa: S101
    assert process.stderr is not None  # noqa: S101
    said, complained, _fed, _code = await asyncio.gather(
        _tail(process.stdout), _tail(process.stderr), _feed(process.stdin, question), process.wait()
    )
    return said, complained


async def _feed(pipe: asyncio.StreamWriter, question: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # it need not read what it does not want to know
        pipe.write(question)
        await pipe.drain()
    pipe.close()


async def _tail(pipe: asyncio.StreamReader) -> bytes:
    kept = b""
    while piece := await pipe.read(_PIECE):
        kept = (kept + piece)[-_MOST_SAID:]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what is left of the program's group, and take its exit code."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSING_SECONDS):
            await process.wait()


def _last_line(output: bytes) -> str:
    rows = [row for row in output.decode("utf-8", "replace").splitlines() if row.strip()]
    return one_line(rows[-1], 200) if rows else ""
