"""One question to a ticket system, with all its requests: it ends in time, and what cannot be read is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from console.errors import SourceError
from console.sources.base.reading.records import UnreadableError


@asynccontextmanager
async def asking(deadline: timedelta) -> AsyncIterator[None]:
    """Turn what goes wrong within into ``SourceError``, and taking longer than ``deadline`` too."""
    seconds = deadline.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise SourceError(f"no answer within {seconds:g} s") from None
    except UnreadableError as error:
        raise SourceError(f"the answer cannot be read: {error}", hint="check that url is right") from None
