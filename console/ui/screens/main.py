"""The console's screen: five panes over one snapshot. It forwards; what policy says is decided in ``domain``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Input

from console.domain.snapshot import Snapshot
from console.domain.text import one_line
from console.ports.desk import Desk
from console.ui.keys.actions import BY_ID, CONSOLE, INCIDENT, PANES, VIEW, WRITING
from console.ui.keys.bindings import bindings
from console.ui.keys.shownkeys import first_key
from console.ui.panes.incidents import OWN
from console.ui.screens.details import Details
from console.ui.screens.dialog import Dialog
from console.ui.screens.drawing import Drawing
from console.ui.screens.incoming import Incoming
from console.ui.screens.selection import Selection
from console.ui.screens.shape import BROAD_FROM, Mode, Shape
from console.ui.sender import Sender, Told
from console.ui.session import Session
from console.ui.settings import UiSettings
from console.ui.verbs.registry import Verbs
from console.ui.widgets.table import RowTable
from console.ui.work import begin

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

ResultT = TypeVar("ResultT")

OURS = tuple(action for action in (*INCIDENT, *PANES, *VIEW, *CONSOLE) if action not in OWN)
FLASH_FOR = 2.0
"""Seconds for which a refused key is told."""


class MainScreen(Screen[None]):
    """Shows a session. ``take`` gets each snapshot, ``tick`` comes once a second."""

    AUTO_FOCUS = "#incidents-table"
    ESCAPE_TO_MINIMIZE = False
    BINDINGS = bindings(OURS, {action.id: f"do('{action.id}')" for action in OURS})

    def __init__(self, settings: UiSettings) -> None:
        super().__init__()
        self.sender = Sender(self.desk, self.confirm_question, self.writes_changed, self.tell)
        self.session = Session(self.desk, settings, self.sender.writes)
        self.selection = Selection(self, Details(self.desk))
        self.drawing = Drawing(self.session)
        self.verbs = Verbs(self)
        self.incoming = Incoming(self)
        self._sized = Size(0, 0)

    @property
    def console(self) -> ConsoleApp:
        """The app."""
        return cast("ConsoleApp", self.app)

    def desk(self) -> Desk:
        """Return the desk."""
        return self.console.desk

    def key_of(self, action: str) -> str:
        """Return the key of an action as it is shown."""
        return first_key(self.console.keys, action)

    def live_key_of(self, action: str) -> str:
        """Return the key of an action as it is shown; empty where nothing may be written and it would."""
        return "" if self.session.readonly and action in WRITING else self.key_of(action)

    # Layout

    def compose(self) -> ComposeResult:
        """Lay out the lines and the panes."""
        yield self.drawing.top
        yield self.drawing.next
        with Container(id="body"):
            yield from self.drawing.panes.values()
        yield self.drawing.keys

    def on_mount(self) -> None:
        """Take up the size."""
        self.reshape(self.session.shape.resized(self.size.width, self.size.height))

    def on_resize(self, event: events.Resize) -> None:
        """Take up the size; Textual tells the same one several times while the screen comes up."""
        if event.size != self._sized:
            self._sized = event.size
            self.reshape(self.session.shape.resized(event.size.width, event.size.height))

    def reshape(self, shape: Shape) -> None:
        """Show the panes of a shape and put the focus where it says."""
        before, self.session.shape = self.session.shape, shape
        body = self.query_one("#body")
        one = len(shape.visible) == 1
        body.set_class(self.size.width >= BROAD_FROM, "-broad")
        body.set_class(shape.mode is Mode.NARROW and not one, "-narrow")
        body.set_class(one, "-one")
        body.set_class(shape.mode is Mode.TINY, "-bare")
        for name, pane in self.drawing.panes.items():
            pane.display = name in shape.visible
        if before.focus != shape.focus or not self._focus_fits():
            self.focus_on(shape.focus)
        if not self.table_seen or before.visible != shape.visible:
            self.selection.follow_cursor()
        self.draw_all()

    def _focus_fits(self) -> bool:
        pane = self.drawing.panes[self.session.shape.focus]
        return self.focused is not None and pane in self.focused.ancestors_with_self

    def focus_on(self, pane: str) -> None:
        """Put the focus into a pane."""
        target = self.drawing.incidents.table if pane == "incidents" else self.drawing.panes[pane].children[0]
        target.focus(scroll_visible=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow the focus where the mouse put it."""
        for name, pane in self.drawing.panes.items():
            if pane in event.widget.ancestors_with_self and name != self.session.shape.focus:
                self.reshape(self.session.shape.focused(name))
        self.draw_lines()

    @property
    def table_seen(self) -> bool:
        """Whether the incidents are on the screen."""
        return "incidents" in self.session.shape.visible

    # What comes in

    def take(self, snapshot: Snapshot) -> None:
        """Show a snapshot."""
        self.incoming.take(snapshot)

    def tick(self) -> None:
        """Let a second pass."""
        self.incoming.tick()

    def writes_changed(self) -> None:
        """Show what became of keys on their rows; a key never moves a row. What is sent opens no dialog."""
        self.console.key_queue.release()
        self.session.board.mark_writes(self.session.writes.of())
        self.drawing.list()

    # Drawing

    def draw_all(self) -> None:
        """Draw everything again."""
        self.drawing.list()
        self.drawing.roster_pane()
        self.drawing.below_panes()
        self.drawing.top_line(self.size.width)
        self.draw_lines()

    def draw_lines(self) -> None:
        """Draw what depends on where the cursor and the focus are: the NEXT line and the keys."""
        width = self.size.width
        self.drawing.next_line(width, self.selection.painted(), self.live_key_of)
        self.drawing.footer(self.verbs.possible, self.key_of, lambda name: BY_ID[name].title, width)

    def flash(self, text: str) -> None:
        """Say why a key did nothing, for a moment, where the next step stands."""
        self.drawing.flash = text
        self.draw_lines()
        self.set_timer(FLASH_FOR, self._unflash)

    def _unflash(self) -> None:
        self.drawing.flash = ""
        self.draw_lines()

    def tell(self, told: Told) -> None:
        """Show a message for a few seconds."""
        self.notify(
            one_line(told.text),
            severity=told.severity,
            markup=False,
            timeout=5 if told.severity == "information" else 10,
        )

    # What the panes tell

    def on_row_table_row_highlighted(self, message: RowTable.RowHighlighted) -> None:
        """Show the details of the row under the cursor, unless they have the screen for themselves."""
        if message.table is self.drawing.incidents.table and (self.table_seen or not self.session.selected):
            self.selection.follow_cursor()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Enter goes to the incident's timeline."""
        if message.table is self.drawing.incidents.table:
            self.reshape(self.session.shape.focused("timeline"))

    def on_row_table_marks_changed(self) -> None:
        """Say how many rows are marked."""
        self.drawing.below()
        self.draw_lines()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a key through to the next binding where it means nothing here."""
        if action == "do" and parameters == ("incident.still-on",):
            return self.verbs.possible("incident.still-on")
        return super().check_action(action, parameters)

    def action_do(self, action: str) -> None:
        """Carry out one of the registered actions."""
        self.verbs.do(action)

    def undo_words(self) -> str:
        """Return what a message adds where an action can be taken back."""
        return (
            f" · {self.key_of('incident.undo')} undo {self.session.policy.undo_within.total_seconds():.0f} s"
        )

    def copy(self, text: str, shown: str) -> None:
        """Put text on the clipboard (OSC 52: it also works over ssh where the terminal allows it)."""
        self.app.copy_to_clipboard(text)
        self.tell(Told(f"copied: {shown}"))

    def run(self, work: Callable[..., Coroutine[Any, Any, None]], *matter: Any) -> None:
        """Run what waits for an answer beside the screen; no key waits for it."""
        begin(self, partial(work, *matter), name="a key", group="verbs")

    def open(self, work: Callable[..., Coroutine[Any, Any, None]], *matter: Any) -> None:
        """Run what opens a dialog; keys typed ahead wait until the dialog has the focus."""
        queue = self.console.key_queue

        async def working() -> None:
            try:
                await work(*matter)
            finally:
                queue.release()

        queue.hold()
        begin(self, working, name="a dialog", group="verbs")

    async def ask(self, dialog: Dialog[ResultT]) -> ResultT | None:
        """Show a dialog and return its answer."""
        return cast("ResultT | None", await self.app.push_screen_wait(dialog))

    async def confirm_question(self, incident: str, question: str) -> bool:
        """Ask what the rules want to know before they say yes."""
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        confirm = Confirm(incident or "please confirm", [((question, ""),)])
        answer: bool | None = await self.ask(confirm)
        return bool(answer)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while the query is written."""
        if event.input is self.drawing.incidents.filter:
            self.verbs.view.query_changed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        if event.input is self.drawing.incidents.filter:
            self.verbs.view.query_done()
