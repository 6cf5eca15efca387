"""Themes from files: reading, checking and explaining them, and turning them into Textual's.

Textual takes any colour at registration and fails much later, while drawing; so every colour is
parsed here. A file that cannot be used is reported and left out, it never stops the console.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from textual.color import Color, ColorParseError
from textual.theme import Theme

import console
from console.errors import ConfigError
from console.ui.theme_variables import COLORS

DEFAULT = "night"
WITHOUT_COLOR = "mono"
"""What ``NO_COLOR`` chooses."""

_ATTRIBUTES = frozenset({"bold", "dim", "italic", "underline", "reverse", "strike", "none"})


def _color(value: str) -> str:
    try:
        Color.parse(value)
    except ColorParseError as error:
        raise ValueError(f'"{value}" is not a colour (like "#7aa2f7" or "ansi_red")') from error
    return value


def _attributes(value: str) -> str:
    for word in value.split():
        if word not in _ATTRIBUTES:
            raise ValueError(f'"{word}" is not one of {", ".join(sorted(_ATTRIBUTES))}')
    return value or "none"


ColorText = Annotated[str, AfterValidator(_color)]
StyleText = Annotated[str, AfterValidator(_attributes)]


class Base(BaseModel):
    """The colours Textual derives its own from (inputs, scroll bars, the palette of commands)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    primary: ColorText
    secondary: ColorText | None = None
    accent: ColorText | None = None
    warning: ColorText | None = None
    error: ColorText | None = None
    success: ColorText | None = None
    foreground: ColorText
    background: ColorText
    surface: ColorText | None = None
    panel: ColorText | None = None


class ThemeFile(BaseModel):
    """One theme as it stands in a TOML file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")
    """What ``[ui] theme`` says to choose it."""

    title: str = Field(default="", max_length=60)
    """A few words for the list of themes."""

    dark: bool = True
    """Whether the background is dark."""

    ansi: bool = False
    """Send the terminal's own sixteen colours as they are."""

    base: Base
    colors: dict[str, ColorText] = {}
    """Colours by meaning (``theme_variables.COLORS``); what is left out is as in ``night``."""

    styles: dict[str, StyleText] = {}
    """Attributes that go with a colour, for those who do not see it: ``clock-late = "bold"``."""

    def theme(self) -> Theme:
        """Return the theme for Textual."""
        variables = dict(self.colors)
        variables.update({f"{name}-style": words for name, words in self.styles.items()})
        variables.update(self._for_textual({**COLORS, **self.colors}))
        return Theme(
            name=self.name,
            dark=self.dark,
            ansi=self.ansi,
            variables=variables,
            **self.base.model_dump(exclude_none=True),
        )

    def _for_textual(self, colors: Mapping[str, str]) -> dict[str, str]:
        """Return what Textual's own widgets (inputs, toasts, scroll bars, the footer) are drawn with."""
        background = self.base.background
        variables = {
            "border": colors["pane-border-focus"],
            "border-blurred": colors["pane-border"],
            "scrollbar": colors["faint"],
            "scrollbar-hover": colors["dim"],
            "scrollbar-active": colors["name"],
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
            "scrollbar-corner-color": background,
            "footer-background": colors["bar"],
            "footer-item-background": colors["bar"],
            "footer-description-background": colors["bar"],
            "footer-key-background": colors["bar"],
            "footer-key-foreground": colors["name"],
            "footer-description-foreground": colors["dim"],
        }
        if self.ansi:  # what Textual's own ansi themes define: its widgets need these there
            variables |= {
                "ansi-background": background,
                "ansi-foreground": self.base.foreground,
                "block-cursor-foreground": self.base.foreground,
                "block-cursor-background": background,
                "block-cursor-text-style": "reverse",
                "input-selection-foreground": self.base.foreground,
                "input-selection-background": background,
                "screen-selection-foreground": self.base.foreground,
                "screen-selection-background": background,
                "link-color": colors["name"],
                "link-color-hover": colors["name"],
                "link-background-hover": background,
            }
        return variables


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
        hint = _offer(wanted, self.by_name)
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
    for table in ("colors", "styles"):
        known = data.get(table)
        unknown = [key for key in known if key not in COLORS] if isinstance(known, dict) else []
        if unknown:
            raise ConfigError(f"{path}: {table}.{unknown[0]}: no such colour{_offer(unknown[0], COLORS)}")
    try:
        return ThemeFile.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error.errors()[0])}") from error


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


def _explain(error: Any) -> str:
    place: Sequence[str | int] = error["loc"]
    where = ".".join(str(part) for part in place)
    if error["type"] == "extra_forbidden":
        model: type[BaseModel] = Base if place[0] == "base" else ThemeFile
        return f"{where}: no such key{_offer(str(place[-1]), model.model_fields)}"
    if error["type"] == "missing":
        return f"{where}: is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}"


def _offer(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f', did you mean "{near[0]}"?' if near else ""
