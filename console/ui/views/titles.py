"""Titles of the panes, and the words below the list."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.human import count
from console.domain.look import Look
from console.domain.sorting import MEANINGS, Sort
from console.ui.text import width_of

TitlePart = tuple[str, bool]
"""A word of a title, and whether it is the one shown now."""

NUMBERS = {"incidents": 1, "timeline": 2, "runbook": 3, "roster": 4, "clocks": 5}


def pane_name(pane: str) -> str:
    """Return ``3 Runbook``."""
    return f"{NUMBERS[pane]} {pane.capitalize()}"


def timeline_title(
    tab: str, alerts: int, links: int, tracks: int = 0, *, shown: bool = True
) -> list[TitlePart]:
    """Return the title of the timeline pane with its tabs; the one for tracks where there are any or it is shown."""
    words = {
        "timeline": pane_name("timeline"),
        "alerts": f"Alerts {alerts}" if alerts else "Alerts",
        "tracks": f"Tracks {tracks}" if tracks else "Tracks",
        "links": f"Links {links}" if links else "Links",
    }
    if not tracks and tab != "tracks":
        del words["tracks"]
    return [(word, shown and name == tab) for name, word in words.items()]


def lower_title(shown: str, order: tuple[str, ...], tabs: list[TitlePart]) -> list[TitlePart]:
    """Return the title of the place that several panes share; the timeline's tabs unfold while it is shown."""
    parts: list[TitlePart] = []
    for pane in order:
        if pane == "timeline" and shown == "timeline":
            parts += tabs
        else:
            parts.append((pane_name(pane), pane == shown))
    return parts


def fitted(parts: Sequence[TitlePart], width: int) -> list[TitlePart]:
    """Return a title in at most ``width`` cells: else other panes by their numbers, at last what is shown alone.

    A width of nothing is not known yet.
    """
    for shorter in (parts, [_number(*part) for part in parts]):
        if width <= 0 or sum(width_of(word) + len(" · ") for word, _ in shorter) - len(" · ") <= width:
            return list(shorter)
    return [part for part in parts if part[1]]


def _number(word: str, shown: bool) -> TitlePart:  # noqa: FBT001 - the two halves of a part
    return (word, shown) if shown or not word[0].isdigit() else (word[0], shown)


def list_words(  # noqa: PLR0913 - one argument a word
    look: Look, shown: int, hidden: int, marked: int, filter_key: str, *, as_of: str = ""
) -> str:
    """Return the words below the list; what is hidden is always said (peer bug B24).

    ``filter_key`` is the key to filter with; ``as_of`` is how old the list is, while the store is away.
    """
    parts = [as_of] if as_of else []
    parts += [count(marked, "marked row")] if marked else []
    if look.plain:
        parts += [look.words] if look.words else []
        parts += [f"{shown} open", MEANINGS[look.sort], f"{filter_key} filter"]
    else:
        parts += [look.words, f"{shown} shown", f"{hidden} hidden by filter"]
        parts += [MEANINGS[look.sort]] if look.sort is not Sort.URGENCY and not look.forgotten else []
    return " · ".join(parts)
