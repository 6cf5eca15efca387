"""Keys as people read them, with the user's remaps applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import App

from console.ui.actions import BY_ID

_NAMES = {
    "space": "space",
    "enter": "enter",
    "escape": "esc",
    "shift+tab": "shift+tab",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "f1": "F1",
    "f2": "F2",
}


class ShownKeys:
    """The effective keys of every action. ``remaps`` are the user's, by action id, already checked."""

    def __init__(self, remaps: Mapping[str, str] | None = None) -> None:
        self._remaps = dict(remaps or {})

    def of(self, action: str) -> tuple[str, ...]:
        """Return the keys of an action; none for one that is not known."""
        remapped = self._remaps.get(action)
        if remapped is not None:
            return tuple(key.strip() for key in remapped.split(",") if key.strip())
        known = BY_ID.get(action)
        return known.keys if known else ()

    def shown(self, action: str) -> str:
        """Return the first key of an action as a screen shows it; empty where it has none."""
        keys = self.of(action)
        return name_of(keys[0]) if keys else ""


def name_of(key: str) -> str:
    """Return a key as people read it."""
    return _NAMES.get(key, key)


def shown_key(app: App[Any], action: str) -> str:
    """Return the first effective key of an action in an app."""
    keys = getattr(app, "keys", None)
    return keys.shown(action) if isinstance(keys, ShownKeys) else ShownKeys().shown(action)
