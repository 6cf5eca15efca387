"""A numbered frame round one part of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.containers import Vertical
from textual.content import Content

from console.ui.text import clean
from console.ui.views.titles import TitlePart, fitted

EDGES = 6
"""Cells of the frame's upper edge that no title takes."""


class Pane(Vertical):
    """A frame with a title of one or several words, of which one is shown now.

    Textual repaints the pane with all that is in it whenever a title is set, so the same words are
    not set again: each key would repaint the whole screen.
    """

    _title: tuple[tuple[TitlePart, ...], str] = ((), "")
    _shown: object = None
    _below: object = None

    def say_title(self, parts: Sequence[TitlePart], dot: str = "·") -> None:
        """Set the title; with several parts the active one is bold."""
        self._title = (tuple(parts), dot)
        self._show_title()

    def on_resize(self, _event: events.Resize) -> None:
        """Show as much of the title as there is room for."""
        self._show_title()

    def _show_title(self) -> None:
        words, dot = self._title
        parts = fitted(words, self.outer_size.width - EDGES)
        if (parts, dot) == self._shown:
            return
        self._shown = (parts, dot)
        pieces: list[Content | tuple[str, str]] = []
        for n, (word, active) in enumerate(parts):
            if n:
                pieces.append((f" {dot} ", "$faint"))
            pieces.append((word, "bold $title" if active else "$dim"))
        self.border_title = Content.assemble(*pieces)

    def say_below(self, text: str, *, loud: bool = False) -> None:
        """Set the words at the bottom edge."""
        if (text, loud) == self._below:
            return
        self._below = (text, loud)
        self.border_subtitle = Content.styled(clean(text), "bold $clock-warn" if loud else "$dim")
