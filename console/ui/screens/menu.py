"""A menu of one key: press the key of an option, or go to it and press enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult

from console.ui.screens.dialog import Dialog
from console.ui.text import Spans, width_of
from console.ui.widgets.columns import Column
from console.ui.widgets.said import Said
from console.ui.widgets.table import RowTable

ValueT = TypeVar("ValueT")

AUTO_KEYS = "1234567890qwertyuiopasdfhlzxcbnm"
"""Keys given to options that have none of their own; j, k, g and v move."""


@dataclass(frozen=True, slots=True)
class Option(Generic[ValueT]):
    """Something to choose. ``note`` says more about it."""

    value: ValueT
    label: str
    note: str = ""
    key: str = ""


def keyed(options: Sequence[Option[ValueT]]) -> list[Option[ValueT]]:
    """Return the options with a key each, as far as keys go."""
    free = iter([key for key in AUTO_KEYS if key not in {option.key for option in options}])
    return [
        option if option.key else Option(option.value, option.label, option.note, next(free, ""))
        for option in options
    ]


class Menu(Dialog[ValueT], Generic[ValueT]):
    """Returns the value of the option chosen, or None. ``ask`` is what to know before choosing."""

    def __init__(self, title: str, options: Sequence[Option[ValueT]], ask: Sequence[Spans] = ()) -> None:
        super().__init__(title)
        self._options = keyed(options)
        self._ask = ask

    def answers(self) -> Sequence[tuple[str, str]]:
        """Enter chooses where the cursor is."""
        return (("dialog.cancel", "back"),)

    def body(self) -> ComposeResult:
        """Yield what is asked, and the options as a table."""
        widest = max([width_of(option.label) for option in self._options], default=1)
        columns: tuple[Column[Option[ValueT], None], ...] = (
            Column("key", "", 1, _key),
            Column("label", "", widest, _label),
            Column("note", "", 10, _note, flex=1, drop=1),
        )
        table: RowTable[Option[ValueT], None] = RowTable(
            columns, key=self._key_of, context=None, id="dialog-menu"
        )
        table.set_rows(self._options)
        table.styles.height = len(self._options) + 1
        if self._ask:
            yield Said(self._ask, classes="dialog-said")
        yield table

    def _key_of(self, option: Option[ValueT]) -> str:
        return str(self._options.index(option))

    def on_key(self, event: events.Key) -> None:
        """Choose by key."""
        for option in self._options:
            if option.key and event.character == option.key:
                event.stop()
                self.dismiss(option.value)
                return

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Choose by enter or click."""
        self.dismiss(self._options[int(message.key)].value)


def _key(option: Option[ValueT], _: None) -> Spans:
    return ((option.key, "name bold"),)


def _label(option: Option[ValueT], _: None) -> Spans:
    return ((option.label, ""),)


def _note(option: Option[ValueT], _: None) -> Spans:
    return ((option.note, "dim"),)
