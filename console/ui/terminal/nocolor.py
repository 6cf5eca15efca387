"""Drawing without any colour, for ``NO_COLOR``: weight, underline and reversal stay."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


class NoColor(LineFilter):
    """Takes every colour out of a line."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoColor)

    def __hash__(self) -> int:
        return hash(NoColor)  # strips remember what they look like by filter

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours."""
        del background
        return [
            Segment(text, None if style is None else _without_color(style), control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _without_color(style: Style) -> Style:
    return style.without_color
