"""Keys and the actions they stand for: the registry's type and the checking of remaps.

No Textual here, so that ``oncall keys`` answers at once. Textual's own report of clashes is wrong
both ways (it misses some and invents others), so a keymap is checked here before it is applied.
"""

from __future__ import annotations

from dataclasses import dataclass

ANYWHERE = "any"
"""The scope of an action whose key works in every pane."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does.

    ``id`` is stable (``area.verb``): remaps and bindings refer to it. ``keys`` are the defaults,
    the first is the one shown. ``scope`` is the pane in which the keys work, or ``ANYWHERE``.
    ``heavy`` actions open a dialog first.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    scope: str = ANYWHERE
    heavy: bool = False
