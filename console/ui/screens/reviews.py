"""Which reviews and action items are owed, over the whole screen; reads, begins and edits them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual.app import ComposeResult

from console.domain.review.board import ReviewBoard
from console.errors import OncallError
from console.ui.keys.actions import NOTHING_WRITTEN, REVIEWS, WRITING
from console.ui.keys.bindings import bindings
from console.ui.screens.dialog import Dialog
from console.ui.session import Session
from console.ui.text import Spans, wrap_spans
from console.ui.views.reviews import board_lines
from console.ui.widgets.lines import LinesView
from console.ui.work import begin

READ = "reviews.read"


class ReviewsScreen(Dialog[tuple[str, str]]):
    """Returns (the action's id, the incident), or None. ``at`` is the incident to begin at."""

    FULL = True
    OWN = REVIEWS
    BINDINGS = bindings(REVIEWS, {action.id: f"review('{action.id}')" for action in REVIEWS})

    def __init__(self, session: Session, read: Callable[[], Awaitable[ReviewBoard]], at: str = "") -> None:
        super().__init__("reviews and action items that are owed")
        self._session = session
        self._read = read
        self._at = at
        self._said = "reading …"
        self._board: ReviewBoard | None = None

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return what can be done; writing only where that is allowed."""
        writes = not self._session.readonly
        return (
            (READ, "read"),
            ("reviews.draft", "begin" if writes else ""),
            ("reviews.edit", "$EDITOR" if writes else ""),
            ("reviews.move", "move" if writes else ""),
            ("dialog.help", "help"),
            ("dialog.cancel", "back"),
        )

    def body(self) -> ComposeResult:
        """Yield the list."""
        yield LinesView(glyphs=self._session.settings.glyphs, id="dialog-lines")

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.query_one(LinesView).focus()
        begin(self, self._load, name="reading what is owed", group="reviews")

    async def _load(self) -> None:
        try:
            self._board = await self._read()
        except OncallError as error:
            self._said = f"not known which reviews are owed: {error}"
        self._draw()
        if self._at:
            self.query_one(LinesView).move_to(self._at)

    def on_lines_view_width_changed(self, _message: LinesView.WidthChanged) -> None:
        """Make the lines for the width."""
        self._draw()

    def _draw(self) -> None:
        view = self.query_one(LinesView)
        if not view.is_mounted or not view.size.width:
            return
        if self._board is None:
            lines: list[Spans] = wrap_spans(((self._said, "dim"),), view.text_width)
            view.set_lines(lines, [None] * len(lines))
            return
        keyed = board_lines(self._board, self._session.policy, view.text_width)
        view.set_lines([line for line, _ in keyed], [key for _, key in keyed])

    def on_lines_view_selected(self, message: LinesView.Selected) -> None:
        """Read the review under the cursor."""
        self._ask(READ, message.key)

    def action_review(self, name: str) -> None:
        """Close with what is to be done, where it can be."""
        if name in WRITING and self._session.readonly:
            self.notify(NOTHING_WRITTEN, severity="warning", markup=False)
        else:
            self._ask(name, self.query_one(LinesView).painted_key_at_cursor())

    def _ask(self, name: str, incident: str | None) -> None:
        if incident:
            self.dismiss((name, incident))
        else:
            self.notify("go to an incident first", markup=False)
