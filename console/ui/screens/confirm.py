"""Asking for a yes: what will happen, to whom, and the keys for yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual.app import ComposeResult
from textual.geometry import Size

from console.ui.screens.dialog import Dialog
from console.ui.text import Spans, wrap_spans
from console.ui.widgets.lines import LinesView


class _Lines(LinesView):
    """Lines that scroll and are as high as they need to be; enter is the dialog's."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines at this width."""
        del container, viewport
        return sum(len(wrap_spans(line, max(1, width - 1))) for line in self.told)

    told: tuple[Spans, ...] = ()

    def action_open(self) -> None:
        """Say yes."""
        cast("Confirm", self.screen).dismiss(result=True)


class Confirm(Dialog[bool]):
    """Shows lines and returns True for yes; going away is no."""

    def __init__(self, title: str, lines: Sequence[Spans], yes: str = "yes") -> None:
        super().__init__(title)
        self._lines = list(lines)
        self._yes = yes

    def answers(self) -> Sequence[tuple[str, str]]:
        """Yes and no."""
        return (
            ("dialog.confirm", self._yes),
            ("dialog.cancel", "back"),
            ("dialog.yes", ""),
            ("dialog.no", ""),
        )

    def body(self) -> ComposeResult:
        """Yield the lines; they scroll where they do not fit."""
        view = _Lines(self._lines, wrap=True, id="dialog-lines")
        view.told = tuple(self._lines)
        yield view

    def action_key(self, name: str) -> None:
        """Take a yes or a no."""
        self.dismiss(name in {"dialog.confirm", "dialog.yes"})
