"""The kinds of one package: a module each, found by its name and loaded when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from functools import cache
from types import ModuleType
from typing import Any

from console.errors import ConfigError

HELPERS = frozenset({"base", "registry"})
"""Modules of such a package that are no kind."""


@cache
def kinds_in(package: ModuleType) -> tuple[str, ...]:
    """Return the names of all kinds, without loading them."""
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if name not in HELPERS))


def load_kind(package: ModuleType, kind: str, what: str) -> Any:
    """Return the module of a kind; ``what`` it is a kind of is said in complaints.

    Raises ``ConfigError`` with the nearest right name.
    """
    kinds = kinds_in(package)
    if kind not in kinds:
        near = get_close_matches(kind.casefold(), kinds, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(kinds)}"
        raise ConfigError(f'there is no kind of {what} called "{kind}"', hint=hint)
    return importlib.import_module(f"{package.__name__}.{kind}")
