"""The runbooks as a front end asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from console.domain.incident import Incident
from console.domain.runbook import Runbook


@dataclass(frozen=True, slots=True)
class Hit:
    """A runbook that a search found: where it lies, its title, the heading above the ``line`` that fits best."""

    path: str
    title: str
    heading: str
    line: str


class Shelf(Protocol):
    """Reads files, so it is used off the event loop, by one thread at a time."""

    def find(self, incident: Incident) -> tuple[Runbook | None, str]:
        """Return an incident's runbook and why it was chosen, or None and why there is none."""
        ...

    def search(self, words: str) -> tuple[Hit, ...]:
        """Return the runbooks in which all words occur, best first."""
        ...

    def warm(self) -> bool:
        """Read some more texts for searching, for some milliseconds; return whether there are others."""
        ...

    def at(self, path: str) -> Runbook | None:
        """Return a runbook by its path, None where there is none."""
        ...

    def file_of(self, path: str) -> Path | None:
        """Return where a runbook lies on this machine, None where there is none."""
        ...

    def follow(self, path: str, target: str) -> Runbook | None:
        """Return what a link in a runbook leads to, with the section that it names; None where it leads nowhere."""
        ...


class Books(Protocol):
    """The same for the event loop. Each call raises ``StoreError`` where the folder does not answer in time."""

    async def current(self, incident: Incident) -> tuple[Runbook | None, str]:
        """Return an incident's runbook as it is now."""
        ...

    async def search(self, words: str) -> tuple[Hit, ...]:
        """Return the runbooks in which all words occur, best first."""
        ...

    async def read(self, path: str) -> Runbook | None:
        """Return a runbook by its path."""
        ...

    async def file_of(self, path: str) -> Path | None:
        """Return where a runbook lies on this machine."""
        ...

    async def follow(self, path: str, target: str) -> Runbook | None:
        """Return what a link in a runbook leads to."""
        ...
