"""Checking a person's own theme file, key by key; loaded only where there is one.

Textual takes any colour at registration and fails much later, while drawing; so every colour is
parsed here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from textual.color import Color, ColorParseError

from console.errors import ConfigError
from console.ui.themes.variables import COLORS

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


class Document(BaseModel):
    """A theme's TOML file."""

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


def check(data: Mapping[str, Any], path: Path) -> None:
    """Raise ``ConfigError`` naming the file, the key and the nearest right name for what cannot be used."""
    for table in ("colors", "styles"):
        known = data.get(table)
        unknown = [key for key in known if key not in COLORS] if isinstance(known, dict) else []
        if unknown:
            raise ConfigError(f"{path}: {table}.{unknown[0]}: no such colour{offer(unknown[0], COLORS)}")
    try:
        Document.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error.errors()[0])}") from error


def _explain(error: Any) -> str:
    place: Sequence[str | int] = error["loc"]
    where = ".".join(str(part) for part in place)
    if error["type"] == "extra_forbidden":
        model: type[BaseModel] = Base if place[0] == "base" else Document
        return f"{where}: no such key{offer(str(place[-1]), model.model_fields)}"
    if error["type"] == "missing":
        return f"{where}: is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}"


def offer(word: str, known: Iterable[str]) -> str:
    """Return a question about the nearest right word, or nothing."""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f', did you mean "{near[0]}"?' if near else ""
