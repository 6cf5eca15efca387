"""One line of styled text that is told what to say and asks for a repaint only when that changed."""

from __future__ import annotations

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from console.ui.glyphs import UNICODE, Glyphs
from console.ui.palette import palette_of
from console.ui.text import Spans
from console.ui.widgets.rowpaint import Looks


class OneLine(Widget, can_focus=False):
    """A line across the screen. ``say`` takes spans that fit; what is too long ends in an ellipsis."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; background: $bar; }
    """

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._spans: Spans = ()
        self._strip: Strip | None = None

    @property
    def text(self) -> str:
        """What the line says, without styles."""
        return "".join(text for text, _ in self._spans)

    def say(self, spans: Spans) -> None:
        """Show these spans."""
        if spans != self._spans:
            self._spans = spans
            self._strip = None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        if self._strip is None or self._strip.cell_length != self.size.width:
            _, background = self.background_colors
            looks = Looks(
                palette_of(self.app),
                self.rich_style,
                background,
                self._glyphs,
                self.get_line_filters(),
                self.size.width,
            )
            self._strip = looks.line(self._spans)
        return self._strip

    def on_mount(self) -> None:
        """Follow changes of theme."""
        self.app.theme_changed_signal.subscribe(self, self._forget)

    def on_resize(self, _event: events.Resize) -> None:
        """Draw for the new width."""
        self._strip = None

    def _forget(self, _theme: object) -> None:
        self._strip = None
        self.refresh()
