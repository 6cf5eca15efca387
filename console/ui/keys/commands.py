"""The palette: every action with its key, every open incident, every theme, by name.

Titles come from outside, so they are ``Content``, and never stand in ``help`` (Textual reads that as markup).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from console.ui.keys.actions import CONSOLE, INCIDENT, PANES, RUNBOOK, VIEW
from console.ui.keys.shownkeys import first_key
from console.ui.text import clean

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

MOST = 50
"""Incidents offered before anything is written."""


class Commands(Provider):
    """Finds among (words, what it runs) pairs."""

    @property
    def console(self) -> ConsoleApp:
        """The app."""
        return cast("ConsoleApp", self.app)

    def offers(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        """Yield what there is: the words, what is said beside them, and what it runs."""
        yield from ()

    async def discover(self) -> Hits:
        """Offer everything while nothing is written."""
        for words, beside, run in self.offers():
            yield DiscoveryHit(_display(Content(words), beside), run, text=words)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for words, beside, run in self.offers():
            score = matcher.match(words)
            if score > 0:
                # The matcher's own highlighting would read the words as markup.
                yield Hit(score, _display(Content(words), beside), run, text=words)


def _display(words: Content, beside: str) -> Content:
    return Content.styled(f"{beside:<10} ", "bold $name") + words if beside else words


class ActionCommands(Commands):
    """The actions that would do something now."""

    def offers(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        """Yield them with their keys in force."""
        main = self.console.main
        for action in (*INCIDENT, *RUNBOOK, *PANES, *VIEW, *CONSOLE):
            if main.verbs.possible(action.id) and action.id != "console.palette":
                key = first_key(self.console.keys, action.id)
                yield f"{action.title}: {action.help}", key, partial(main.verbs.do, action.id)


class IncidentCommands(Commands):
    """The open incidents; choosing one goes there."""

    def offers(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        """Yield those shown in the list."""
        main = self.console.main
        for item in main.session.board.items:
            row = item.standing.row
            yield (
                clean(f"{row.id} {row.service} {row.title}"[:200]),
                "",
                partial(main.selection.go_to, row.id),
            )

    async def discover(self) -> Hits:
        """Offer the first ones only: there may be thousands."""
        for n, (words, beside, run) in enumerate(self.offers()):
            if n >= MOST:
                return
            yield DiscoveryHit(_display(Content(words), beside), run, text=words)


class ThemeCommands(Commands):
    """The themes, chosen live and remembered."""

    def offers(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        """Yield ours."""
        for name, title in self.console.theme_titles.items():
            now = "now" if name == self.console.theme else ""
            yield f"theme {name}: {title}", now, partial(self.console.use_theme, name)
