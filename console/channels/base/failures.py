"""What failed, as a ``DeliveryError``: the HTTP layer and the secrets speak of sources and of the config."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from console.errors import ConfigError, DeliveryError, SourceError

AGAIN = "it is tried again by itself"

# Hints that name keys a channel has not, or that ask somebody to do what the outbox does.
_NOT_OURS = ("raise interval", "with filter", "check the options")


def failed(error: SourceError) -> DeliveryError:
    """Return the failure of a request as the failure of a delivery."""
    ours = error.hint and not any(words in error.hint for words in _NOT_OURS)
    usual = "look at what the receiver wants" if error.permanent else AGAIN
    return DeliveryError(
        error.message,
        hint=error.hint if ours else usual,
        retry_after=error.retry_after,
        permanent=error.permanent,
    )


@asynccontextmanager
async def delivering(name: str, deadline: timedelta) -> AsyncIterator[None]:
    """Turn what goes wrong within into ``DeliveryError``, and taking longer than ``deadline`` too."""
    seconds = deadline.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise DeliveryError(f"{name} was not done within {seconds:g} s", hint=AGAIN) from None
    except SourceError as error:
        raise failed(error) from None
    except ConfigError as error:
        # Not permanent: a password manager may be locked for the moment.
        raise DeliveryError(error.message, hint=error.hint or AGAIN) from None
