"""Themes from files. A file that cannot be used is reported and left out, it never stops the console."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from textual.theme import Theme

import console
from console.errors import ConfigError
from console.ui.themes.file import ThemeFile

DEFAULT = "night"
WITHOUT_COLOR = "mono"
"""What ``NO_COLOR`` chooses."""


@dataclass(frozen=True, slots=True)
class LoadedTheme:
    """A theme that can be used, and the file it came from."""

    file: ThemeFile
    path: Path


@dataclass(frozen=True, slots=True)
class Themes:
    """All usable themes by name, and what was wrong with the others."""

    by_name: Mapping[str, LoadedTheme]
    problems: tuple[ConfigError, ...]

    def textual(self) -> list[Theme]:
        """Return the themes for ``App.register_theme``."""
        return [loaded.file.theme() for loaded in self.by_name.values()]

    def choose(self, wanted: str | None, *, no_color: bool = False) -> tuple[str, ConfigError | None]:
        """Return the theme to use and what is wrong with the wish, if anything.

        Without colour there is one theme, whatever is wished; an unknown name gives the default.
        """
        if no_color and WITHOUT_COLOR in self.by_name:
            return WITHOUT_COLOR, None
        if wanted is None or wanted in self.by_name:
            return wanted or DEFAULT, None
        near = difflib.get_close_matches(wanted, sorted(self.by_name), n=1)
        hint = f', did you mean "{near[0]}"?' if near else ""
        return DEFAULT, ConfigError(f'[ui] theme: there is no theme "{wanted}"{hint}; using "{DEFAULT}"')


def bundled_dir() -> Path:
    """Return where the themes that come with the product lie: in the wheel, or beside a checkout."""
    package = Path(console.__file__).parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def user_dir() -> Path:
    """Return where a person's own themes lie; it need not exist."""
    return platformdirs.user_config_path("oncall") / "themes"


def read_theme(path: Path) -> ThemeFile:
    """Return the theme in a file; raise ``ConfigError`` naming the file, the key and the nearest right name."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: cannot be read ({reason})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    if path.parent != bundled_dir():  # those are checked by our tests, so that the start need not
        from console.ui.themes.check import check  # noqa: PLC0415 - pydantic, for those with themes of their own

        check(data, path)
    return ThemeFile.of(data)


def load_themes(*more: Path) -> Themes:
    """Return the bundled themes and those in further directories, which may replace them by name.

    Nothing is raised: what cannot be used is in ``problems``.
    """
    found: dict[str, LoadedTheme] = {}
    problems: list[ConfigError] = []
    for directory in (bundled_dir(), *more):
        for path in sorted(directory.glob("*.toml")):
            try:
                file = read_theme(path)
            except ConfigError as error:
                problems.append(error)
            else:
                found[file.name] = LoadedTheme(file, path)
    return Themes(found, tuple(problems))
