"""A text as it is read, whatever letters it is written in: so that no disguise gets by the rules. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from console.domain.text import drawn

_HYPHENS = str.maketrans("\u2010\u2011", "--")
_FULL_STOP = re.compile(r"(?<=[0-9A-Za-z])\u3002(?=[0-9A-Za-z])")  # browsers take it for a dot
_APART = re.compile(
    r"[\w.-]{1,60} ?(?:\[ ?(?:\.|:|://|dot) ?\]|\( ?(?:\.|dot) ?\)|\{ ?(?:\.|dot) ?\}) ?[\w./-]{1,60}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z]")
_LOOKALIKE = re.compile(
    "[A-Za-z\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"  # Cyrillic
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd]+"  # Greek
)


def plain(text: str) -> str:
    """Return a text in ordinary letters: full width and the like as usual, what draws nothing left out."""
    if text.isascii():
        return text
    for _ in range(2):  # what is made usual may draw nothing, and what stands beside it then belong together
        text = unicodedata.normalize("NFKC", drawn(text)).translate(_HYPHENS)
    return _FULL_STOP.sub(".", text)


def disguised(text: str) -> Iterator[str]:
    """Yield addresses that were taken apart (``db01[.]corp``), and Latin words with letters that only look so."""
    for found in _APART.finditer(text):
        yield found.group()
    if not text.isascii():
        for word in map(re.Match.group, _WORD.finditer(text)):
            if not word.isascii() and _LATIN.search(word) and _LOOKALIKE.fullmatch(word):
                yield word
