"""What keys do on the screen of reports."""

from __future__ import annotations

from console.ui.keys.keymap import Action

REPORT: tuple[Action, ...] = (
    Action(
        "report.earlier",
        ("left", "h"),
        "a quarter back",
        "the thirteen weeks before the ones shown",
        "dialog",
    ),
    Action(
        "report.later", ("right", "l"), "a quarter on", "the thirteen weeks after the ones shown", "dialog"
    ),
)
