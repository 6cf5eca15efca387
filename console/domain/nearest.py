"""Offering the right name to somebody who wrote a similar one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

FEW = 10
"""So many names are listed where none is near; [sla] has nine keys."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name that a word was probably meant to be, or an empty string."""
    names = {name.lower(): name for name in sorted(set(known))}
    near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return names[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that offers the nearest of the known names, or the few there are."""
    names = sorted(set(known))
    near = nearest(word, names)
    if near:
        return f' — did you mean "{near}"?'
    return f" (there is {', '.join(names)})" if 0 < len(names) <= FEW else ""
