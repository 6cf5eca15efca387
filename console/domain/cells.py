"""How wide text is in a terminal, where a letter may take two cells or none."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """Return how many terminal cells a text takes."""
    return len(text) if text.isascii() else sum(_cell(char) for char in text)


def fitted(text: str, size: int) -> str:
    """Return the text padded to, or cut with ``…`` at, a number of cells."""
    used = cells(text)
    if used <= size:
        return text + " " * (size - used)
    kept, left = "", size - 1
    for char in text:
        left -= _cell(char)
        if left < 0:
            break
        kept += char
    return kept + "…" + " " * (size - 1 - cells(kept))


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
