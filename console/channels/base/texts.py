"""The plain text of a message, as channels without a form of their own show it."""

from __future__ import annotations

import re

from console.domain.text import multi_line, one_line
from console.ports.channels import Message

_EVERYBODY = re.compile(r"@(?=(?:channel|here|everyone|group|all|room)\b)", re.IGNORECASE)
_JOINER = "\u2060"  # draws nothing, and keeps "@here" from being a word that products know


def unmentioned(text: str) -> str:
    """Return a text in which nobody is called by ``@here`` and its like."""
    return _EVERYBODY.sub(f"@{_JOINER}", text)


def body_lines(message: Message, most: int = 20_000) -> list[str]:
    """Return the text and then the facts, one on a line; how the incident stands is the last."""
    rows = [text] if (text := multi_line(message.text, most)) else []
    rows += [f"{one_line(name, 40)}: {one_line(value, 300)}" for name, value in message.card if value]
    if message.state and "state" not in {name.casefold() for name, _ in message.card}:
        rows.append(f"State: {one_line(message.state, 40)}")
    return rows
