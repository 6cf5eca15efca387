"""What the virtual widgets share: one frame at a time, and knowing which frame reached the screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from console.clock import ticks
from console.ui.glyphs import UNICODE, Glyphs
from console.ui.terminal.textual_hooks import repaint_pending
from console.ui.widgets.looks import Looks
from console.ui.widgets.painted import PaintedFrame


@dataclass(frozen=True, slots=True)
class Frame:
    """What a widget gives the compositor to draw: its lines, the keys on them, the cursor's key."""

    size: Size
    strips: list[Strip]
    keys: tuple[str, ...]
    cursor: str | None


class LineWidget(Widget):
    """A widget drawn line by line from its own cache.

    A subclass says how it is laid out and drawn (``lay_out``, ``draw``) and calls ``ask`` with
    the lines that changed. ``render_lines`` is taken over whole, so the widget has no border and
    no padding of its own.
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.painted = PaintedFrame()
        self._glyphs = glyphs
        self._looks: Looks | None = None
        self._shown: Frame | None = None
        self._recorded: Frame | None = None
        self._stale = True

    # For subclasses to fill in

    def lay_out(self) -> None:
        """Take up a new size, theme or set of signs: throw away what was drawn for another."""

    def draw(self, looks: Looks) -> Frame:
        """Return the frame as it should look now."""
        return Frame(self.size, [looks.line(())] * self.size.height, (), None)

    # For subclasses to call

    def ask(self, *regions: Region) -> None:
        """Ask for these parts to be painted again; none given: everything."""
        self._stale = True
        self.refresh(*regions)

    def ask_lines(self, lines: list[int]) -> None:
        """Ask for these lines to be painted again; none given: nothing."""
        if len(lines) > self.size.height // 2:
            self.ask()
        elif lines:
            self.ask(*[Region(0, y, self.size.width, 1) for y in lines])

    # For everybody

    def set_glyphs(self, glyphs: Glyphs) -> None:
        """Use this set of signs."""
        self._glyphs = glyphs
        self._restyle()

    def painted_key_at_cursor(self) -> str | None:
        """Return the key an action is meant for: what was painted under the cursor.

        None where there is nothing, or where the cursor moved to what has not been on the screen
        yet. It may have left the list since; the action still belongs to it.
        """
        return self.painted.target

    @property
    def row_changed_at(self) -> float:
        """When what is painted under the cursor last changed by itself (``clock.ticks`` seconds)."""
        return self.painted.changed_at

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of the last frame, or of a new one if this is the moment to show it."""
        frame = self._shown
        if frame is None or frame.size != self.size:
            self._looks = None
            self.lay_out()
            frame = self._new_frame()
        elif self._stale and (not repaint_pending(self) or self.screen is not self.app.screen):
            # A screen below a dialog takes up no repaints; it is drawn whenever the dialog is.
            frame = self._new_frame()
        elif self._stale:
            # Another widget is being drawn before ours is due: these lines will not reach the
            # screen, so they must not count as painted. Make sure that ours does come.
            self.call_later(self._nudge)
        if frame is not self._recorded and not getattr(self.app, "output_stalled", False):
            self._recorded = frame
            self.painted.painted(frame.keys, frame.cursor, ticks())
        strips = frame.strips[crop.y : crop.bottom]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def _new_frame(self) -> Frame:
        if self._looks is None:
            self._looks = Looks(self, self._glyphs)
        self._stale = False
        self._shown = self.draw(self._looks)
        return self._shown

    def _nudge(self) -> None:
        if self._stale:
            self.refresh(Region(0, 0, 1, 1))

    def _restyle(self, _theme: object = None) -> None:
        self._looks = None
        if self.size:
            self.lay_out()
        else:  # hidden: it is laid out when it is seen again, for the size it has then
            self._shown = None
        self.ask()

    def on_mount(self) -> None:
        """Follow changes of theme."""
        self.app.theme_changed_signal.subscribe(self, self._restyle)

    def on_focus(self) -> None:
        """Draw the cursor as one that keys act on."""
        self.ask()

    def on_blur(self) -> None:
        """Draw the cursor as one that keys do not act on."""
        self.ask()

    def notify_style_update(self) -> None:
        """Take up new colours."""
        super().notify_style_update()
        if self.is_mounted:
            self._restyle()
