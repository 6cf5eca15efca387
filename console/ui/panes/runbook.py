"""The runbook pane: the steps of the incident's runbook, and which one a key is meant for."""

from __future__ import annotations

from console.domain.policy import Policy
from console.domain.runbook import Step
from console.domain.snapshot import Detail
from console.ui.keys.actions import RUNBOOK
from console.ui.keys.bindings import bindings
from console.ui.keys.shownkeys import shown_key
from console.ui.panes.views import ViewPane
from console.ui.views.frame import Frame
from console.ui.views.runbook import RunbookKeys, first_to_do, runbook_view
from console.ui.widgets.lines import LinesView


class Steps(LinesView):
    """The steps; enter reads the whole document, also where there are none."""

    def action_open(self) -> None:
        """Read the document."""
        self.call_later(self.run_action, "screen.do('runbook.read')")


class RunbookPane(ViewPane):
    """Shows one incident's runbook; the line cursor goes from step to step."""

    VIEW = Steps

    BINDINGS = bindings(RUNBOOK, {action.id: f"screen.do('{action.id}')" for action in RUNBOOK})

    detail: Detail | None = None
    """What is shown; None while nothing is."""
    _placed_for = ""

    def say_detail(self, detail: Detail, policy: Policy, frame: Frame) -> None:
        """Show the runbook of an incident."""
        self.detail = detail
        self._policy, self._frame = policy, frame
        self.again()

    def say_nothing(self) -> None:
        """Show nothing: another incident's runbook must not stand beside this one."""
        self.detail = None
        self._placed_for = ""
        self.lines.set_lines(())

    def again(self, *, top: bool = False) -> None:
        """Make the lines anew; the first time for an incident, go to the step to do next."""
        detail = self.detail
        if detail is None or not self.display or not self.lines.size.width:
            return
        here = first_to_do(detail)
        keys_shown = RunbookKeys(
            *(shown_key(self.app, name) for name in ("runbook.copy", "runbook.read", "link.open"))
        )
        view = runbook_view(detail, self._policy, self._frame, self.lines.text_width, keys_shown)
        name = detail.incident.id
        keys = [f"{name}/{step}" if step else None for step in view.steps]
        fresh = self._placed_for != name
        self.lines.set_lines(view.lines, keys, top=top or fresh)
        if fresh:
            self._placed_for = name
            self.lines.move_to(f"{name}/{here}")

    def go_on(self, after: int) -> None:
        """Move to the step behind this one."""
        if self.detail is not None:
            self.lines.move_to(f"{self.detail.incident.id}/{after + 1}")

    def painted_step(self) -> tuple[Detail, Step] | None:
        """Return the step that was painted under the cursor, with its incident; None where none was."""
        detail, key = self.detail, self.lines.painted_key_at_cursor()
        if detail is None or detail.runbook is None or not key:
            return None
        incident, _, n = key.rpartition("/")
        if incident != detail.incident.id:
            return None
        step = next((step for step in detail.runbook.steps if step.n == int(n)), None)
        return (detail, step) if step else None
