"""The runbooks of one config: found for an incident, searched, read. See ``console.ports.books.Shelf``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.domain.summary import Summary
from console.ports.books import Hit

if TYPE_CHECKING:
    from console.library.index import Index
    from console.library.lint import Fault
    from console.library.search import Search


class Shelf:
    """``configured`` gives a service's own runbooks. The Markdown parser is loaded at the first question."""

    def __init__(self, index: Callable[[], Index], configured: Callable[[str], tuple[str, ...]]) -> None:
        self._make, self._configured = index, configured

    @cached_property
    def _index(self) -> Index:
        return self._make()

    @cached_property
    def _search(self) -> Search:
        from console.library.search import Search  # noqa: PLC0415 - few shifts search

        return Search(self._index)

    def find(self, incident: Incident) -> tuple[Runbook | None, str]:
        """Return an incident's runbook and why it was chosen, or None and why there is none."""
        configured = self._configured(incident.service)
        return self._index.find(incident.alert_name, incident.service, configured, incident.runbook_url)

    def search(self, words: str) -> tuple[Hit, ...]:
        """Return the runbooks in which all words occur, best first."""
        return self._search.find(words)

    def warm(self) -> bool:
        """Read some more texts for searching, return whether there are others."""
        return self._search.warm()

    def faults(
        self, today: date, months: int, rows: Iterable[Summary], answered: Iterable[Incident] = ()
    ) -> list[Fault]:
        """Return what is wrong with them, what was said of them in ``answered``, and which alerts have none. See ``lint``."""
        from console.domain.runbookfeedback import feedback  # noqa: PLC0415 - one command needs it
        from console.library.lint import asked_of, lint  # noqa: PLC0415 - same

        answers = feedback(answered, self._path_for)
        return list(lint(self._index, today, months, asked_of(rows, self._configured), answers))

    def _path_for(self, incident: Incident) -> str:
        runbook, _ = self.find(incident)
        return runbook.path if runbook is not None else ""

    def begin(self, folder: Path, name: str, service: str, owner: str, today: date) -> Path:
        """Write a new one and return where. Raises ``FileExistsError``, ``OSError``, ``ValueError``."""
        from console.library.template import write_new  # noqa: PLC0415 - one command needs it

        return write_new(folder, name, service, owner, today)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._index.entries())

    def at(self, path: str) -> Runbook | None:
        """Return a runbook by its path, None where there is none."""
        return self._index.at(path)

    def file_of(self, path: str) -> Path | None:
        """Return where a runbook lies on this machine, None where there is none."""
        return self._index.file_of(path)

    def follow(self, path: str, target: str) -> Runbook | None:
        """Return what a link in a runbook leads to, with the section that it names; None where it leads nowhere."""
        return self._index.follow(path, target)
