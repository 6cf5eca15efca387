"""Which kinds of feed there are, and how to get one by its name. A kind has ``Options`` and ``Feed``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from typing import Any

import console.feeds
from console.clock import Clock
from console.errors import ConfigError
from console.feeds.base.options import FeedOptions
from console.ports.feeds import ChangeFeed

HELPERS = frozenset({"base", "registry"})
"""Modules of the package that are no feed."""


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    found = (module.name for module in pkgutil.iter_modules(console.feeds.__path__))
    return tuple(sorted(name for name in found if name not in HELPERS))


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
    if kind not in kinds():
        near = get_close_matches(kind.casefold(), kinds(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(kinds())}"
        raise ConfigError(f'there is no kind of feed called "{kind}"', hint=hint)
    return importlib.import_module(f"console.feeds.{kind}")
