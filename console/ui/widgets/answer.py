"""A question that one key answers, with what the keys mean on its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from console.ui.text import Span, width_of
from console.ui.widgets.oneline import OneLine


class Answer(OneLine, can_focus=True):
    """``options`` are (key, value, words); ``preset`` is the value that enter takes, None: enter takes none."""

    DEFAULT_CSS = """
    Answer { background: $surface; }
    Answer:focus { background: $cursor; }
    """

    @dataclass
    class Given(Message):
        """A key has answered."""

        value: str

    def __init__(
        self,
        question: str,
        options: Sequence[tuple[str, str, str]],
        preset: str | None = None,
        *,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._question, self._options, self._preset = question, tuple(options), preset

    def on_resize(self, _event: events.Resize) -> None:
        """Show the question; where it is narrow the answers alone, so that none of their keys is cut off."""
        answers: list[Span] = []
        for key, value, words in self._options:
            chosen = " (enter)" if value == self._preset else ""
            answers += [(f"  {key}", "bold name"), (f" {words}{chosen}", "")]
        whole: list[Span] = [(f" {self._question} ", "dim"), *answers]
        fits = sum(width_of(text) for text, _ in whole) <= self.size.width
        self.say(tuple(whole if fits else answers))

    def on_key(self, event: events.Key) -> None:
        """Answer by one key."""
        typed = (event.character or "").lower()
        value = next((value for key, value, _ in self._options if key == typed), None)
        if event.key == "enter":
            value = self._preset
        elif value is None:
            return
        event.stop()
        if value is not None:
            self.post_message(self.Given(value))

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Keep letters from being bindings while the question has the focus."""
        return character is not None and character.isprintable() and key != "tab"
