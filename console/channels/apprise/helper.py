"""The child process as seen from here: started with the first message, and anew when it has died."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

from console.channels.base.failures import AGAIN
from console.errors import DeliveryError
from console.programs import kill, start, tail, why_not_started

_CHILD = Path(__file__).with_name("child.py")
_PASSED_ON = (
    "PYTHONPATH", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy",
    "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
)  # fmt: skip


class Helper:
    """One child, asked one thing at a time. Whatever goes wrong ends it; the next question starts another."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._draining: asyncio.Task[bytes] | None = None

    async def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the child's answer. Raises ``DeliveryError``."""
        async with self._turn:
            try:
                return await self._asked(question)
            except BaseException:  # nobody waits for its answer any more: the next one would be taken for it
                await self._end()
                raise

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end()

    async def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        process = await self._started()
        assert process.stdin is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(ConnectionError):  # the answer will say that it is gone
            process.stdin.write(json.dumps(question).encode() + b"\n")
            await process.stdin.drain()
        return await self._answer(process)

    async def _started(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end()
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            # -P: its own folder, which is called apprise as well, stays out of the way of the library.
            process = await start([sys.executable, "-P", str(_CHILD)], env, asked=True)
        except (OSError, ValueError) as error:
            why = why_not_started(error)
            raise DeliveryError(f"the helper for apprise cannot be started ({why})", hint=AGAIN) from None
        self._process = process
        assert process.stderr is not None  # noqa: S101 - it was asked for
        self._draining = asyncio.create_task(tail(process.stderr))  # never shown: it may hold a token
        if (await self._answer(process)).get("ready") is not True:
            raise DeliveryError(
                "apprise is not installed", hint="pip install 'oncall-console[notify]'", permanent=True
            )
        return process

    async def _answer(self, process: Process) -> dict[str, Any]:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        try:
            line = await process.stdout.readline()
            answer = json.loads(line)
        except (ValueError, ConnectionError):
            answer = None
        if not isinstance(answer, dict):
            raise DeliveryError("the helper for apprise has died", hint=AGAIN)
        return answer

    async def _end(self) -> None:
        process, self._process = self._process, None
        draining, self._draining = self._draining, None
        if draining is not None:
            draining.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await draining
        if process is not None:
            await kill(process)
