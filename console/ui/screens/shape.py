"""Which panes are seen, for a size, a focus and a zoom. Pure; the screen only obeys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

WIDE_FROM = (110, 30)
"""Columns and rows from which all panes stand side by side."""
TWO_FROM = (50, 16)
"""Columns and rows from which two panes stand one above the other."""
BROAD_FROM = 150
"""Columns from which the right-hand panes get more room."""

PANES = ("incidents", "timeline", "runbook", "roster", "clocks")
"""In the order of their numbers."""
LOWER = ("runbook", "timeline", "roster", "clocks")
"""The panes that share one place where there is no room for all, in the order of their tabs."""
TABS = ("timeline", "alerts", "tracks", "links")
"""What the timeline pane shows, one at a time."""


class Mode(StrEnum):
    """How much is seen at once."""

    WIDE = "wide"
    NARROW = "narrow"
    TINY = "tiny"


def mode_of(width: int, height: int) -> Mode:
    """Return how much a size has room for."""
    if width >= WIDE_FROM[0] and height >= WIDE_FROM[1]:
        return Mode.WIDE
    return Mode.NARROW if width >= TWO_FROM[0] and height >= TWO_FROM[1] else Mode.TINY


@dataclass(frozen=True, slots=True)
class Shape:
    """What is seen. ``lower`` is the pane in the shared place, ``tab`` what the timeline pane shows."""

    mode: Mode = Mode.WIDE
    focus: str = "incidents"
    lower: str = "runbook"
    tab: str = "timeline"
    zoomed: bool = False

    @property
    def visible(self) -> frozenset[str]:
        """The panes that are on the screen."""
        if self.zoomed or self.mode is Mode.TINY:
            return frozenset({self.focus})
        if self.mode is Mode.NARROW:
            return frozenset({"incidents", self.lower})
        return frozenset(PANES)

    def focused(self, pane: str) -> Shape:
        """Return the shape with the focus in a pane, which is then on the screen."""
        return replace(self, focus=pane, lower=pane if pane in LOWER else self.lower)

    def resized(self, width: int, height: int) -> Shape:
        """Return the shape for another size; what has the focus stays on the screen."""
        return replace(self, mode=mode_of(width, height)).focused(self.focus)

    def next_pane(self, step: int) -> Shape:
        """Return the shape with the focus one pane on (or back), going round."""
        return self.focused(PANES[(PANES.index(self.focus) + step) % len(PANES)])

    def next_tab(self, step: int) -> Shape:
        """Return the shape with the next tab.

        Where panes share a place its tabs are the panes, and the timeline's own tabs among them;
        the focus goes along unless it is in the incidents above. Else only the timeline has tabs.
        """
        if self.mode is Mode.WIDE and not self.zoomed:
            return replace(self, tab=TABS[(TABS.index(self.tab) + step) % len(TABS)])
        stops = [(pane, tab) for pane in LOWER for tab in (TABS if pane == "timeline" else ("",))]
        here = (self.lower, self.tab if self.lower == "timeline" else "")
        pane, tab = stops[(stops.index(here) + step) % len(stops)]
        moved = replace(self, lower=pane, tab=tab or self.tab)
        stays = self.focus == "incidents" and not self.zoomed and self.mode is Mode.NARROW
        return moved if stays else replace(moved, focus=pane)
