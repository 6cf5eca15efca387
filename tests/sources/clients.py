"""Clients of the HTTP layer, closed at the end."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from console.sources.base.options import LoginOptions
from console.web.credentials import Credentials
from console.web.gate import Pace
from console.web.http import HttpClient
from tests.sources.conftest import HeldClock


@contextlib.asynccontextmanager
async def opened(
    url: str,
    clock: HeldClock,
    *,
    credentials: Credentials | None = None,
    pace: Pace | None = None,
    **options: Any,
) -> AsyncIterator[HttpClient]:
    """Yield a client with these options that pauses as briefly as can be."""
    table = LoginOptions.model_validate(options)
    client = HttpClient(url, table, clock, credentials=credentials, pace=pace, rng=lambda: -0.49)
    try:
        yield client
    finally:
        await client.close()
