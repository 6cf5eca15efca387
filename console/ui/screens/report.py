"""A report over the whole screen: a quarter of weeks, and the quarters before it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from textual.app import ComposeResult

from console.domain.reports.report import MOST_WEEKS, QUARTER, Report, Scope, weeks_of, zone_of
from console.domain.reports.weeks import week_after
from console.errors import OncallError
from console.outputs.reports.bars import ASCII, BLOCKS
from console.outputs.reports.text import definition_lines, to_lines
from console.ui.keys.bindings import bindings
from console.ui.keys.reportkeys import REPORT
from console.ui.keys.shownkeys import keymap_of
from console.ui.screens.dialog import Dialog
from console.ui.screens.help import action_lines
from console.ui.screens.reader import Reader
from console.ui.session import Session
from console.ui.text import Spans, wrap_spans
from console.ui.widgets.lines import LinesView
from console.ui.work import begin


class ReportScreen(Dialog[None]):
    """Reads a quarter at a time; left and right go through the quarters."""

    FULL = True
    OWN = REPORT
    BINDINGS = bindings(REPORT, {action.id: f"report('{action.id}')" for action in REPORT})

    def __init__(self, session: Session, read: Callable[[Scope], Awaitable[Report]]) -> None:
        super().__init__("report, week by week")
        self._session = session
        self._read = read
        self._scope = Scope()
        self._said = "counting …"
        self._report: Report | None = None

    def answers(self) -> Sequence[tuple[str, str]]:
        """Go through the quarters, read what the numbers mean, or go back."""
        return (
            ("report.earlier", "a quarter back"),
            ("report.later", "a quarter on" if self._scope.until else ""),
            ("dialog.help", "what it means"),
            ("dialog.cancel", "back"),
        )

    def body(self) -> ComposeResult:
        """Yield the report."""
        yield LinesView(glyphs=self._session.settings.glyphs, id="dialog-lines")

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.query_one(LinesView).focus()
        begin(self, self._load, name="reading a report", group="report")

    def on_lines_view_width_changed(self, _message: LinesView.WidthChanged) -> None:
        """Make the lines for the width."""
        self._draw()

    async def _load(self) -> None:
        scope = self._scope
        found: Report | None
        try:
            found = await self._read(scope)
        except OncallError as error:
            found, self._said = None, f"not counted: {error}"
        if scope != self._scope:
            return  # another quarter was asked for meanwhile
        self._report = found
        self._draw(top=True)
        self._fit()

    def _draw(self, *, top: bool = False) -> None:
        view = self.query_one(LinesView)
        if not view.is_mounted or not view.size.width:
            return
        if self._report is None:
            view.set_lines(wrap_spans(((self._said, "dim"),), view.text_width), top=top)
            return
        signs = ASCII if self._session.settings.glyphs.ascii_only else BLOCKS
        lines: list[Spans] = []
        for line in to_lines(self._report, self._session.policy, signs, view.text_width):
            heading = bool(line) and not line.startswith(" ")
            lines += wrap_spans(((line, "title bold" if heading and not lines else ""),), view.text_width, 4)
        view.set_lines(lines, top=top)

    def action_report(self, name: str) -> None:
        """Go a quarter back or on."""
        now, policy = self._session.now, self._session.policy
        weeks = weeks_of(self._scope, now, policy)  # of what was asked for, also while it is being read
        if name == "report.earlier":
            until = weeks[0].start
            if (now - until).days // 7 > MOST_WEEKS:
                return
            self._scope = replace(self._scope, until=until)
        elif self._scope.until is not None:
            until = week_after(weeks[-1], QUARTER, zone_of(self._scope, policy)).end
            self._scope = replace(self._scope, until=until if until < now else None)
        begin(self, self._load, name="reading a report", group="report")

    def _help(self) -> None:
        keymap = keymap_of(self.app)

        def lines(width: int) -> list[Spans]:
            told = action_lines(self.OWN, keymap, width)
            told.append(())
            for line in definition_lines():
                told += wrap_spans(((line, ""),), width, 2)
            return told

        self.app.push_screen(Reader(f"what it means: {self._title}", lines))
