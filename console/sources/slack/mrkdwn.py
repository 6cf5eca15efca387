"""Slack's way of writing messages, as plain text and back."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ENTITY = re.compile(r"<([^<>\s][^<>]{0,3000})>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})")
_MOST_MENTIONS = 5


def plain(text: str, names: Mapping[str, str]) -> str:
    """Return what a reader sees; ``names`` by user id, for mentions."""
    if "<" in text:
        text = _ENTITY.sub(lambda found: _shown(found[1], names), text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def escaped(text: str) -> str:
    """Return a text that Slack shows as it is; nobody is mentioned by it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentioned(text: str) -> list[str]:
    """Return the ids of the first few users that a message mentions."""
    return list(dict.fromkeys(_MENTION.findall(text)))[:_MOST_MENTIONS] if "<" in text else []


def _shown(entity: str, names: Mapping[str, str]) -> str:
    target, _, label = entity.partition("|")
    match target[:1]:
        case "@":
            return f"@{label or names.get(target[1:]) or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":  # <!here>, <!subteam^S1|@payments>, <!date^1767603600^{date}|5 January>
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            address = target.removeprefix("mailto:")
            return f"{label} ({address})" if label and label != address else address
