"""What fetches a runbook's page for the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was sent. ``etag`` and ``modified`` are what the server wants to be asked with next time."""

    text: str
    etag: str = ""
    modified: str = ""


class FetchPage(Protocol):
    """Blocks for seconds, so it is called in a thread of its own."""

    def __call__(self, url: str, etag: str, modified: str) -> Page | None:
        """Return what stands at an address, None where that is what it was. Raises ``OncallError``."""
        ...
