"""Which kinds of channel there are, and how to get one by its name. A kind has ``Options`` and ``Channel``."""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from functools import cache
from typing import Any

import console.channels
from console.channels.base.options import ChannelOptions
from console.clock import Clock
from console.errors import ConfigError
from console.ports.channels import Channel

HELPERS = frozenset({"base", "registry"})
"""Modules of the package that are no channel."""


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    found = (module.name for module in pkgutil.iter_modules(console.channels.__path__))
    return tuple(sorted(name for name in found if name not in HELPERS))


@cache
def options_of(kind: str) -> type[ChannelOptions]:
    """Return the config table of a kind. Raises ``ConfigError`` with the nearest right name."""
    options: type[ChannelOptions] = _module(kind).Options
    return options


def build(kind: str, name: str, options: ChannelOptions, clock: Clock) -> Channel:
    """Return a channel ready to send; nothing is opened before its first message. Raises ``ConfigError``."""
    channel: Channel = _module(kind).Channel(name, options, clock)
    return channel


def _module(kind: str) -> Any:
    if kind not in kinds():
        near = get_close_matches(kind.casefold(), kinds(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(kinds())}"
        raise ConfigError(f'there is no kind of channel called "{kind}"', hint=hint)
    return importlib.import_module(f"console.channels.{kind}")
