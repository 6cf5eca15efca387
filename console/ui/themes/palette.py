"""Styles by name: the words a renderer uses (``"clock-late bold"``) turned into the theme's colours.

A style is a few words: names of theme variables (``themes.VARIABLES``) and the attributes
``bold italic underline reverse strike``. ``on NAME`` sets the background; ``badge-NAME`` is a
block of that colour with readable text on it; ``link=URL`` marks a link (OSC 8). A theme that has
no colours (``mono``) says what it means by attributes instead: a variable ``NAME-style`` holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

from console.domain.text import safe_url

_ATTRIBUTES = frozenset({"bold", "italic", "underline", "reverse", "strike"})
_PLAIN = Style()


class Palette:
    """The styles of one theme. Unknown words are a mistake of ours and raise ``KeyError``."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._cache: dict[str, Style] = {"": _PLAIN}

    def style(self, words: str) -> Style:
        """Return the style these words stand for."""
        found = self._cache.get(words)
        if found is None:
            found = self._build(words)
            if "link=" not in words:  # of those there is no end
                self._cache[words] = found
        return found

    def color(self, name: str) -> Color:
        """Return a theme variable as a colour, without transparency."""
        try:
            return Color.parse(self._variables[name])
        except ColorParseError:  # "auto 87%", "$primary 10%": not one colour
            return Color.parse(self._variables["foreground"])

    def _build(self, words: str) -> Style:
        style = _PLAIN
        background = False
        for word in words.split():
            if word == "on":
                background = True
            elif background:
                style += self._background(word)
                background = False
            elif word.startswith("link="):
                style += Style(link=safe_url(word.removeprefix("link=")) or None)
            elif word in _ATTRIBUTES:
                style += Style.parse(word)
            elif word.startswith("badge-"):
                style += self._badge(word.removeprefix("badge-"))
            else:
                style += self._foreground(word)
        return style

    def _foreground(self, name: str) -> Style:
        color = self.color(name)
        attributes = self._attributes(name)
        return attributes if _is_default(color) else Style(color=color.rich_color) + attributes

    def _background(self, name: str) -> Style:
        color = self.color(name)
        attributes = self._attributes(name)
        return attributes if _is_default(color) else Style(bgcolor=color.rich_color) + attributes

    def _badge(self, name: str) -> Style:
        color = self.color(name)
        if _is_default(color):
            return Style(reverse=True, bold=True) + self._attributes(name)
        text = self.color("badge-text")
        return Style(color=text.rich_color, bgcolor=color.rich_color, bold=True)

    def _attributes(self, name: str) -> Style:
        words = self._variables.get(f"{name}-style", "none")
        return _PLAIN if words == "none" else Style.parse(words)


def _is_default(color: Color) -> bool:
    """Whether this is "whatever the terminal uses"."""
    return color.ansi == -1


_palettes: WeakKeyDictionary[App[Any], tuple[Mapping[str, str], Palette]] = WeakKeyDictionary()


def palette_of(app: App[Any]) -> Palette:
    """Return the palette of the theme an app shows now, made once for each change of theme."""
    variables = app.theme_variables
    known = _palettes.get(app)
    if known is None or known[0] is not variables:
        known = _palettes[app] = (variables, Palette(variables))
    return known[1]
