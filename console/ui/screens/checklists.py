"""The checklists over the whole screen: what is due now, and a key for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from console.domain.guard import may_act
from console.ui.keys.actions import CHECKLIST, DIALOG, NOTHING_WRITTEN, WRITING
from console.ui.keys.bindings import bindings
from console.ui.screens.dialog import Dialog
from console.ui.widgets.lines import LinesView

if TYPE_CHECKING:
    from console.ui.checkbook import Checkbook


class Checklists(Dialog[None]):
    """Shows lists that others make (``ui.checkbook``) and hands every key on to them."""

    BINDINGS = bindings(CHECKLIST, {action.id: f"key('{action.id}')" for action in CHECKLIST})

    FULL = True
    OWN = CHECKLIST

    def __init__(self, book: Checkbook) -> None:
        super().__init__("checklists")
        self._book = book

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return the keys of items, then help and the way back; what writes is not named where nothing is written."""
        reads = ("checklist.open",) if self._book.session.readonly else tuple(one.id for one in CHECKLIST)
        keys = [(one.id, one.title if one.id in reads else "") for one in CHECKLIST]
        return (*keys, ("dialog.help", "help"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield the lists."""
        yield LinesView(glyphs=self._book.session.settings.glyphs, id="dialog-lines")

    @property
    def view(self) -> LinesView:
        """The lists."""
        return self.query_one(LinesView)

    def on_mount(self) -> None:
        """Keep running commands' seconds up to date."""
        self.view.focus()
        self.set_interval(1.0, self.again)

    def on_lines_view_width_changed(self, _message: LinesView.WidthChanged) -> None:
        """Make the lines for the width."""
        self.again()

    def again(self) -> None:
        """Make the lines anew; the cursor stays on its item."""
        if self.is_mounted and self.view.size.width:
            page = self._book.page(self.view.text_width)
            self.view.set_lines(page.lines, page.keys)

    def on_lines_view_selected(self, message: LinesView.Selected) -> None:
        """Enter does what the item is for."""
        self._book.key("enter", message.key)

    def action_key(self, name: str) -> None:
        """Answer the item that was painted under the cursor."""
        if name in {action.id for action in DIALOG}:
            super().action_key(name)
            return
        key, view = self.view.painted_key_at_cursor(), self.view
        if self._book.session.readonly and name in WRITING:
            self._book.say(NOTHING_WRITTEN)
        elif key is None:
            self._book.say("no item under the cursor")
        elif not may_act(key, view.row_changed_at, self._book.screen.console.pressed_at):
            self._book.say("not done: the item under the cursor changed just now; look, then press again")
        else:
            self._book.key(name, key)

    def go_on(self, key: str) -> None:
        """Move to the item behind this one."""
        keys = [one for one in dict.fromkeys(self._book.page(self.view.text_width).keys) if one]
        if key in keys[:-1]:
            self.view.move_to(keys[keys.index(key) + 1])
