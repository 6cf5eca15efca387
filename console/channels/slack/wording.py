"""A message in Slack's way of writing: text from outside can neither format, link nor mention."""

from __future__ import annotations

from console.channels.base.texts import body_lines, unmentioned
from console.domain.text import one_line
from console.ports.channels import Message
from console.sources.slack.mrkdwn import escaped

LONGEST = 3_800
"""Characters: ``chat.update`` takes 4,000 at most, mentions and marks included."""


def text_of(message: Message, mention: str = "") -> str:
    """Return the message as Slack wants it; ``mention`` is the id of the user who is named at its head."""
    rows = [one_line(message.title, 300), *body_lines(message, LONGEST)]
    head = f"<@{mention}> " if mention else ""
    return head + _within(harmless("\n".join(rows)), LONGEST)


def harmless(text: str) -> str:
    """Return a text from outside that Slack shows as it is: nobody is mentioned by it."""
    return escaped(unmentioned(text))


def _within(text: str, most: int) -> str:
    """Return a text that has been escaped, cut between two characters and not within ``&amp;``."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    begun = kept.rfind("&")
    if begun >= 0 and ";" not in kept[begun:]:
        kept = kept[:begun]
    return f"{kept}…"
