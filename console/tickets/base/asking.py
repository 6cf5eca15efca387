"""One question to a ticket system, with all its requests: it ends in time, and what cannot be read is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from console.errors import SourceError
from console.sources.base.reading.records import UnreadableError

_ELSEWHERE = frozenset({301, 302, 307, 308, 404})


@asynccontextmanager
async def asking(deadline: timedelta, what: str = "") -> AsyncIterator[None]:
    """Turn what goes wrong within into ``SourceError``, and taking longer than ``deadline`` too.

    ``what`` is the ticket or the project that is asked about: where it is not there, that is said of it.
    """
    seconds = deadline.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise SourceError(f"no answer within {seconds:g} s") from None
    except SourceError as error:
        if what and error.status in _ELSEWHERE:
            text = f"{what} is gone or has moved there, or is not ours to see ({error.status})"
            raise SourceError(text, hint="look at it there", permanent=True, status=error.status) from None
        raise
    except UnreadableError as error:
        raise SourceError(f"the answer cannot be read: {error}", hint="check that url is right") from None
