"""One line of styled text that is told what to say and asks for a repaint only when that changed."""

from __future__ import annotations

from console.ui.text import Spans
from console.ui.widgets.linewidget import Frame, LineWidget
from console.ui.widgets.looks import Looks


class OneLine(LineWidget, can_focus=False):
    """A line across the screen; what is too long ends in an ellipsis."""

    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; }
    """
    _spans: Spans = ()

    @property
    def text(self) -> str:
        """What the line says, without styles."""
        return "".join(text for text, _ in self._spans)

    def say(self, spans: Spans) -> None:
        """Show these spans."""
        if spans != self._spans:
            self._spans = spans
            self.ask()

    def draw(self, looks: Looks) -> Frame:
        """Return the line; further lines, where there is room, stay empty."""
        blank = [looks.line(())] * (self.size.height - 1)
        return Frame(self.size, [looks.line(self._spans), *blank], (), None)
