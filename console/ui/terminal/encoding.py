"""Drawn text turned into bytes for terminals that lack Unicode, cell for cell."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from rich.cells import cell_len

_LIKE = {
    **dict.fromkeys("─━═╌╍┄┅┈┉╴╶╸╺▔▁⎯", "-"),
    **dict.fromkeys("│┃║╎╏┆┇┊┋╵╷╹╻▏▎▍▌▐▕", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋", "+"),
    **dict.fromkeys("█▇▆▅▄▃▂▀▉▊▋■▓", "#"),
    **dict.fromkeys("▒░", ":"),
    **dict.fromkeys("●•⬤", "*"),
    **dict.fromkeys("○◌◯", "o"),
    **dict.fromkeys("→▸▶›»❯", ">"),
    **dict.fromkeys("←◂◀‹«❮", "<"),
    **dict.fromkeys("↑▲△", "^"),
    **dict.fromkeys("↓▼▽", "v"),
    **dict.fromkeys("–—−‐‑", "-"),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“”", '"'),
    "…": "~",
    "·": ".",
    "✓": "v",
    "✕": "x",
    "◐": "+",
    "◑": "z",
    "⏎": "/",
}
"""A sign that stands for another, of the same width."""

_TABLE = str.maketrans(_LIKE)
_ERRORS = "oncall-cells"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_LIKE.get(sign, "?" * cell_len(sign)) for sign in missing), error.end


codecs.register_error(_ERRORS, _replace)


def encoder(encoding: str, *, ascii_signs: bool) -> Callable[[str], bytes]:
    """Return what turns drawn text into bytes; what cannot be written is replaced by as many cells.

    ``ascii_signs``: lines, blocks and arrows are replaced too where the encoding has them.
    """

    def encode(text: str) -> bytes:
        if ascii_signs and not text.isascii():
            text = text.translate(_TABLE)
        return text.encode(encoding, _ERRORS)

    return encode
