"""A program that prints JSON: whatever can be asked by a script can be a source.

It is run once a poll, without a shell, in the config's folder, and must print a list, or a table
with a list in it, and end with 0. When it takes too long, or nobody waits any more, it is killed with
all that it started.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from console import programs
from console.clock import Clock
from console.config.durations import PositiveDuration
from console.config.secrets import Secret
from console.domain.alert import Poll
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.base.reading.fields import MappedOptions, Mapper, literals
from console.sources.base.source import BaseSource
from console.web.credentials import environment
from console.web.options import FilePath

_MEGABYTE = 1_000_000


class Options(MappedOptions):
    """``[[sources]]`` with ``kind = "command"``."""

    command: programs.Command
    """The program and its arguments, each a text of its own: ``["./failing-jobs", "--json"]``. No shell."""

    env: dict[str, Secret] = Field(default_factory=dict)
    """Variables for it, as text or secret reference. Of ours it gets PATH, HOME, the user, language and time zone."""

    folder: Annotated[FilePath, Field(validate_default=True)] = Path()
    """Folder it is run in; left out: the one of the config file."""

    timeout: PositiveDuration = timedelta(seconds=20)
    """How long it may take."""

    max_output_mb: Annotated[int, Field(ge=1, le=256)] = 8
    """How much it may print, in megabytes."""

    interval: PositiveDuration = timedelta(seconds=60)
    """How often to run it."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should be reminded of as long as this table stays as it is."""
        return literals("env", self.env)


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return what fires in what the program printed. Raises ``SourceError`` where there is no list in it."""
    mapper = Mapper(source, options)
    return mapper.read(mapper.items(payload))


class Source(BaseSource):
    """Runs the program and reads what it prints."""

    kind = "command"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - needs no time
        super().__init__(name, options)
        self.deadline = max(options.deadline, options.timeout).total_seconds() + 1
        self._options = options
        self._mapper = Mapper(name, options)
        self._program = programs.named(options.command)

    async def fetch(self) -> Poll:
        """Run it and return what fires. Raises ``SourceError``."""
        payload = _decoded(await self._output(), self._program)
        return self._mapper.read(self._mapper.items(payload))

    async def prove(self) -> Proof:
        """Run it, as a poll does. Raises ``SourceError``."""
        await self.fetch()
        return Proof()

    async def close(self) -> None:
        """Do nothing: between polls nothing runs."""

    async def _output(self) -> bytes:
        secrets = await asyncio.to_thread(environment, self._options.env, self._program)
        process = await self._started(secrets)
        seconds = self._options.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                status, output, complaint = await self._ended(process)
        except TimeoutError:
            await programs.kill(process)
            raise SourceError(
                f"{self._program} did not end within {seconds:g} s", hint="raise timeout, or let it do less"
            ) from None
        except BaseException:  # too much printed, or nobody waits any more
            await programs.kill(process)
            raise
        if status == 0:
            return output
        ended = programs.how_it_ended(status, complaint, secrets.values())
        raise SourceError(f"{self._program} {ended}", hint="run it by hand to see why")

    async def _started(self, secrets: Mapping[str, str]) -> Process:
        try:
            return await programs.start(self._options.command, secrets, self._options.folder)
        except (OSError, ValueError) as error:
            raise SourceError(
                f"{self._program} cannot be run ({programs.why_not_started(error)})",
                hint="check command and folder; a program beside the config is written ./NAME",
                permanent=True,
            ) from None

    async def _ended(self, process: Process) -> tuple[int, bytes, bytes]:
        """Return how it ended, what it printed, and the end of what it complained about."""
        assert process.stdout is not None  # noqa: S101 - both were asked for
        assert process.stderr is not None  # noqa: S101 - same
        most = self._options.max_output_mb * _MEGABYTE
        complaining = asyncio.create_task(programs.tail(process.stderr))
        try:
            output = bytearray()
            while chunk := await process.stdout.read(programs.CHUNK):
                output += chunk
                if len(output) > most:
                    raise SourceError(
                        f"{self._program} prints more than {self._options.max_output_mb} MB",
                        hint="let it print less, or raise max_output_mb",
                    )
            return await process.wait(), bytes(output), await complaining
        finally:
            complaining.cancel()


def _decoded(output: bytes, who: str) -> Any:
    hint = "it must print JSON and nothing else; messages belong on stderr"
    if not output.strip():
        raise SourceError(f"{who} prints nothing", hint=hint)
    try:
        return json.loads(output)
    except (ValueError, RecursionError):
        raise SourceError(f"{who} prints something that is not JSON", hint=hint) from None
