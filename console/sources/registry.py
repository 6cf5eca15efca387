"""Which kinds of source there are, and how to get one by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import console.sources
from console.clock import Clock
from console.domain.alert import Poll
from console.kinds import kinds_in, load_kind
from console.ports.sources import AlertSource
from console.sources.base.options import SourceOptions


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: its config table, its pure parser and the source itself."""

    name: str
    options: type[SourceOptions]
    parse: Callable[..., Poll]
    source: Callable[[str, Any, Clock], AlertSource]


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    return kinds_in(console.sources)


@cache
def find(kind: str) -> Kind:
    """Return a kind by name. Raises ``ConfigError`` with the nearest right name."""
    module = _module(kind)
    return Kind(kind, module.Options, module.parse, module.Source)


@cache
def options_of(kind: str) -> type[SourceOptions]:
    """Return the config table of a kind without what speaks to its servers. Raises ``ConfigError``."""
    options: type[SourceOptions] = _module(kind).Options
    return options


def _module(kind: str) -> Any:
    return load_kind(console.sources, kind, "source")


def build(kind: str, name: str, options: SourceOptions, clock: Clock) -> AlertSource:
    """Return a source ready to be asked; nothing is opened before its first ``fetch``."""
    return find(kind).source(name, options, clock)
