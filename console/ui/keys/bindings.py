"""Textual bindings made from the registry of actions, so that keys are written down once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingType

from console.ui.keys.keymap import Action


def bindings(actions: Iterable[Action], calls: Mapping[str, str], *, show: bool = False) -> list[BindingType]:
    """Return a binding for each action; ``calls`` maps its id to the Textual action to run.

    Every action given must have a call (``KeyError`` otherwise: a mistake of ours).
    """
    return [
        Binding(
            ",".join(action.keys),
            calls[action.id],
            action.title,
            show=show,
            tooltip=action.help,
            id=action.id,
        )
        for action in actions
    ]
