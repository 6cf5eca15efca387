"""Which kinds of channel there are, and how to get one by its name. A kind has ``Options`` and ``Channel``."""

from __future__ import annotations

from functools import cache
from typing import Any

import console.channels
from console.channels.base.options import ChannelOptions
from console.clock import Clock
from console.kinds import kinds_in, load_kind
from console.ports.channels import Channel


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    return kinds_in(console.channels)


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
    return load_kind(console.channels, kind, "channel")
