"""The palette's search in the text of the runbooks."""

from __future__ import annotations

from functools import partial
from typing import cast

from textual.command import Hit, Hits, Provider
from textual.content import Content

from console.errors import OncallError
from console.ui.app import ConsoleApp
from console.ui.text import clean

LEAST = 3
"""Letters before the folders are searched."""


class BookCommands(Provider):
    """Finds runbooks in which all words occur; choosing one shows it."""

    async def search(self, query: str) -> Hits:
        """Offer them in the order in which they were found, below what the palette finds by name."""
        main = cast("ConsoleApp", self.app).main
        books = main.desk().books
        if books is None or len(query.strip()) < LEAST:
            return
        try:
            found = await books.search(query)
        except OncallError:
            return  # the runbook pane says why
        for n, hit in enumerate(found):
            words = clean(" · ".join(part for part in (hit.title, hit.heading, hit.line) if part)[:200])
            display = Content.styled(f"{'runbook':<10} ", "bold $name") + Content(words)
            yield Hit(0.5 - n / 100, display, partial(main.verbs.show_runbook, hit.path), text=words)
