"""Which kinds of ticket system there are, and how to get one by its name. A kind has ``Options`` and ``System``."""

from __future__ import annotations

from functools import cache
from typing import Any

import console.tickets
from console.clock import Clock
from console.kinds import kinds_in, load_kind
from console.ports.tickets import TicketSystem
from console.tickets.base.options import TicketOptions


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    return kinds_in(console.tickets)


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
    return load_kind(console.tickets, kind, "ticket system")
