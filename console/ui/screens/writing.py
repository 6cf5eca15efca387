"""Dialogs that are written in: a note, one line, a new incident. What was written is never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, TextArea

from console.domain.commands import Open
from console.domain.priority import Priority
from console.domain.vocabulary import ReporterKind
from console.ui.screens.dialog import Dialog
from console.ui.text import Spans
from console.ui.widgets.choice import Choice
from console.ui.widgets.oneline import OneLine
from console.ui.widgets.said import Said


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and whether it is to be saved now or kept as a draft."""

    text: str
    save: bool


class NoteDialog(Dialog[Written]):
    """Several lines. F2 or ctrl+enter saves, escape keeps them as a draft."""

    def __init__(self, title: str, draft: Mapping[str, str], there: Sequence[Spans] = ()) -> None:
        super().__init__(title)
        self._draft = draft.get("text", "")
        self._there = there

    def answers(self) -> Sequence[tuple[str, str]]:
        """Save, or keep as a draft."""
        return (("dialog.save", "save"), ("dialog.cancel", "keep as a draft"))

    def body(self) -> ComposeResult:
        """Yield the text, under where else it is going to stand."""
        if self._there:
            yield Said(self._there, classes="dialog-said")
        yield TextArea(self._draft, id="dialog-text", classes="-tall", tab_behavior="focus")

    def on_mount(self) -> None:
        """Go on writing where the draft ended."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def fields(self) -> dict[str, str]:
        """Return what is written now, as a draft keeps it."""
        return {"text": self.query_one(TextArea).text}

    def accept(self) -> None:
        """Close with the text, unless there is none."""
        text = self.query_one(TextArea).text
        if text.strip():
            self.dismiss(Written(text, save=True))

    def cancel(self) -> None:
        """Close and keep the text."""
        self.dismiss(Written(self.query_one(TextArea).text, save=False))


class AskLine(Dialog[str]):
    """One line. ``check`` returns what is wrong with it, or an empty string; an ``optional`` one may stay empty."""

    def __init__(
        self, title: str, ask: str, check: Callable[[str], str], value: str = "", *, optional: bool = False
    ) -> None:
        super().__init__(title)
        self._optional = optional
        self._ask = ask
        self._check = check
        self._value = value

    def answers(self) -> Sequence[tuple[str, str]]:
        """Enter takes it."""
        return (("dialog.save", "take it"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield the field and a line for what is wrong."""
        yield Input(self._value, placeholder=self._ask, id="dialog-input")
        yield OneLine(id="dialog-wrong")

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()
        self.query_one("#dialog-wrong", OneLine).say(((self._ask, "dim"),))

    def on_input_submitted(self) -> None:
        """Take the line."""
        self.accept()

    def accept(self) -> None:
        """Close with the line if nothing is wrong with it."""
        value = self.query_one(Input).value.strip()
        empty = "" if self._optional else "write something, or press escape"
        wrong = self._check(value) if value else empty
        if wrong:
            self.query_one("#dialog-wrong", OneLine).say(((wrong, "clock-late"),))
        else:
            self.dismiss(value)


class NewIncident(Dialog[Open]):
    """A report by a person: a client, the team, QA … (Eshopbox's reporters)."""

    def __init__(self, services: Sequence[str], draft: Open | None = None) -> None:
        super().__init__("New incident")
        self._services = tuple(services)
        self._draft = draft or Open("", "")

    def answers(self) -> Sequence[tuple[str, str]]:
        """Open it or go back."""
        return (("dialog.save", "open it"), ("dialog.cancel", "back"))

    def body(self) -> ComposeResult:
        """Yield the fields."""
        draft = self._draft
        yield Input(draft.title, placeholder="what is wrong, in one line", id="new-title")
        yield Input(
            draft.service,
            placeholder=f"service: {' '.join(self._services[:4])} …" if self._services else "service",
            suggester=SuggestFromList(self._services, case_sensitive=False),
            id="new-service",
        )
        yield Choice("priority", (("", "P?"), *((p.label, p.label) for p in Priority)), id="new-priority")
        yield Choice("reported by", tuple((k.value, k.value) for k in ReporterKind if k is not ReporterKind.MONITORING), id="new-kind")  # fmt: skip
        yield Input(draft.reported_by, placeholder="who reported it (may stay empty)", id="new-by")
        yield TextArea(draft.body, id="dialog-text", tab_behavior="focus", placeholder="details")
        yield OneLine(id="dialog-wrong")

    def on_mount(self) -> None:
        """Write the title first; take up a draft."""
        if self._draft.priority:
            self.query_one("#new-priority", Choice).choose(self._draft.priority.label)
        self.query_one("#new-kind", Choice).choose(self._draft.reporter.value)
        self.query_one("#new-title").focus()

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def on_choice_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def _value(self, field: str) -> str:
        return self.query_one(field, Input).value.strip()

    def accept(self) -> None:
        """Close with the command; a title and a service are needed."""
        title, service = self._value("#new-title"), self._value("#new-service")
        for field, value, word in (("#new-title", title, "a title"), ("#new-service", service, "a service")):
            if not value:
                self.query_one("#dialog-wrong", OneLine).say(((f"{word} is needed", "clock-late"),))
                self.query_one(field, Widget).focus()
                return
        chosen = self.query_one("#new-priority", Choice).value
        self.dismiss(
            Open(
                title=title,
                service=service,
                priority=Priority[chosen] if chosen else None,
                reporter=ReporterKind(self.query_one("#new-kind", Choice).value),
                reported_by=self._value("#new-by"),
                body=self.query_one(TextArea).text.strip(),
            )
        )
