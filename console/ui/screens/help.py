"""The help: the keys that are valid now, with remaps applied, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.domain.filters import GRAMMAR
from console.domain.metrics import DEFINITIONS
from console.ui.keys.actions import CONSOLE, INCIDENT, PANES, RUNBOOK, VIEW
from console.ui.keys.keymap import ANYWHERE, Action, Keymap
from console.ui.keys.moves import MARKS, MOVES
from console.ui.keys.shownkeys import name_of
from console.ui.text import Spans, wrap_spans

GROUPS: tuple[tuple[str, tuple[Action, ...]], ...] = (
    ("Runbook", RUNBOOK),
    ("Incident", INCIDENT),
    ("Marks", MARKS),
    ("Moving", MOVES),
    ("Panes", PANES),
    ("List", VIEW),
    ("Console", CONSOLE),
)


def help_lines(keymap: Keymap, focus: str, possible: Callable[[str], bool], width: int) -> list[Spans]:
    """Return the lines: in groups, only what works in the focused pane now."""
    groups = [
        (title, [action for action in actions if _works(action, focus, possible)])
        for title, actions in GROUPS
    ]
    columns = _columns([action for _, actions in groups for action in actions], keymap)
    lines: list[Spans] = []
    for title, actions in groups:
        if actions:
            lines.append(((title, "title bold"),))
            for action in actions:
                lines += _line(action, _keys(action, keymap), columns, width)
            lines.append(())
    lines.append((("Filter", "title bold"),))
    for what, means in GRAMMAR:
        lines += wrap_spans(((f"  {what}  ", "name"), (means, "dim")), width, 4)
    lines.append(())
    lines.append((("What the numbers mean", "title bold"),))
    for name, meaning in DEFINITIONS.items():
        lines += wrap_spans(((f"  {name.replace('_', ' ')}  ", "name"), (meaning, "")), width, 4)
    return lines


def action_lines(actions: Sequence[Action], keymap: Keymap, width: int) -> list[Spans]:
    """Return what each of some keys does, and how one moves: the help of a screen of its own."""
    shown = (*actions, *MOVES)
    columns = _columns(shown, keymap)
    return [line for action in shown for line in _line(action, _keys(action, keymap), columns, width)]


def _columns(actions: Sequence[Action], keymap: Keymap) -> tuple[int, int]:
    """Return the cells of keys and titles."""
    keys = max(len(_keys(action, keymap)) for action in actions)
    return keys + 2, max(len(action.title) for action in actions) + 2


def _works(action: Action, focus: str, possible: Callable[[str], bool]) -> bool:
    if action.scope not in {ANYWHERE, focus}:
        return False
    ours = not action.id.startswith(("move.", "mark."))
    return possible(action.id) if ours else True


def _keys(action: Action, keymap: Keymap) -> str:
    return " ".join(name_of(key) for key in keymap.keys.get(action.id, action.keys))


def _line(action: Action, keys: str, columns: tuple[int, int], width: int) -> list[Spans]:
    line: Spans = (
        (f"  {keys:<{columns[0]}}", "name bold"),
        (f"{action.title:<{columns[1]}}", ""),
        (action.help, "dim"),
    )
    indent = 2 + sum(columns)
    return wrap_spans(line, width, indent if indent < width // 2 else 4)
