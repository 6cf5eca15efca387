"""The dialog of resolving: what it was, its cause, and then by one key whether the runbook sufficed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input, TextArea

from console.domain.commands import Resolve
from console.domain.vocabulary import Sufficed
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans
from console.ui.widgets.answer import Answer
from console.ui.widgets.said import Said

CAUSES = ("deploy", "config", "capacity", "dependency", "vendor", "data", "tech-ops", "noise", "unknown")
"""Suggested cause tags; anything may be written (Qoala counts how many issues are tech-ops)."""

_ANSWERS = (
    ("y", Sufficed.YES, "yes"),
    ("w", Sufficed.NO, "wrong steps"),
    ("n", Sufficed.NO_RUNBOOK, "none"),
)


class ResolveDialog(Dialog[Resolve]):
    """Saving goes on to the question, which one key answers (Eshopbox asks it in every handover).

    ``preset`` is the answer that enter takes. For several incidents at once it is not asked: ``asks`` is False.
    Escape in the question goes back to the note.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[Spans],
        draft: Mapping[str, str],
        *,
        asks: bool = True,
        preset: Sufficed | None = None,
    ) -> None:
        super().__init__(title)
        self._lines = lines
        self._draft = draft
        self._asks, self._preset = asks, preset

    def answers(self) -> Sequence[tuple[str, str]]:
        """Resolve or go back."""
        return (("dialog.save", "resolve"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield what there is to know first, the fields, and the question."""
        if self._lines:
            yield Said(self._lines, classes="dialog-said")
        yield TextArea(
            self._draft.get("note", ""),
            id="dialog-text",
            tab_behavior="focus",
            placeholder="what it was, what fixed it",
        )
        yield Input(
            self._draft.get("cause", ""),
            placeholder=f"cause: {' '.join(CAUSES[:5])} …",
            suggester=SuggestFromList(CAUSES, case_sensitive=False),
            id="dialog-input",
        )
        if self._asks:
            yield Answer("did the runbook suffice?", _ANSWERS, self._preset, id="dialog-sufficed")

    def on_mount(self) -> None:
        """Write the note first."""
        self.query_one(TextArea).focus()

    def on_input_submitted(self) -> None:
        """Enter in the last field is done with writing."""
        self.accept()

    def on_answer_given(self, message: Answer.Given) -> None:
        """Resolve with the answer."""
        self.dismiss(replace(self.written, sufficed=Sufficed(message.value)))

    def fields(self) -> dict[str, str]:
        """Return what is written now, as a draft keeps it."""
        return {"note": self.written.note, "cause": self.written.cause}

    @property
    def written(self) -> Resolve:
        """What stands in the fields now."""
        return Resolve(note=self.query_one(TextArea).text.strip(), cause=self.query_one(Input).value.strip())

    def accept(self) -> None:
        """Go on to the question; without one, close with the command."""
        if self._asks:
            self.query_one(Answer).focus()
        else:
            self.dismiss(self.written)

    def cancel(self) -> None:
        """Go back from the question to the note, and from the note to where it was opened."""
        if self._asks and self.query_one(Answer).has_focus:
            self.query_one(TextArea).focus()
        else:
            self.dismiss(None)
