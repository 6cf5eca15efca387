"""The runbooks of a config: those in its folders, and those at addresses that it allows.

Imports stand inside the functions, so that the first screen loads none of it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from console.clock import SystemClock
from console.config.setup import Setup

if TYPE_CHECKING:
    from console.library.index import Index
    from console.library.pages import Pages
    from console.library.shelf import Shelf
    from console.ports.pages import Page
Fetching = Literal["beside", "wait", "never"]


def runbook_index(setup: Setup, *, fetch: Fetching = "beside") -> Index:
    """Return the runbooks below the configured folders; nothing is read before it is asked. ``fetch``: see ``runbook_shelf``."""
    from console.library.index import Index  # noqa: PLC0415

    pages = runbook_pages(setup, fetch) if setup.runbook_pages else None
    return Index([Path(path) for path in setup.runbooks], setup.runbook_urls, pages)


def runbook_pages(setup: Setup, fetch: Fetching) -> Pages:
    """Return what fetches runbooks from the addresses that the config allows, and keeps copies of them."""
    from platformdirs import user_cache_path  # noqa: PLC0415

    from console.config.files import write_whole  # noqa: PLC0415
    from console.library.copies import Copies  # noqa: PLC0415
    from console.library.pages import Pages, in_thread, never, waiting  # noqa: PLC0415

    def fetch_page(url: str, etag: str, modified: str) -> Page | None:
        from console.config.access import access_of_page  # noqa: PLC0415 - loaded when something is fetched
        from console.web.page import PageFetcher  # noqa: PLC0415

        return PageFetcher(setup.runbook_pages, partial(access_of_page, setup.path))(url, etag, modified)

    copies = Copies(
        user_cache_path("oncall", appauthor=False) / "runbooks", partial(write_whole, overwrite=True)
    )
    begin = {"beside": in_thread, "wait": waiting, "never": never}[fetch]
    return Pages(setup.runbook_pages, fetch_page, copies, SystemClock(), begin)


def runbook_shelf(setup: Setup, *, fetch: Fetching = "beside") -> Shelf:
    """Return the runbooks of a config; the Markdown parser is loaded and a folder read at the first question.

    ``fetch``: whether a question has pages fetched beside it and tells what is known, waits a little for them, or
    takes only what has been fetched before.
    """
    from console.library.shelf import Shelf  # noqa: PLC0415

    def configured(service: str) -> tuple[str, ...]:
        known = setup.policy.services.get(service)
        return known.runbooks if known else ()

    return Shelf(lambda: runbook_index(setup, fetch=fetch), configured)
