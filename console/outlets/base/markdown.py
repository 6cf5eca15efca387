"""The page of the file outlet as Markdown: what was written by people stays text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.outputs.markup import document, heading, lines, section, text


def markdown(page: dict[str, Any]) -> str:
    """Return the page; the newest incident and the newest update come first."""
    rows = [f"As of {text(str(page.get('updated_at')))}"]
    for incident in page["incidents"]:
        rows += section(_plain(incident, "title"), _updates(incident))
    return document("Status", rows)


def _updates(incident: dict[str, Any]) -> Iterator[str]:
    updates = incident.get("updates")
    for update in reversed(updates if isinstance(updates, list) else []):
        if isinstance(update, dict):
            yield from heading(f"{_plain(update, 'stage')}, {_plain(update, 'at')}")
            yield from (lines(str(update.get("text", ""))), "")


def _plain(table: dict[str, Any], key: str) -> str:
    return text(str(table.get(key) or "not known"), 300)
