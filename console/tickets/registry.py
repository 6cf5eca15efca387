"""Which kinds of channel there are, and how to get one by its name. A kind has ``Options`` and ``System``."""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from functools import cache
from typing import Any

import console.tickets
from console.clock import Clock
from console.errors import ConfigError
from console.ports.tickets import TicketSystem
from console.tickets.base.options import TicketOptions

HELPERS = frozenset({"base", "registry"})
"""Modules of the package that are no ticket system."""


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    found = (module.name for module in pkgutil.iter_modules(console.tickets.__path__))
    return tuple(sorted(name for name in found if name not in HELPERS))


@cache
def options_of(kind: str) -> type[TicketOptions]:
    """Return the config table of a kind. Raises ``ConfigError`` with the nearest right name."""
    options: type[TicketOptions] = _module(kind).Options
    return options


def build(kind: str, name: str, options: TicketOptions, clock: Clock) -> TicketSystem:
    """Return a ticket system ready to be asked; nothing is opened before that. Raises ``ConfigError``."""
    system: TicketSystem = _module(kind).System(name, options, clock)
    return system


def _module(kind: str) -> Any:
    if kind not in kinds():
        near = get_close_matches(kind.casefold(), kinds(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(kinds())}"
        raise ConfigError(f'there is no kind of ticket system called "{kind}"', hint=hint)
    return importlib.import_module(f"console.tickets.{kind}")
