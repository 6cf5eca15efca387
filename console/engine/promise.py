"""What a source promises to raise, held to: anything else becomes that source's failure, told once with its traceback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from console.errors import SourceError

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


async def kept(asked: Coroutine[Any, Any, Answer], source: str) -> Answer:
    """Return what a source answers. Raises ``SourceError`` and nothing else, besides our own cancellation.

    A source that is cancelled from within (a library that mixes up its scopes) has failed, too:
    taken for our own, the cancellation would end the polling of this source for ever, unheard.
    """
    try:
        return await asked
    except SourceError:
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise _broken(source, error) from error
    except (Exception, SystemExit) as error:
        raise _broken(source, error) from error


def _broken(source: str, error: BaseException) -> SourceError:
    told = {"event": "source_broken", "source": source}
    log.error("source %s broke its promise", source, exc_info=error, extra=told)
    return SourceError(f"{type(error).__name__} in the source itself", hint="a bug of ours; see the log")
