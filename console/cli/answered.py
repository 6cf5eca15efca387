"""Asking somebody else's server for ``oncall check``: it ends in time, and a failure is an answer, too."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from console.errors import OncallError, SourceError

ANSWER_WITHIN = 20.0  # seconds for each question; all are asked at the same time

Answer = TypeVar("Answer")


async def answered(asking: Coroutine[Any, Any, Answer]) -> Answer | OncallError:
    """Return the answer to a question, or what it failed with."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await asking
    except TimeoutError:
        return SourceError(f"no answer within {ANSWER_WITHIN:.0f} s")
    except OncallError as error:
        return error
