"""A program that prints JSON: whatever can be asked by a script can be a source.

It is run once a poll, without a shell, in the config's folder, and must print a list, or a table
with a list in it, and end with 0. When it takes too long, or nobody waits any more, it is killed with
all that it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from console.clock import Clock
from console.config.durations import PositiveDuration
from console.config.secrets import MASK, Secret
from console.domain.alert import Poll
from console.domain.text import one_line
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.base.options import FilePath
from console.sources.base.reading.fields import MappedOptions, Mapper, literals
from console.sources.base.web.credentials import revealed

_MEGABYTE = 1_000_000
_CHUNK = 65_536
_MOST_STDERR = 8_000  # bytes from its end that are kept
_LAST_WORDS = 2.0  # seconds that a killed program's pipes are waited for
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR")
_LONGEST_ARGUMENT = 10_000


def _argument(value: str) -> str:
    if "\0" in value or len(value) > _LONGEST_ARGUMENT:
        raise ValueError("is no argument: it has a NUL in it, or is too long")
    return value


class Options(MappedOptions):
    """``[[sources]]`` with ``kind = "command"``."""

    command: Annotated[tuple[Annotated[str, AfterValidator(_argument)], ...], Field(min_length=1)]
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


class Source:
    """Runs the program and reads what it prints."""

    kind = "command"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:  # noqa: ARG002 - needs no time
        self.name = name
        self.interval = options.interval.total_seconds()
        self.deadline = max(options.deadline, options.timeout).total_seconds() + 1
        self._options = options
        self._mapper = Mapper(name, options)
        self._program = one_line(Path(options.command[0]).name, 60) or "the program"

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
        secrets = await asyncio.to_thread(self._secrets)
        process = await self._started(secrets)
        seconds = self._options.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                status, output, complaint = await self._ended(process)
        except TimeoutError:
            await _kill(process)
            raise SourceError(
                f"{self._program} did not end within {seconds:g} s", hint="raise timeout, or let it do less"
            ) from None
        except BaseException:  # too much printed, or nobody waits any more
            await _kill(process)
            raise
        if status == 0:
            return output
        said = _last_line(complaint, tuple(secrets.values()))
        ended = f"ended with {status}" if status > 0 else f"was killed by signal {-status}"
        raise SourceError(
            f"{self._program} {ended}{f': {said}' if said else ''}", hint="run it by hand to see why"
        )

    def _secrets(self) -> dict[str, str]:
        return {
            name: revealed(secret, self._program, printable=False)
            for name, secret in self._options.env.items()
        }

    async def _started(self, secrets: Mapping[str, str]) -> Process:
        """Start it. That is never broken off half-way: who was started has to be known to be ended."""
        starting = asyncio.create_task(self._start(secrets))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            with contextlib.suppress(SourceError):
                await _kill(await starting)
            raise

    async def _start(self, secrets: Mapping[str, str]) -> Process:
        ours = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            return await asyncio.create_subprocess_exec(
                *self._options.command,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                env={**ours, **secrets},
                cwd=self._options.folder,
                start_new_session=True,  # a group of its own, to be killed as one
            )
        except (OSError, ValueError) as error:
            why = one_line(getattr(error, "strerror", "") or type(error).__name__, 80)
            raise SourceError(
                f"{self._program} cannot be run ({why})",
                hint="check command and folder; a program beside the config is written ./NAME",
                permanent=True,
            ) from None

    async def _ended(self, process: Process) -> tuple[int, bytes, bytes]:
        """Return how it ended, what it printed, and the end of what it complained about."""
        assert process.stdout is not None  # noqa: S101 - both were asked for
        assert process.stderr is not None  # noqa: S101 - same
        most = self._options.max_output_mb * _MEGABYTE
        complaining = asyncio.create_task(_tail(process.stderr))
        try:
            output = bytearray()
            while chunk := await process.stdout.read(_CHUNK):
                output += chunk
                if len(output) > most:
                    raise SourceError(
                        f"{self._program} prints more than {self._options.max_output_mb} MB",
                        hint="let it print less, or raise max_output_mb",
                    )
            return await process.wait(), bytes(output), await complaining
        finally:
            complaining.cancel()


async def _tail(stream: asyncio.StreamReader) -> bytes:
    """Read a stream to its end and return the last of it."""
    kept = b""
    while chunk := await stream.read(_CHUNK):
        kept = (kept + chunk)[-_MOST_STDERR:]
    return kept


async def _kill(process: Process) -> None:
    """Kill the program and all that it started, and see it end."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):  # what left its group may still hold our end of the pipe
        await asyncio.wait_for(process.communicate(), _LAST_WORDS)


def _last_line(complaint: bytes, secrets: tuple[str, ...]) -> str:
    """Return the last line that says something, without the secrets that we gave it."""
    lines = complaint.decode("utf-8", "replace").split("\n")
    said = next((line for line in reversed(lines) if line.strip()), "")
    for secret in secrets:
        said = said.replace(secret, MASK)
    return one_line(said, 200)


def _decoded(output: bytes, program: str) -> Any:
    hint = "it must print JSON and nothing else; messages belong on stderr"
    if not output.strip():
        raise SourceError(f"{program} prints nothing", hint=hint)
    try:
        return json.loads(output)
    except (ValueError, RecursionError):
        raise SourceError(f"{program} prints something that is not JSON", hint=hint) from None
