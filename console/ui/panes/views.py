"""Panes that show lines: made for the width they have, made again when that or their matter changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from console.ui.glyphs import Glyphs
from console.ui.panes.pane import Pane
from console.ui.text import Spans
from console.ui.widgets.lines import LinesView

Make = Callable[[int], Sequence[Spans]]


class ViewPane(Pane):
    """Shows what ``make`` returns for its width. Nothing is made while the pane is hidden."""

    VIEW: type[LinesView] = LinesView

    def __init__(self, *, glyphs: Glyphs, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.lines = self.VIEW(glyphs=glyphs, id=f"{id}-lines")
        self._make: Make = lambda _width: ()

    def compose(self) -> ComposeResult:
        """Yield the lines."""
        yield self.lines

    def say(self, make: Make, *, top: bool = False) -> None:
        """Show these lines from now on; ``top``: from their beginning."""
        self._make = make
        self.again(top=top)

    def again(self, *, top: bool = False) -> None:
        """Make the lines anew; a hidden pane does so when it is seen."""
        if self.display and self.lines.size.width:
            self.lines.set_lines(self._make(self.lines.text_width), top=top)

    def on_lines_view_width_changed(self, message: LinesView.WidthChanged) -> None:
        """Make the lines for the new width."""
        message.stop()
        self.again()
