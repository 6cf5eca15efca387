"""Keys and the actions they stand for: the registry's type and the checking of remaps.

No Textual here, so that ``oncall keys`` answers at once. Textual's own report of clashes is wrong
both ways (it misses some and invents others), so a keymap is checked here before it is applied.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.ui.keys.keynames import canonical, complaint

ANYWHERE = "any"
"""The scope of an action whose key works in every pane."""

DIALOG = "dialog"
"""The scope of dialogs: while one is open, only its own keys and the movements work."""


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


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """What is wrong with one entry of ``[ui.keys]``; the entry is not used."""

    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys in force for every action, and what was wrong with the remaps."""

    keys: Mapping[str, tuple[str, ...]]
    remapped: Mapping[str, str]
    problems: tuple[KeyProblem, ...]

    def table(self, actions: Sequence[Action]) -> list[tuple[Action, tuple[str, ...]]]:
        """Return each action with its keys in force, in the registry's order."""
        return [(action, self.keys[action.id]) for action in actions]


def check_keymap(actions: Sequence[Action], remaps: Mapping[str, str]) -> Keymap:
    """Return the keys in force under these remaps (action id to keys with commas between).

    Pure. A remap with a problem is left out, so what remains can always be applied
    (``App.set_keymap(keymap.remapped)``).
    """
    by_id = {action.id: action for action in actions}
    problems: list[KeyProblem] = []
    wanted: dict[str, tuple[str, ...]] = {}
    for action_id, text in remaps.items():
        wrong = "" if action_id in by_id else f"no such action{_offer(action_id, by_id)}"
        keys = tuple(part.strip() for part in text.split(",") if part.strip())
        wrong = wrong or ("" if keys else "no key given") or next(filter(None, map(complaint, keys)), "")
        if wrong:
            problems.append(KeyProblem(action_id, wrong))
        else:
            wanted[action_id] = keys
    while (clash := _first_clash(actions, wanted)) is not None:
        problems.append(clash)
        del wanted[clash.action]
    keys_now = {action.id: wanted.get(action.id, action.keys) for action in actions}
    remapped = {action_id: ",".join(keys) for action_id, keys in wanted.items()}
    return Keymap(keys_now, remapped, tuple(problems))


def _first_clash(actions: Sequence[Action], wanted: Mapping[str, tuple[str, ...]]) -> KeyProblem | None:
    """Return the first remap that gives a key two meanings in one place.

    Keys that two actions share by default are meant so: a pane's own meaning goes before the
    one that holds everywhere.
    """
    for one in actions:
        for key in wanted.get(one.id, ()):
            name = canonical(key)
            for other in actions:
                if other.id == one.id or not _meet(one, other):
                    continue
                if name not in _names(wanted.get(other.id, other.keys)):
                    continue
                if name in _names(one.keys) and name in _names(other.keys):
                    continue
                where = "" if other.scope == ANYWHERE else f" in {other.scope}"
                return KeyProblem(one.id, f'"{key}" is already {other.id} ({other.title}){where}')
    return None


def _meet(one: Action, other: Action) -> bool:
    """Whether both actions' keys can work at the same moment."""
    scopes = {one.scope, other.scope}
    if len(scopes) == 1:
        return True
    if DIALOG in scopes:
        return any(action.id.startswith("move.") for action in (one, other))
    return ANYWHERE in scopes


def _names(keys: Iterable[str]) -> set[str]:
    return {canonical(key) for key in keys}


def _offer(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f', did you mean "{near[0]}"?' if near else ""
