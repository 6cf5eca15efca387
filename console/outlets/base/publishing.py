"""What goes wrong while publishing, as ``SourceError``: late answers, secrets that cannot be had, letters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from console.domain.vocabulary import ComponentState
from console.errors import ConfigError, DeliveryError, SourceError
from console.ports.outlets import Publication
from console.sources.base.reading.records import Record


@asynccontextmanager
async def publishing(name: str, deadline: timedelta) -> AsyncIterator[None]:
    """Turn what goes wrong within into ``SourceError``, and taking longer than ``deadline`` too."""
    seconds = deadline.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise SourceError(f"{name} was not done within {seconds:g} s") from None
    except DeliveryError as error:
        raise SourceError(
            error.message, hint=error.hint, retry_after=error.retry_after, permanent=error.permanent
        ) from None
    except ConfigError as error:
        # Not permanent: a password manager may be locked for the moment.
        raise SourceError(error.message, hint=error.hint) from None


def states(
    publication: Publication, components: Mapping[str, str], words: Mapping[ComponentState, str]
) -> Iterator[tuple[str, str]]:
    """Yield the page's ids of the components and the page's words for how they stand."""
    for service, state in publication.components:
        if service in components:
            yield components[service], words[state]


def listed(value: Any, place: str) -> list[Record]:
    """Return the tables of a list. Raises ``SourceError`` for anything else: what cannot be read is not empty."""
    if not isinstance(value, list):
        raise SourceError(f"{place} answers with something else than a list", hint="check url and page")
    return [Record(one) for one in value if isinstance(one, dict)]
