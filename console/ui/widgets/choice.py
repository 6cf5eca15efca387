"""A choice of a few words on one line: left and right, or a word's first letter."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from console.ui.text import Span
from console.ui.widgets.oneline import OneLine


class Choice(OneLine, can_focus=True):
    """One of several values. ``options`` are (value, word) pairs; the first is chosen at the start."""

    DEFAULT_CSS = """
    Choice { background: $surface; }
    Choice:focus { background: $cursor; }
    """

    class Changed(Message):
        """Another one was chosen by a key."""

    class Submitted(Message):
        """Enter was pressed here."""

    def __init__(self, label: str, options: Sequence[tuple[str, str]], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._label = label
        self._options = tuple(options)
        self._at = 0

    @property
    def value(self) -> str:
        """The value chosen."""
        return self._options[self._at][0]

    def on_mount(self) -> None:
        """Show the options."""
        self._show()

    def choose(self, value: str) -> None:
        """Choose a value; one that is not offered changes nothing."""
        values = [one for one, _ in self._options]
        if value in values:
            self._at = values.index(value)
            self._show()

    def on_key(self, event: events.Key) -> None:
        """Choose by arrow, space or letter."""
        if event.key == "enter":
            self.post_message(self.Submitted())
        elif event.key in {"right", "space"}:
            self._at = (self._at + 1) % len(self._options)
        elif event.key == "left":
            self._at = (self._at - 1) % len(self._options)
        else:
            letter = (event.character or "").lower()
            places = [
                n for n, (_, word) in enumerate(self._options) if letter and word.lower().startswith(letter)
            ]
            if not places:
                return
            self._at = next((n for n in places if n > self._at), places[0])
        event.stop()
        self._show()
        self.post_message(self.Changed())

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Keep letters from being bindings while the choice has the focus."""
        return character is not None and character.isprintable() and key != "tab"

    def _show(self) -> None:
        spans: list[Span] = [(f" {self._label}  ", "dim")]
        for n, (_, word) in enumerate(self._options):
            chosen = n == self._at
            spans.append((f"[{word}]" if chosen else f" {word} ", "bold name" if chosen else "dim"))
        self.say(tuple(spans))
