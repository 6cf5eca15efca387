"""The screen below a dialog, shaded: as Textual draws it, but each style is shaded once, not each word of each frame.

Textual draws it three times until a dialog is there, and again for each row that changes below; that was
most of what opening one took.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from console.ui.terminal.textual_hooks import strips_of

_STYLES = 4096
"""Shaded styles that are kept: a screen has some dozens."""


@lru_cache(_STYLES)
def _shaded(style: RichStyle | None, shade: Color, base: RichStyle) -> RichStyle | None:
    """Return how a style of the screen below looks under the shade."""
    (segment,) = BackgroundScreen.process_segments([Segment("x", style)], shade)
    return base + segment.style


class Below(Visual):
    """What ``Screen.render`` of Textual returns for a dialog that leaves some of the screen below to be seen."""

    def __init__(self, theirs: BackgroundScreen) -> None:
        self._screen = theirs.screen
        self._shade = theirs.color

    def render_strips(
        self,
        width: int,
        height: int | None,
        style: Style,
        options: RenderOptions,  # noqa: ARG002 - the protocol's
    ) -> list[Strip]:
        """Return the lines of the screen below, shaded."""
        base = style.rich_style
        return [
            Strip([Segment(text, _shaded(look, self._shade, base)) for text, look, _ in strip], width)
            for strip in strips_of(self._screen)[:height]
        ]

    def get_optimal_width(
        self,
        rules: RulesMap,  # noqa: ARG002 - the protocol's
        container_width: int,
    ) -> int:
        """Take all the width there is."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:  # noqa: ARG002 - the protocol's
        """Take the height of the screen below."""
        return self._screen.size.height
