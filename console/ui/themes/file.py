"""One theme as its file says it, and what Textual makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.theme import Theme

from console.ui.themes.variables import COLORS


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme whose file has been checked (``theme_check``), or comes with the product.

    ``name`` is what ``[ui] theme`` says to choose it, ``title`` a few words for the list. ``ansi``:
    send the terminal's own sixteen colours as they are. ``base`` are the colours Textual derives its
    own from; ``colors`` those by meaning (``theme_variables.COLORS``), what is left out is as in
    ``night``; ``styles`` attributes that go with a colour, for those who do not see it.
    """

    name: str
    base: Mapping[str, Any]
    title: str = ""
    dark: bool = True
    ansi: bool = False
    colors: Mapping[str, str] = field(default_factory=dict)
    styles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> ThemeFile:
        """Return the theme that a checked TOML document describes."""
        return cls(**data)

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
            **self.base,
        )

    def _for_textual(self, colors: Mapping[str, str]) -> dict[str, str]:
        """Return what Textual's own widgets (inputs, toasts, scroll bars, the footer) are drawn with."""
        background = self.base["background"]
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
                "ansi-foreground": self.base["foreground"],
                "block-cursor-foreground": self.base["foreground"],
                "block-cursor-background": background,
                "block-cursor-text-style": "reverse",
                "input-selection-foreground": self.base["foreground"],
                "input-selection-background": background,
                "screen-selection-foreground": self.base["foreground"],
                "screen-selection-background": background,
                "link-color": colors["name"],
                "link-color-hover": colors["name"],
                "link-background-hover": background,
            }
        return variables
