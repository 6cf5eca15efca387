"""Overrides as the config file writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from console.config.base import Table, Word


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    raise ValueError("is a time without quotes, like 2026-01-05T09:00:00+07:00 or 2026-01-05T09:00:00")


class Override(Table):
    """``[[overrides]]``: somebody covers a role for a while; the later in the file wins."""

    team: Word
    """A team's id."""

    role: Word
    """The role that is covered."""

    person: Word
    """Who covers: a person's id."""

    start: Annotated[datetime, BeforeValidator(_moment)]
    """From when; without an offset: wall time of the role's rotation."""

    end: Annotated[datetime, BeforeValidator(_moment)]
    """Until when, likewise."""
