"""A few styled lines that are read, not moved in: they wrap, and take as much room as they need."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size

from console.ui.text import Spans, wrap_spans
from console.ui.widgets.linewidget import Frame, LineWidget
from console.ui.widgets.looks import Looks

INDENT = 2
"""Cells by which what goes on of a line is set in."""


class Said(LineWidget, can_focus=False):
    """Lines above what is asked in a dialog."""

    DEFAULT_CSS = """
    Said { height: auto; width: 1fr; }
    """

    def __init__(self, lines: Sequence[Spans], *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._lines = tuple(lines)

    @property
    def text(self) -> str:
        """What the lines say, without styles."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def say(self, lines: Sequence[Spans]) -> None:
        """Show other lines."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.refresh(layout=True)
            self.ask()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines at this width."""
        del container, viewport
        return len(self._wrapped(width))

    def draw(self, looks: Looks) -> Frame:
        """Return the lines; where there is too little room the last ones are left out."""
        lines = [looks.line(line) for line in self._wrapped(self.size.width)][: self.size.height]
        blank = [looks.line(())] * (self.size.height - len(lines))
        return Frame(self.size, lines + blank, (), None)

    def _wrapped(self, width: int) -> list[Spans]:
        return [piece for line in self._lines for piece in wrap_spans(line, max(1, width), INDENT)]
