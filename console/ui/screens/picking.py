"""Choosing one incident of many: the likeliest first, fewer with each letter typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from console.domain.merging import Candidate
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans
from console.ui.views.clocks import priority_badge
from console.ui.widgets.columns import Column
from console.ui.widgets.oneline import OneLine
from console.ui.widgets.table import RowTable

Follows = Callable[[Candidate], Sequence[str]]
LINES = 2
"""Lines that say what follows."""
MOST_SHOWN = 12


class PickIncident(Dialog[str]):
    """Returns the id of the incident chosen. ``follows`` says in up to two lines what choosing one does."""

    def __init__(self, title: str, candidates: Sequence[Candidate], follows: Follows) -> None:
        super().__init__(title)
        self._candidates = tuple(candidates)
        self._follows = follows

    def answers(self) -> Sequence[tuple[str, str]]:
        """Enter chooses where the cursor is."""
        return (("dialog.confirm", "merge into it"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield the field, the incidents, and what follows."""
        yield Input(placeholder="type to find: an id, a service, words of the title", id="dialog-input")
        columns: tuple[Column[Candidate, None], ...] = (
            Column("priority", " P", 4, lambda one, _: priority_badge(one.row)),
            Column("id", "", 9, lambda one, _: ((one.row.id, "bold"),)),
            Column("service", "SERVICE", 10, lambda one, _: ((one.row.service, "name"),), flex=1),
            Column("title", "INCIDENT", 16, lambda one, _: ((one.row.title, ""),), flex=3),
            Column("why", "", 14, lambda one, _: ((one.why, "note"),), flex=3, drop=1),
        )
        table: RowTable[Candidate, None] = RowTable(
            columns, key=lambda one: one.row.id, context=None, id="dialog-menu"
        )
        table.set_rows(self._candidates)
        table.set_empty((("no open incident is like that", "dim"),))
        yield table
        for n in range(LINES):
            yield OneLine(id=f"pick-follows-{n}")

    @property
    def _table(self) -> RowTable[Candidate, None]:
        return self.query_one("#dialog-menu", RowTable)

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self.query_one(Input).focus()
        self._say()

    def _fit(self) -> None:
        """Take up the size; a small table leaves room for what follows from choosing."""
        super()._fit()
        small = self.query_one("#dialog").has_class("-small")
        rows = min(MOST_SHOWN, max(2, len(self._candidates))) + 1
        self._table.styles.height = "1fr" if small else rows

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has all the words."""
        words = event.value.casefold().split()
        self._table.set_rows([one for one in self._candidates if all(word in _text(one) for word in words)])
        self._table.action_first()
        self._say()

    def on_key(self, event: events.Key) -> None:
        """Move in the table while the field is written in."""
        moves = {"up": -1, "down": 1, "pageup": -MOST_SHOWN, "pagedown": MOST_SHOWN}
        if event.key in moves:
            event.stop()
            event.prevent_default()
            self._table.action_move(moves[event.key])

    def on_row_table_row_highlighted(self, _message: RowTable.RowHighlighted) -> None:
        """Say what choosing this one does."""
        self._say()

    def _say(self) -> None:
        key = self._table.cursor_key
        chosen = next((one for one in self._candidates if one.row.id == key), None)
        told = list(self._follows(chosen)) if chosen is not None else []
        for n in range(LINES):
            line: Spans = (((" " + told[n]), "dim" if n else ""),) if n < len(told) else ()
            self.query_one(f"#pick-follows-{n}", OneLine).say(line)

    def on_input_submitted(self) -> None:
        """Choose where the cursor is."""
        self.accept()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Choose by click."""
        self.dismiss(message.key)

    def accept(self) -> None:
        """Choose the row that is painted under the cursor."""
        key = self._table.painted_key_at_cursor()
        if key is not None:
            self.dismiss(key)


def _text(one: Candidate) -> str:
    return f"{one.row.id} {one.row.service} {one.row.title} {one.row.root}".casefold()
