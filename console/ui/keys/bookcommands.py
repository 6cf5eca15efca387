"""The palette's search in the text of the runbooks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

from textual.command import Hit, Hits, Provider
from textual.content import Content

from console.errors import OncallError
from console.ui.app import ConsoleApp
from console.ui.text import clean

LEAST = 3
"""Letters before the folders are searched."""
PATIENCE = 0.3
"""Seconds after which it is said that the texts are still being read."""
READING = "they are still being read; what is found in them follows here"
NOWHERE = "they have been read: these words stand in none of them"


class BookCommands(Provider):
    """Finds runbooks in which all words occur; choosing one shows it."""

    async def search(self, query: str) -> Hits:
        """Offer them in the order in which they were found, below what the palette finds by name.

        The first search may have to read thousands of files: that is said, as is why one came to nothing.
        """
        main = cast("ConsoleApp", self.app).main
        books = main.desk().books
        if books is None or len(query.strip()) < LEAST:
            return
        asked = asyncio.ensure_future(books.search(query))
        try:
            done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
            if not done:
                yield _hit(0.02, READING, partial(main.flash, f"runbooks: {READING}"))
            found = await asked
        except OncallError as error:
            yield _hit(0.01, f"not searched: {error}", partial(main.flash, str(error)))
            return
        finally:
            asked.cancel()
        for n, hit in enumerate(found):
            words = " · ".join(part for part in (hit.title, hit.heading, hit.line) if part)
            yield _hit(0.5 - n / 100, words, partial(main.verbs.show_runbook, hit.path))
        if not done and not found:
            yield _hit(0.01, NOWHERE, partial(main.flash, NOWHERE))


def _hit(score: float, words: str, chosen: Callable[[], None]) -> Hit:
    shown = clean(words[:200])
    return Hit(score, Content.styled(f"{'runbook':<10} ", "bold $name") + Content(shown), chosen, text=shown)
