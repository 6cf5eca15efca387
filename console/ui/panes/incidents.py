"""The incidents pane: the table, and the field the filter is written in."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from console.ui.glyphs import Glyphs
from console.ui.keys.actions import BY_ID
from console.ui.keys.bindings import bindings
from console.ui.panes.pane import Pane
from console.ui.views.incidents import Around, Item, columns
from console.ui.widgets.suggesting import QuerySuggester, Values
from console.ui.widgets.table import RowTable

OWN = (BY_ID["incident.still-on"],)


class IncidentsPane(Pane):
    """A table of incidents. The filter field is there only while a filter is written."""

    BINDINGS = bindings(OWN, {action.id: f"screen.do('{action.id}')" for action in OWN})

    def __init__(self, around: Around, glyphs: Glyphs, values: Values) -> None:
        super().__init__(id="incidents")
        self.table: RowTable[Item, Around] = RowTable(
            columns(),
            key=lambda item: item.standing.row.id,
            context=around,
            glyphs=glyphs,
            id="incidents-table",
        )
        self.filter = Input(
            placeholder="p:1 svc:pay st:ack own:me age>30m text, - negates",
            id="filter",
            compact=True,
            suggester=QuerySuggester(values),
        )
        self.filter.cursor_blink = False
        self.filter.display = False

    def compose(self) -> ComposeResult:
        """Yield the table above the field."""
        yield self.table
        yield self.filter
