"""A message in Slack's way of writing: text from outside can neither format, link nor mention."""

from __future__ import annotations

import re

from console.domain.text import multi_line, one_line
from console.ports.channels import Message
from console.sources.slack.mrkdwn import escaped

LONGEST = 3_800
"""Characters: ``chat.update`` takes 4,000 at most, mentions and marks included."""

_MOST_FACTS = 12
_EVERYBODY = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_JOINER = "\u2060"  # draws nothing, and keeps "@here" from being the word that Slack knows


def text_of(message: Message, mention: str = "") -> str:
    """Return the message as Slack wants it; ``mention`` is the id of the user who is named at its head."""
    rows = [one_line(message.title, 300)]
    if text := multi_line(message.text, LONGEST, 40):
        rows.append(text)
    facts = [(name, value) for name, value in message.card if value][:_MOST_FACTS]
    rows += [f"{one_line(name, 40)}: {one_line(value, 300)}" for name, value in facts]
    if message.state and "state" not in {name.casefold() for name, _ in facts}:
        rows.append(f"State: {one_line(message.state, 40)}")
    head = f"<@{mention}> " if mention else ""
    return head + _within(harmless("\n".join(rows)), LONGEST)


def harmless(text: str) -> str:
    """Return a text from outside that Slack shows as it is: nobody is mentioned by it."""
    return escaped(_EVERYBODY.sub(f"@{_JOINER}", text))


def _within(text: str, most: int) -> str:
    """Return a text that has been escaped, cut between two characters and not within ``&amp;``."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    begun = kept.rfind("&")
    if begun >= 0 and ";" not in kept[begun:]:
        kept = kept[:begun]
    return f"{kept}…"
