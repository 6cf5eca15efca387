"""``oncall themes`` and ``oncall keys``: what there is, with the config's choices applied."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.cli.context import setup_for
from console.cli.output import complain, print_json, say, table, width
from console.clock import local_zone
from console.config.find import FILE_NAME, find
from console.config.setup import Setup
from console.config.state import default_state_path, read_state, remember
from console.domain.views import saved_views
from console.errors import ConfigError
from console.ui.keys.actions import ACTIONS
from console.ui.keys.keymap import Keymap, check_keymap
from console.ui.settings import UiSettings
from console.ui.terminal.terminal import check_terminal


def themes(args: argparse.Namespace) -> int:
    """List the themes; 1 where a theme's file, or the one that is chosen, cannot be used."""
    from console.ui.themes.load import load_themes, user_dir  # noqa: PLC0415 - loads Textual, which keys does not need

    found = load_themes(user_dir())
    wanted = _config(args).looks.theme
    chosen, wrong = found.choose(wanted)
    problems = [str(problem) for problem in (*found.problems, *([wrong] if wrong else []))]
    listed = [
        {
            "name": theme.file.name,
            "title": theme.file.title,
            "dark": theme.file.dark,
            "path": str(theme.path),
            "chosen": theme.file.name == chosen,
        }
        for theme in found.by_name.values()
    ]
    if args.json:
        print_json({"themes": listed, "problems": problems})
    else:
        rows = [
            (
                "*" if one["chosen"] else "",
                str(one["name"]),
                "dark" if one["dark"] else "light",
                str(one["title"]),
            )
            for one in listed
        ]
        say(table(rows, ("", "NAME", "", ""), width(), stretch=3))
        for problem in problems:
            complain(problem)
    return 1 if problems else 0


def keys(args: argparse.Namespace) -> int:
    """List all actions with the keys in force; 2 where an entry of ``[ui.keys]`` cannot be used."""
    setup = _config(args)
    keymap = check_keymap(ACTIONS, setup.looks.keys)
    problems = _key_problems(setup, keymap)
    listed = keymap.table(ACTIONS)
    if args.json:
        print_json(
            {
                "keys": [
                    {
                        "id": action.id,
                        "keys": list(shown),
                        "default": list(action.keys),
                        "scope": action.scope,
                        "title": action.title,
                        "help": action.help,
                    }
                    for action, shown in listed
                ],
                "problems": problems,
            }
        )
    else:
        rows = [
            (" ".join(shown) + (" *" if shown != action.keys else ""), action.id, action.scope, action.help)
            for action, shown in listed
        ]
        say(table(rows, ("KEYS", "ACTION", "WHERE", ""), width(), stretch=3))
        for problem in problems:
            complain(problem)
    return 2 if problems else 0


def ui_settings(setup: Setup) -> UiSettings:
    """Return looks and habits: the config's, then what was chosen on screen last.

    Raises ``ConfigError`` for keys that cannot be used, ``OncallError`` where the console cannot be
    drawn on this terminal; a theme that is not there is told on screen.
    """
    from console.ui.themes.load import user_dir  # noqa: PLC0415 - see above

    ui = setup.looks
    keymap = check_keymap(ACTIONS, ui.keys)
    if keymap.problems:
        raise ConfigError("\n".join(_key_problems(setup, keymap)))
    state_file = default_state_path()
    state = read_state(state_file)
    remembered = state.get("theme")
    names = [view.name for view in ui.views]
    return UiSettings(
        terminal=check_terminal(ui.glyphs),
        theme=ui.theme or (remembered if isinstance(remembered, str) else None),
        theme_folders=(user_dir(),),
        mouse=ui.mouse,
        attention=ui.attention,
        keymap=keymap,
        views=(*ui.views, *saved_views(state.get("views"), names)),
        remember=lambda chosen: remember(state_file, chosen),
        zone=local_zone(),
        export_folder=Path.cwd(),
        notices=setup.warnings,
        set_aside=setup.set_aside,
        config=str(setup.path),
    )


def problems_of_looks(setup: Setup) -> tuple[str, ...]:
    """Return what is wrong with the theme and the keys that the config chooses, a line each."""
    from console.ui.themes.load import load_themes, user_dir  # noqa: PLC0415 - see above

    found = load_themes(user_dir())
    _, wrong = found.choose(setup.looks.theme)
    return (
        *map(str, found.problems),
        *([setup.about(("ui", "theme"), wrong.message)] if wrong else []),
        *_key_problems(setup, check_keymap(ACTIONS, setup.looks.keys)),
    )


def _key_problems(setup: Setup, keymap: Keymap) -> list[str]:
    return [setup.about(("ui", "keys", one.action), one.text) for one in keymap.problems]


def _config(args: argparse.Namespace) -> Setup:
    """Return the config, or an empty one where there is none: both commands answer without."""
    return setup_for(args, tell=False) if find(args.config) else Setup(Path(FILE_NAME))
