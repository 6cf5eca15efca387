"""What the config tables of all feeds have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from console.config.base import Line, Word, not_empty
from console.config.durations import PositiveDuration, format_duration
from console.config.secrets import Secret
from console.web.options import WebOptions

LEAST = timedelta(seconds=10)
"""How often a feed may be asked at most."""


def _not_too_often(value: timedelta) -> timedelta:
    if value < LEAST:
        raise ValueError(f'must be at least "{format_duration(LEAST)}"')
    return value


def _few(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty list, and what stands in it twice."""
    return tuple(dict.fromkeys(not_empty(values)))


Names = Annotated[tuple[Line, ...], AfterValidator(_few), Field(max_length=100)]
"""One name at least: repositories, projects, environments, tags."""


class FeedOptions(WebOptions):
    """Keys that every feed takes besides ``kind`` and ``name``."""

    interval: Annotated[PositiveDuration, AfterValidator(_not_too_often)] = timedelta(minutes=1)
    """How often to ask."""

    token: Secret | None = None
    """Token that may read, sent as ``Authorization: Bearer …``; it needs no right to write."""

    services: dict[Line, Word] = Field(default_factory=dict)
    """Which service is meant by what the product calls it: ``{ "acme/shop-api" = "shop" }``."""


class DeployOptions(FeedOptions):
    """Keys of a feed of deployments to environments."""

    environments: Names = ("production",)
    """Deployments to these count."""
