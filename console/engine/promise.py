"""What a source or a channel promises to raise, held to: anything else becomes its failure, told once with its traceback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from console.errors import DeliveryError, SourceError

Answer = TypeVar("Answer")
Promised = type[SourceError] | type[DeliveryError]

log = logging.getLogger(__name__)


async def kept(asked: Coroutine[Any, Any, Answer], source: str, promised: Promised = SourceError) -> Answer:
    """Return what a source answers. Raises ``promised`` and nothing else, besides our own cancellation.

    A source that is cancelled from within (a library that mixes up its scopes) has failed, too:
    taken for our own, the cancellation would end the polling of this source for ever, unheard.
    """
    try:
        return await asked
    except promised:
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise _broken(source, error, promised) from error
    except (Exception, SystemExit) as error:
        raise _broken(source, error, promised) from error


def _broken(source: str, error: BaseException, promised: Promised) -> SourceError | DeliveryError:
    what = "source" if promised is SourceError else "channel"
    told = {"event": f"{what}_broken", what: source}
    log.error("%s %s broke its promise", what, source, exc_info=error, extra=told)
    return promised(f"{type(error).__name__} in the {what} itself", hint="a bug of ours; see the log")
