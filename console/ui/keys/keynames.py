"""The names keys go by in a keymap, and whether a terminal can send such a key at all."""

from __future__ import annotations

import difflib
import string
import unicodedata

RESERVED = {
    "ctrl+c": "tells how to quit",
    "ctrl+q": "always quits",
    "ctrl+z": "suspends the console",
}
"""Keys that keep their meaning whatever a keymap says."""

_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+j": "enter",
    "ctrl+left_square_bracket": "escape",
}
"""What most terminals send for these."""

_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}

_NAMED = frozenset(
    {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"}
    | {"enter", "escape", "tab", "space", "backspace"}
    | {f"f{number}" for number in range(1, 25)}
)

_MODIFIERS = ("alt", "ctrl", "shift")


def _long_name(character: str) -> str:
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


_PUNCTUATION = {_long_name(character): character for character in string.punctuation}


def canonical(key: str) -> str:
    """Return the one name of a key, the one Textual uses: ``?`` is ``question_mark``, letters are themselves."""
    *modifiers, base = _parts(key)
    if len(base) == 1 and not base.isalnum():
        base = _long_name(base)
    if modifiers:
        base = base.lower()
    return "+".join([*sorted({modifier.lower() for modifier in modifiers}), base])


def complaint(key: str) -> str:
    """Return what is wrong with a key's name in a keymap, in words; empty where nothing is."""
    *modifiers, base = _parts(key)
    for modifier in modifiers:
        if modifier.lower() not in _MODIFIERS:
            return f'"{key}" is not a key{_offer(modifier, _MODIFIERS)}'
    plain = base.lower() if len(base) > 1 or modifiers else base
    if not (len(base) == 1 and base.isprintable() and base != " ") and plain not in _NAMED | set(
        _PUNCTUATION
    ):
        return f'"{key}" is not a key{_offer(plain, _NAMED | set(_PUNCTUATION))}'
    name = canonical(key)
    if name in RESERVED:
        return f'"{key}" cannot be changed: it {RESERVED[name]}'
    if name in _SAME:
        return f'"{key}" is the same as {_SAME[name]} in most terminals'
    if "shift" in name.split("+")[:-1] and len(base) == 1:
        return f'"{key}" is never sent; write "{base.upper()}"'
    return ""


def _parts(key: str) -> list[str]:
    """Return the modifiers and, last, the key itself; ``+`` alone and ``ctrl++`` are about the plus key."""
    if key == "+" or key.endswith("++"):
        return [*key[:-1].rstrip("+").split("+"), "+"] if key != "+" else ["+"]
    return key.split("+")


def _offer(word: str, known: set[str] | frozenset[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.lower(), sorted(known), n=1)
    return f', did you mean "{near[0]}"?' if near else ""
