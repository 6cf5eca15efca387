"""Taking an incident apart: its services and what was merged into it, to mark and to split off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from console.domain.commands import Split
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans, width_of
from console.ui.widgets.columns import Column
from console.ui.widgets.said import Said
from console.ui.widgets.table import RowTable

MOST_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can leave: a merged incident, or else the alerts of a service."""

    name: str
    says: str
    child: bool = False

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return f"{'child' if self.child else 'service'} {self.name}"


class SplitDialog(Dialog[tuple[Split, ...]]):
    """Returns the commands for what was marked, or for what the cursor is on."""

    def __init__(self, incident: str, pieces: Sequence[Piece]) -> None:
        super().__init__(f"split off {incident}")
        self._incident = incident
        self._pieces = tuple(pieces)

    def answers(self) -> Sequence[tuple[str, str]]:
        """Enter does it."""
        return (("dialog.confirm", "split off"), ("mark.toggle", "mark"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield what follows, and what can leave."""
        lines: list[Spans] = [
            ((f"{self._incident} keeps its clocks; those of a new one count from its first alert", ""),),
            (("a service gets an incident of its own; several marked get one together", "dim"),),
            (("a merged incident stands alone again, with its alerts as they are now", "dim"),),
        ]
        yield Said(lines, classes="dialog-said")
        wide = max(width_of(one.name) for one in self._pieces)
        columns: tuple[Column[Piece, None], ...] = (
            Column("what", "", 8, lambda one, _: (("incident" if one.child else "service", "dim"),)),
            Column("name", "", max(9, min(wide, 30)), lambda one, _: ((one.name, "name"),)),
            Column("says", "", 20, lambda one, _: ((one.says, ""),), flex=1),
        )
        table: RowTable[Piece, None] = RowTable(
            columns, key=lambda one: one.key, context=None, id="dialog-menu"
        )
        table.set_rows(self._pieces)
        table.styles.height = min(MOST_SHOWN, len(self._pieces)) + 1
        yield table

    def on_mount(self) -> None:
        """Mark and move at once."""
        super().on_mount()
        self.query_one(RowTable).focus()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Split off what is marked, else the painted row."""
        marks = self.query_one(RowTable).marks or {message.key}
        chosen = [one for one in self._pieces if one.key in marks]
        commands = [Split(child=one.name) for one in chosen if one.child]
        services = tuple(one.name for one in chosen if not one.child)
        self.dismiss((*commands, *([Split(services=services)] if services else [])))
