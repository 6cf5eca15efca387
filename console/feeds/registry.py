"""Which kinds of feed there are, and how to get one by its name. A kind has ``Options`` and ``Feed``."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import console.feeds
from console.clock import Clock
from console.feeds.base.options import FeedOptions
from console.kinds import kinds_in, load_kind
from console.ports.feeds import ChangeFeed


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    return kinds_in(console.feeds)


@cache
def options_of(kind: str) -> type[FeedOptions]:
    """Return the config table of a kind. Raises ``ConfigError`` with the nearest right name."""
    options: type[FeedOptions] = _module(kind).Options
    return options


def build(
    kind: str, name: str, options: FeedOptions, clock: Clock, services: Collection[str] = ()
) -> ChangeFeed:
    """Return a feed ready to be asked; nothing is opened before its first ``fetch``. Raises ``ConfigError``.

    ``services`` are the names of those that the config has.
    """
    feed: ChangeFeed = _module(kind).Feed(name, options, clock, services)
    return feed


def _module(kind: str) -> Any:
    return load_kind(console.feeds, kind, "feed")
