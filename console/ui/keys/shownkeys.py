"""Keys as people read them."""

from __future__ import annotations

from typing import Any

from textual.app import App

from console.ui.keys.actions import ACTIONS
from console.ui.keys.keymap import Keymap, check_keymap

_NAMES = {"escape": "esc", "pagedown": "PgDn", "pageup": "PgUp", "minus": "-", "f1": "F1", "f2": "F2"}


def name_of(key: str) -> str:
    """Return a key as people read it."""
    return _NAMES.get(key, key)


def first_key(keymap: Keymap, action: str) -> str:
    """Return the first key of an action as a screen shows it; empty where it has none."""
    keys = keymap.keys.get(action, ())
    return name_of(keys[0]) if keys else ""


def shown_key(app: App[Any], action: str) -> str:
    """Return the first key in force of an action in an app."""
    return first_key(keymap_of(app), action)


def keymap_of(app: App[Any]) -> Keymap:
    """Return the keys in force in an app; the defaults where it is not the console."""
    keymap = getattr(app, "keys", None)
    return keymap if isinstance(keymap, Keymap) else check_keymap(ACTIONS, {})
