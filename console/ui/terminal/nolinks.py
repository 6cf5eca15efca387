"""Drawing without links, for terminals that may show the code of a link (OSC 8), see ``terminal.CANNOT``."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class NoLinks(LineFilter):
    """Takes every link out of a line; the address stays readable."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoLinks)

    def __hash__(self) -> int:
        return hash(NoLinks)  # strips remember what they look like by filter

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without links."""
        del background
        return [
            Segment(text, style.update_link(None) if style is not None and style.link else style, control)
            for text, style, control in segments
        ]
