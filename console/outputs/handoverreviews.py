"""The handover's part about reviews that are owed and action items that are open."""

from __future__ import annotations

from collections.abc import Iterator

from console.outputs.sheet import Sheet


def reviews(sheet: Sheet) -> Iterator[str]:
    """Yield a line for each, the most pressing first."""
    for one in sheet.of.reviews:
        told = ", ".join(filter(None, (sheet.m.text(one.owner) or "nobody", one.due)))
        yield f"{one.incident} {sheet.m.text(one.what, 200)} ({told})"
