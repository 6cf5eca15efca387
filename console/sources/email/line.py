"""A mailbox for the event loop: its work is done in a thread, one job at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from console.sources.email.mailbox import Mailbox
from console.sources.email.options import Options

T = TypeVar("T")


class Line:
    """Keeps the connection between jobs. Nothing is opened before the first."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._lock = asyncio.Lock()
        self._mailbox: Mailbox | None = None

    async def ask(self, job: Callable[[Mailbox], T]) -> T:
        """Return what the job returns. Raises ``SourceError``.

        Who is cancelled leaves the connection behind: its thread ends by itself, and the next job
        gets a new one.
        """
        async with self._lock:
            mailbox, self._mailbox = self._mailbox or Mailbox(self._options), None
            working = asyncio.ensure_future(asyncio.to_thread(mailbox.do, job))
            try:
                await asyncio.wait((working,))  # which leaves it alone when we are cancelled
                return working.result()
            finally:
                if working.done():
                    self._mailbox = mailbox
                else:
                    mailbox.abandon()
                    working.add_done_callback(_forgotten)

    async def close(self) -> None:
        """Take leave of the server; safe to call twice."""
        async with self._lock:
            mailbox, self._mailbox = self._mailbox, None
            if mailbox is not None:
                await asyncio.to_thread(mailbox.close)


def _forgotten(working: asyncio.Future[Any]) -> None:
    """Take note of how it ended, so that asyncio does not complain that nobody did."""
    if not working.cancelled():
        working.exception()
