"""Text measured in terminal cells: fitting it into a width, wrapping it, drawing it safely.

Everything here is plain text in, plain text out: nothing is ever parsed as markup. Text from
outside has been through the door at the sources already; what reaches the screen is checked once
more here, because one control code or one character of unknown width breaks a whole row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from rich.cells import cell_len, split_graphemes

Align = Literal["left", "right", "center"]

Span = tuple[str, str]
"""A run of text and its style in words, for example ``("P1", "badge-p1")`` (see ``palette``)."""

Spans = tuple[Span, ...]
"""A line, or one cell of a table, of styled plain text."""

# A cell of text can carry many zero-width marks; more than this many code points a cell is noise.
_POINTS_PER_CELL = 8
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_REGIONAL_A = 0x1F1E6
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def clean(text: str) -> str:
    """Return one line of text whose width every terminal agrees on.

    Line breaks and odd spaces become spaces, control codes a visible mark; joiners, direction
    marks and skin tones (drawn differently everywhere) are left out; flags become their letters.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join([_plain(character) for character in text])


def _plain(character: str) -> str:
    point = ord(character)
    if _REGIONAL_A <= point < _REGIONAL_A + 26:
        return chr(ord("A") + point - _REGIONAL_A)
    if point in _SKIN_TONES or unicodedata.category(character) == "Cf" or 0xFE00 <= point <= 0xFE0F:
        return ""
    if character.isprintable():
        return character
    return " " if character.isspace() else _UNKNOWN


def width_of(text: str) -> int:
    """Return how many cells the text takes once it is cleaned."""
    if text.isascii() and text.isprintable():
        return len(text)
    return cell_len(clean(text))


def crop(text: str, width: int) -> str:
    """Return as much of the cleaned text as fits in ``width`` cells, never half a wide character."""
    if text.isascii() and text.isprintable():
        return text[:width]
    text = clean(text[: width * _POINTS_PER_CELL])
    if cell_len(text) <= width:
        return text
    used = 0
    spans, _ = split_graphemes(text)
    for start, _end, cells in spans:
        if used + cells > width:
            return text[:start]
        used += cells
    return text


def fit(text: str, width: int, align: Align = "left", ellipsis: str = "…") -> str:
    """Return the text padded, or cut with an ellipsis, to exactly ``width`` cells."""
    return "".join(part for part, _ in fit_spans(((text, ""),), width, align, ellipsis))


def fit_spans(spans: Spans, width: int, align: Align = "left", ellipsis: str = "…") -> list[Span]:
    """Return spans padded, or cut with an ellipsis, to exactly ``width`` cells together."""
    if width <= 0:
        return []
    limit = width * _POINTS_PER_CELL
    parts = [(clean(text[:limit]), style) for text, style in spans if text]
    used = sum([len(text) if text.isascii() else cell_len(text) for text, _ in parts])
    if used > width or any(len(text) > limit for text, _ in spans):
        parts = _cut(parts, width - cell_len(ellipsis))
        parts.append((ellipsis[:width], parts[-1][1] if parts else ""))
        used = sum(cell_len(text) for text, _ in parts)
    spare = width - used
    if spare:
        before = spare if align == "right" else spare // 2 if align == "center" else 0
        if before:
            parts.insert(0, (" " * before, ""))
        if spare - before:
            parts.append((" " * (spare - before), ""))
    return parts


def _cut(parts: Iterable[Span], width: int) -> list[Span]:
    kept: list[Span] = []
    for text, style in parts:
        if width <= 0:
            break
        piece = crop(text, width)
        kept.append((piece, style))
        width -= cell_len(piece)
        if piece != text:
            break
    return kept


def wrap(text: str, width: int) -> list[str]:
    """Return the text as lines of at most ``width`` cells, broken at spaces where there are any.

    Line breaks in the text are kept; a word longer than a line is broken anywhere. There is
    always at least one line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_one(clean(paragraph), max(1, width)))
    return lines


def _wrap_one(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        cells = cell_len(word)
        if line and used + 1 + cells <= width:
            line, used = f"{line} {word}", used + 1 + cells
            continue
        if line:
            lines.append(line)
        while cells > width:
            piece = crop(word, width) or word[0]
            lines.append(piece)
            word = word[len(piece) :]  # noqa: PLW2901 - the rest of the same word goes on
            cells -= cell_len(piece)  # measured anew, a word of 10,000 letters would cost their square
        line, used = word, cells
    lines.append(line)
    return lines


def wrap_spans(spans: Spans, width: int, indent: int = 0) -> list[Spans]:
    """Return styled text as lines of at most ``width`` cells; lines after the first are indented."""
    width = max(1, width)
    indent = min(indent, width - 1)
    lines: list[Spans] = []
    line: list[Span] = []
    used = 0
    for text, style in spans:
        for piece in _pieces(text):
            cells = cell_len(piece)
            if used + cells > width and used > (indent if lines else 0):
                lines.append(tuple(line))
                line, used = ([(" " * indent, "")] if indent else []), indent
                piece = piece.lstrip(" ")  # noqa: PLW2901 - a line does not begin with the space it broke at
                cells = cell_len(piece)
            while used + cells > width:
                part = crop(piece, width - used) or piece[0]
                lines.append((*line, (part, style)))
                line, used = ([(" " * indent, "")] if indent else []), indent
                piece = piece[len(part) :]  # noqa: PLW2901 - the rest of a word longer than a line
                cells -= cell_len(part)
            if piece:
                line.append((piece, style))
                used += cells
    lines.append(tuple(line))
    return lines


def _pieces(text: str) -> list[str]:
    """Return the cleaned text cut before each space, so that every piece but the first begins with one."""
    words = clean(text).split(" ")
    return [words[0], *(f" {word}" for word in words[1:])]
