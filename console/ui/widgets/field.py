"""A field of one line with its name before it, so that it is known what a filled one means."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widgets import Input

from console.ui.widgets.oneline import OneLine

LABEL = 9
"""Cells of the name."""


class Field(Horizontal):
    """``value`` is what is written in it."""

    DEFAULT_CSS = f"""
    Field {{ height: 1; }}
    Field OneLine {{ width: {LABEL}; margin: 0 0 0 2; }}
    Field Input {{ width: 1fr; }}
    """

    def __init__(
        self,
        label: str,
        value: str,
        placeholder: str,
        *,
        id: str,  # noqa: A002 - Textual's name
        offer: tuple[str, ...] = (),
    ) -> None:
        super().__init__(id=id)
        self._label = label
        suggester = SuggestFromList(offer, case_sensitive=False) if offer else None
        self.input = Input(value, placeholder=placeholder, suggester=suggester)

    @property
    def value(self) -> str:
        """What is written, without blanks around it."""
        return self.input.value.strip()

    def compose(self) -> ComposeResult:
        """Yield the name and the field."""
        yield OneLine()
        yield self.input

    def on_mount(self) -> None:
        """Show the name."""
        self.query_one(OneLine).say(((self._label, "dim"),))
