"""A document over the whole screen, to scroll through."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from console.ui.panes.views import Make
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans, wrap_spans
from console.ui.widgets.lines import LinesView


def document(text: str) -> list[Spans]:
    """Return a Markdown text as lines with its headings, code and lists told apart; nothing is interpreted."""
    lines: list[Spans] = []
    fenced = False
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            fenced = not fenced
            lines.append(((line, "faint"),))
        elif fenced or (line.startswith("    ") and bare):
            lines.append(((line, "command"),))
        elif bare.startswith("#"):
            lines.append(((line, "bold title"),))
        elif bare.startswith((">", "|")):
            lines.append(((line, "dim"),))
        else:
            lines.append(((line, ""),))
    return lines


class Reader(Dialog[str]):
    """Shows a Markdown text, or lines made for the width there is; ``live`` ones are made anew every second.

    ``at`` is the heading at which it begins to be read.
    """

    FULL = True

    def __init__(self, title: str, what: str | Make, *, live: bool = False, at: str = "") -> None:
        super().__init__(title)
        self._make: Make = what if callable(what) else _wrapped(document(what))
        self._live = live
        self._at = at

    def answers(self) -> Sequence[tuple[str, str]]:
        """Escape goes back."""
        return (("dialog.cancel", "back"),)

    def body(self) -> ComposeResult:
        """Yield the document."""
        yield LinesView(id="dialog-lines")

    def on_mount(self) -> None:
        """Scroll at once, and follow what is live."""
        self.query_one(LinesView).focus()
        if self._live:
            self.set_interval(1.0, self.again)

    def on_lines_view_width_changed(self, _message: LinesView.WidthChanged) -> None:
        """Make the lines for the width."""
        self.again()

    def again(self) -> None:
        """Make the lines as they are now; how far one has scrolled stays."""
        view = self.query_one(LinesView)
        if view.size.width:
            lines = self._make(view.text_width)
            view.set_lines(lines)
            if self._at:
                view.scroll_by(_line_of(self._at, lines))
                self._at = ""


def _line_of(heading: str, lines: Sequence[Spans]) -> int:
    """Return the line of a heading, 0 where it is not found: the document begins at its beginning."""
    plain = ["".join(text for text, _ in line).strip("# ") for line in lines]
    return plain.index(heading) if heading in plain else 0


def _wrapped(lines: list[Spans]) -> Make:
    return lambda width: [piece for line in lines for piece in wrap_spans(line, width)]
