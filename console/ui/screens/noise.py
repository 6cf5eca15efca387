"""The tuning list over the whole screen: rules with their suggestions, and the episodes of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual.app import ComposeResult

from console.domain.noise.tuning import Noise, RuleNoise
from console.errors import OncallError
from console.ui.screens.dialog import Dialog
from console.ui.session import Session
from console.ui.text import Spans, wrap_spans
from console.ui.views.noise import episode_lines, rule_key, tuning_lines
from console.ui.widgets.lines import LinesView
from console.ui.work import begin


class NoiseScreen(Dialog[None]):
    """Counts once, when it is opened. Enter shows what a rule did, escape goes back."""

    FULL = True

    def __init__(
        self, session: Session, count: Callable[[], Awaitable[Noise]], copy: Callable[[str, str], None]
    ) -> None:
        super().__init__("rules to tune, the last four weeks")
        self._session = session
        self._count = count
        self._copy = copy
        self._said = "counting …"
        self._noise: Noise | None = None
        self._shown: RuleNoise | None = None

    def answers(self) -> Sequence[tuple[str, str]]:
        """Copy, or go back."""
        back = "back to the list" if self._shown else "back"
        return (("dialog.copy", "copy suggestion" if self._noise else ""), ("dialog.cancel", back))

    def body(self) -> ComposeResult:
        """Yield the list."""
        yield LinesView(glyphs=self._session.settings.glyphs, id="dialog-lines")

    def on_mount(self) -> None:
        """Begin to count."""
        super().on_mount()
        self.query_one(LinesView).focus()
        begin(self, self._load, name="counting noise", group="noise")

    async def _load(self) -> None:
        try:
            self._noise = await self._count()
        except OncallError as error:
            self._said = f"not counted: {error}"
        self._draw()

    def on_lines_view_width_changed(self, _message: LinesView.WidthChanged) -> None:
        """Make the lines for the width."""
        self._draw()

    def _draw(self, *, top: bool = False) -> None:
        view = self.query_one(LinesView)
        if not view.is_mounted or not view.size.width:
            return
        frame, policy, width = self._session.frame, self._session.policy, view.text_width
        if self._noise is None:
            lines: list[Spans] = wrap_spans(((self._said, "dim"),), width)
            keys: list[str | None] = [None] * len(lines)
        elif self._shown is None:
            keyed = tuning_lines(self._noise, policy, frame, width)
            lines, keys = [line for line, _ in keyed], [key for _, key in keyed]
        else:
            lines = episode_lines(self._shown, policy, frame, width)
            keys = [None] * len(lines)
        view.set_lines(lines, keys, top=top)
        self._fit()

    def on_lines_view_selected(self, message: LinesView.Selected) -> None:
        """Show what a rule did."""
        self._shown = self._rule(message.key)
        self._draw(top=True)

    def _rule(self, key: str | None) -> RuleNoise | None:
        rules = self._noise.rules if self._noise else ()
        return next((one for one in rules if rule_key(one) == key), None)

    def action_key(self, name: str) -> None:
        """Copy stays here; back goes to the list first."""
        if name != "dialog.copy":
            super().action_key(name)
            return
        one = self._shown or self._rule(self.query_one(LinesView).painted_key_at_cursor())
        if one is None:
            self.notify("go to a rule first", markup=False)
            return
        from console.outputs.noise import suggestion  # noqa: PLC0415 - only where it is copied

        self._copy(suggestion(one), one.advice.text)

    def cancel(self) -> None:
        """Go back to the list, then close."""
        if self._shown is None:
            self.dismiss(None)
            return
        key, self._shown = rule_key(self._shown), None
        self._draw()
        self.query_one(LinesView).move_to(key)
