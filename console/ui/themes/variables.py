"""The colours by meaning that the console's screens use, and what they are where a theme is silent."""

from __future__ import annotations

from types import MappingProxyType

COLORS = MappingProxyType(
    {
        # Text
        "dim": "#838cb0",  # labels, ages, what is said besides
        "faint": "#3b4261",  # tracks, rules, empty parts
        "name": "#7aa2f7",  # services, keys, things that can be gone to
        "note": "#7dcfff",  # remarks beside a title
        "you": "#9ece6a",  # the person at this console
        "header": "#838cb0",  # column titles
        "title": "#7aa2f7",  # pane titles
        # Severity: a block of this colour with ``badge-text`` on it, or text of this colour
        "sev-p1": "#f7768e",
        "sev-p2": "#ff9e64",
        "sev-p3": "#e0af68",
        "sev-p4": "#7dcfff",
        "sev-none": "#838cb0",
        "badge-text": "#10131a",
        # Clocks
        "clock-ok": "#9ece6a",
        "clock-warn": "#e0af68",
        "clock-late": "#f7768e",
        "clock-idle": "#838cb0",
        # States of an incident
        "state-firing": "#f7768e",
        "state-acked": "#9aa5ce",
        "state-snoozed": "#838cb0",
        "state-cleared": "#838cb0",
        "state-resolved": "#9ece6a",
        # Sources and the engine
        "source-live": "#9ece6a",
        "source-stale": "#e0af68",
        "source-failed": "#f7768e",
        # Runbook steps
        "step-done": "#9ece6a",
        "step-here": "#7aa2f7",
        "step-failed": "#f7768e",
        "command": "#7dcfff",
        # The frame
        "bar": "#1a1e2a",  # top line and footer
        "pane-border": "#3b4261",
        "pane-border-focus": "#7aa2f7",
        "next": "#e0af68",  # the NEXT block
        "brand": "#9ece6a",
        "cursor": "#283457",  # background of the row under the cursor
        "cursor-blurred": "#1e2438",
        "cursor-sign": "#7aa2f7",
        "mark": "#bb9af7",
        "scroll": "#3b4261",
        "flash": "#f7768e",  # a refused key
    }
)
"""Name and default of each colour; the defaults are those of ``night``."""

STYLES = MappingProxyType({f"{name}-style": "none" for name in COLORS})
"""Attributes beside the colour, for themes that have to do without colours."""


def defaults() -> dict[str, str]:
    """Return every variable with its default, for ``App.get_theme_variable_defaults``."""
    return {**COLORS, **STYLES}
