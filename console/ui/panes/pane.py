"""A numbered frame round one part of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Vertical
from textual.content import Content

from console.ui.text import clean

TitlePart = tuple[str, bool]
"""A word of a title, and whether it is the one being shown."""


class Pane(Vertical):
    """A frame with a title of one or several words, of which one is shown now.

    Textual repaints the pane with all that is in it whenever a title is set, so the same words are
    not set again: each key would repaint the whole screen.
    """

    _title: object = None
    _below: object = None

    def say_title(self, parts: Sequence[TitlePart], dot: str = "·") -> None:
        """Set the title; with several parts the active one is bold."""
        if (tuple(parts), dot) == self._title:
            return
        self._title = (tuple(parts), dot)
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
