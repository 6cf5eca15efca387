"""Which kinds of outlet there are, and how to get one by its name. A kind has ``Options`` and ``Outlet``."""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from functools import cache
from typing import Any

import console.outlets
from console.clock import Clock
from console.errors import ConfigError
from console.outlets.base.options import OutletOptions
from console.ports.outlets import Outlet

HELPERS = frozenset({"base", "registry"})
"""Modules of the package that are no outlet."""


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    found = (module.name for module in pkgutil.iter_modules(console.outlets.__path__))
    return tuple(sorted(name for name in found if name not in HELPERS))


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
    if kind not in kinds():
        near = get_close_matches(kind.casefold(), kinds(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(kinds())}"
        raise ConfigError(f'there is no kind of outlet called "{kind}"', hint=hint)
    return importlib.import_module(f"console.outlets.{kind}")
