"""What all lines of a widget share: colours, signs, width; and spans turned into strips."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from console.ui.glyphs import Glyphs
from console.ui.text import Span, Spans, fit_spans
from console.ui.themes.palette import palette_of


class Looks:
    """The look of one widget, in its theme and width of now; the app's filters (``NO_COLOR``) are applied."""

    def __init__(self, widget: Widget, glyphs: Glyphs) -> None:
        self.palette = palette_of(widget.app)
        self.base: Style = widget.rich_style
        self.glyphs = glyphs
        self.width = widget.size.width
        _, self._background = widget.background_colors
        self._filters = widget.get_line_filters()

    def strip(self, spans: Sequence[Span], base: Style) -> Strip:
        """Return spans that fill the width exactly as a strip, in as few segments as will do."""
        look = self.palette.style
        segments: list[Segment] = []
        held, held_style = "", base
        for text, words in spans:
            style = base + look(words) if words else base
            if style is not base and text.isspace() and _is_plain_blank(style, base):
                style = base
            if style is held_style or style == held_style:
                held += text
                continue
            if held:
                segments.append(Segment(held, held_style))
            held, held_style = text, style
        if held:
            segments.append(Segment(held, held_style))
        strip = Strip(segments, self.width)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self._background)
        return strip

    def line(self, spans: Spans) -> Strip:
        """Return any spans as one line, padded or cut to the width."""
        return self.strip(fit_spans(spans, self.width, ellipsis=self.glyphs.ellipsis), self.base)


def _is_plain_blank(style: Style, base: Style) -> bool:
    """Whether blanks in this style look like blanks in the base style."""
    return (
        style.bgcolor == base.bgcolor
        and style.reverse == base.reverse
        and not (style.underline or style.strike)
    )
