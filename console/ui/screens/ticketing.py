"""The dialog of tickets: a new one with what happened and what should have, or one that exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from textual.app import ComposeResult
from textual.widgets import Input, TextArea

from console.domain.commands import LinkTicket, OpenTicket
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans
from console.ui.widgets.choice import Choice
from console.ui.widgets.said import Said

Asked = OpenTicket | LinkTicket


class TicketDialog(Dialog[Asked]):
    """Returns what is asked for. ``draft`` is what was written before."""

    DEFAULT_CSS = """
    #ticket-ideal { height: 4; border: none; background: $surface; margin: 0 1; }
    #dialog.-small #ticket-ideal { height: 1fr; min-height: 2; margin: 0; }
    """

    def __init__(
        self, title: str, lines: Sequence[Spans], outlets: Sequence[str], draft: OpenTicket | None = None
    ) -> None:
        super().__init__(title)
        self._lines = lines
        self._outlets = tuple(outlets)
        self.draft = draft or OpenTicket()

    def answers(self) -> Sequence[tuple[str, str]]:
        """Go on or go back."""
        return (("dialog.save", "look at it"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield what there is, and the fields."""
        if self._lines:
            yield Said(self._lines, classes="dialog-said")
        yield Choice("in", tuple((one, one) for one in self._outlets), id="ticket-outlet")
        yield TextArea(
            self.draft.actual, id="dialog-text", tab_behavior="focus", placeholder="actual: what happened"
        )
        yield TextArea(
            self.draft.ideal,
            id="ticket-ideal",
            tab_behavior="focus",
            placeholder="ideal: what should have happened",
        )
        yield Input(placeholder="or link one that exists: its key or address", id="dialog-input")

    def on_mount(self) -> None:
        """Write what happened first."""
        super().on_mount()
        self.query_one("#ticket-outlet", Choice).choose(self.draft.outlet)
        self.query_one("#dialog-text").focus()

    def on_input_submitted(self) -> None:
        """Enter in the last field is done with writing."""
        self.accept()

    def on_choice_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    @property
    def written(self) -> OpenTicket:
        """What stands in the fields now."""
        return OpenTicket(
            self.query_one("#ticket-outlet", Choice).value,
            self.query_one("#dialog-text", TextArea).text.strip(),
            self.query_one("#ticket-ideal", TextArea).text.strip(),
        )

    def fields(self) -> dict[str, str]:
        """Return what is written now, as a draft keeps it; nothing where only the system was chosen."""
        written = self.written
        return asdict(written) if written.actual or written.ideal else {}

    def accept(self) -> None:
        """Close with a link where a key was written, else with a new ticket."""
        key = self.query_one(Input).value.strip()
        self.dismiss(LinkTicket(key) if key else self.written)
