"""What every dialog has: a frame over the whole screen that works at any size, and its keys in its last line.

A dialog returns a value; None means that the person went away without deciding. It never looks at
the screen below, so a poll that lands meanwhile changes nothing about what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.renderables.background_screen import BackgroundScreen
from textual.renderables.blank import Blank
from textual.screen import ModalScreen

from console.ui.keys.actions import DIALOG
from console.ui.keys.bindings import bindings
from console.ui.keys.keymap import Action
from console.ui.keys.shownkeys import keymap_of, shown_key
from console.ui.text import clean
from console.ui.views.footer import footer_line
from console.ui.widgets.below import Below
from console.ui.widgets.oneline import OneLine

ResultT = TypeVar("ResultT")

SMALL_WIDTH = 60
SMALL_HEIGHT = 18
"""Below this a dialog takes the whole screen."""

ALWAYS = ("dialog.help", "dialog.cancel")
"""Keys that are named however narrow it is: what else there is, and the way back."""


class Dialog(ModalScreen[ResultT]):
    """A titled frame. Subclasses give ``body`` and say which keys of ``DIALOG`` they answer."""

    CSS_PATH = Path(__file__).with_name("dialog.tcss")
    BINDINGS = bindings(DIALOG, {action.id: f"key('{action.id}')" for action in DIALOG})
    ESCAPE_TO_MINIMIZE = False
    FULL: ClassVar[bool] = False
    """Whether it takes the whole screen whatever there is of it."""
    OWN: ClassVar[Sequence[Action]] = ()
    """The actions that its help explains, where ``answers`` has ``dialog.help``."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.leaving: Callable[[], None] = lambda: None
        """Called with the answer at hand, as long as what is written can be read."""

    def body(self) -> ComposeResult:
        """Yield what stands in the frame."""
        yield from ()

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return the ids of the dialog keys that work here, each with its label; one without is not shown."""
        return (("dialog.cancel", "back"),)

    def compose(self) -> ComposeResult:
        """Lay out the frame."""
        with Vertical(id="dialog") as frame:
            frame.border_title = Content(clean(f"{self._mark()}{self._title}"))
            yield from self.body()
            yield OneLine(id="dialog-keys")

    def _mark(self) -> str:
        """Return what says that this is no real shift, where the dialog may hide the top line that does."""
        rehearsal = getattr(self.app, "rehearsal", "")
        return f"{rehearsal.upper()} · " if rehearsal else ""

    def render(self) -> RenderResult:  # type: ignore[override] # theirs returns a visual, too, and does not say so
        """Return what is seen round the frame: the screen below, shaded; nothing of it where the frame has it all."""
        below = super().render()
        if not isinstance(below, BackgroundScreen):
            return below
        return Blank(below.color.with_alpha(1)) if self.FULL or self._small else Below(below)

    def on_mount(self) -> None:
        """Take up the size, and say the keys."""
        self._fit()

    def on_resize(self, _event: events.Resize) -> None:
        """Take up the size."""
        self._fit()

    @property
    def _small(self) -> bool:
        return self.size.width < SMALL_WIDTH or self.size.height < SMALL_HEIGHT

    def _fit(self) -> None:
        small = self._small
        frame = self.query_one("#dialog")
        frame.set_class(small, "-small")
        frame.set_class(self.FULL, "-full")
        keys = [(name, (shown_key(self.app, name), label)) for name, label in self.answers() if label]
        stay = [pair for name, pair in keys if name in ALWAYS]
        others = [pair for name, pair in keys if name not in ALWAYS]
        width = (self.size.width if small or self.FULL else min(self.size.width, 84)) - 2
        self.query_one("#dialog-keys", OneLine).say(footer_line(others, stay, width))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let only the keys through that mean something here."""
        if action == "key":
            return parameters[0] in {name for name, _ in self.answers()}
        return super().check_action(action, parameters)

    def action_key(self, name: str) -> None:
        """Answer one of the dialog's keys."""
        if name == "dialog.cancel":
            self.cancel()
        elif name == "dialog.help":
            self._help()
        else:
            self.accept()

    def _help(self) -> None:
        from console.ui.screens.help import action_lines  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - same

        keymap = keymap_of(self.app)
        self.app.push_screen(
            Reader(f"keys: {self._title}", lambda width: action_lines(self.OWN, keymap, width))
        )

    def dismiss(self, result: ResultT | None = None) -> AwaitComplete:
        """Close."""
        self.leaving()
        return super().dismiss(result)

    def accept(self) -> None:
        """Close with the answer."""

    def cancel(self) -> None:
        """Close without one."""
        self.dismiss(None)
