"""Which kinds of source there are, and how to get one by its name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import console.sources
from console.clock import Clock
from console.domain.alert import Poll
from console.errors import ConfigError
from console.ports.sources import AlertSource
from console.sources.base.options import SourceOptions

HELPERS = frozenset({"base", "registry"})
"""Modules of the package that are no source."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: its config table, its pure parser and the source itself."""

    name: str
    options: type[SourceOptions]
    parse: Callable[..., Poll]
    source: Callable[[str, Any, Clock], AlertSource]


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    found = (module.name for module in pkgutil.iter_modules(console.sources.__path__))
    return tuple(sorted(name for name in found if name not in HELPERS))


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
    if kind not in kinds():
        near = get_close_matches(kind.casefold(), kinds(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(kinds())}"
        raise ConfigError(f'there is no kind of source called "{kind}"', hint=hint)
    return importlib.import_module(f"console.sources.{kind}")


def build(kind: str, name: str, options: SourceOptions, clock: Clock) -> AlertSource:
    """Return a source ready to be asked; nothing is opened before its first ``fetch``."""
    return find(kind).source(name, options, clock)
