"""The movement keys that every list understands, as actions that can be remapped like any other."""

from __future__ import annotations

from console.ui.keys.keymap import ANYWHERE, Action

MOVES: tuple[Action, ...] = (
    Action("move.down", ("j", "down"), "down", "the next row", ANYWHERE),
    Action("move.up", ("k", "up"), "up", "the previous row", ANYWHERE),
    Action("move.page-down", ("pagedown",), "page down", "one screen further", ANYWHERE),
    Action("move.page-up", ("pageup",), "page up", "one screen back", ANYWHERE),
    Action("move.half-down", ("ctrl+d",), "half page down", "half a screen further", ANYWHERE),
    Action("move.half-up", ("ctrl+u",), "half page up", "half a screen back", ANYWHERE),
    Action("move.first", ("g", "home"), "first", "the first row", ANYWHERE),
    Action("move.last", ("G", "end"), "last", "the last row", ANYWHERE),
    Action("move.open", ("enter",), "open", "open the row under the cursor", ANYWHERE),
)
"""Moves of a list; ``move.open`` acts on the painted row."""

MOVE_CALLS = {
    "move.down": "move(1)",
    "move.up": "move(-1)",
    "move.page-down": "page(1.0)",
    "move.page-up": "page(-1.0)",
    "move.half-down": "page(0.5)",
    "move.half-up": "page(-0.5)",
    "move.first": "first",
    "move.last": "last",
    "move.open": "open",
}
"""What a list's widget is told for each of them."""

MARKS: tuple[Action, ...] = (
    Action("mark.toggle", ("space",), "mark", "mark or unmark the row", "incidents"),
    Action("mark.down", ("shift+down",), "mark down", "mark this row and go on", "incidents"),
    Action("mark.up", ("shift+up",), "mark up", "mark this row and go back", "incidents"),
    Action("mark.range", ("v",), "range", "start marking; again: mark from there to here", "incidents"),
    Action("mark.all", ("*",), "mark all", "mark all rows shown; again: none", "incidents"),
)
"""Marks of a table; a mark belongs to a row's key."""
