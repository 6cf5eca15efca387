"""Which kinds of outlet there are, and how to get one by its name. A kind has ``Options`` and ``Outlet``."""

from __future__ import annotations

from functools import cache
from typing import Any

import console.outlets
from console.clock import Clock
from console.kinds import kinds_in, load_kind
from console.outlets.base.options import OutletOptions
from console.ports.outlets import Outlet


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    return kinds_in(console.outlets)


@cache
def options_of(kind: str) -> type[OutletOptions]:
    """Return the config table of a kind. Raises ``ConfigError`` with the nearest right name."""
    options: type[OutletOptions] = _module(kind).Options
    return options


def build(kind: str, name: str, options: OutletOptions, clock: Clock) -> Outlet:
    """Return an outlet ready to publish; nothing is opened before its first update. Raises ``ConfigError``."""
    outlet: Outlet = _module(kind).Outlet(name, options, clock)
    return outlet


def _module(kind: str) -> Any:
    return load_kind(console.outlets, kind, "outlet")
