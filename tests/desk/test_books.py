"""The runbooks beside the event loop: read ahead for searching once one has been looked at."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from console.desk import books as books_module
from console.desk.books import DeskBooks
from console.desk.worker import StoreWorker
from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.ports.books import Hit
from tests.waiting import until


class Folder:
    """See ``console.ports.books.Shelf``: three pieces to read ahead."""

    def __init__(self) -> None:
        self.left = 3

    def warm(self) -> bool:
        self.left -= 1
        return self.left > 0

    def find(self, incident: Incident) -> tuple[Runbook | None, str]:
        return None, incident.id

    def search(self, words: str) -> tuple[Hit, ...]:
        return (Hit(words, "", "", ""),)

    def at(self, path: str) -> Runbook | None:
        return Runbook(path, "", "", ())

    def file_of(self, path: str) -> Path | None:
        return Path(path)

    def follow(self, path: str, target: str) -> Runbook | None:
        return Runbook(f"{path}/{target}", "", "", ())


async def test_every_question_is_answered_in_the_readers_thread_and_all_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books_module, "WARM_EVERY", 0)
    folder, reader = Folder(), StoreWorker("folder")
    books = DeskBooks(folder, reader, 5)
    assert folder.left == 3
    for _ in range(2):
        assert await books.current(cast("Incident", SimpleNamespace(id="INC-1"))) == (None, "INC-1")
    await until(lambda: folder.left == 0)
    assert [hit.path for hit in await books.search("disk")] == ["disk"]
    assert await books.file_of("a.md") == Path("a.md")
    for book in (await books.read("a.md"), await books.follow("a.md", "#x")):
        assert book is not None
        assert book.path.startswith("a.md")
    assert folder.left == 0
    await reader.close()
