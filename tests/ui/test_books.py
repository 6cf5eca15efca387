"""Runbooks in the console: a change is shown by itself, the palette searches them, the editor gets the terminal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.errors import StoreError
from console.library.parse import parse
from console.ports.books import Hit
from console.ui import editor
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.waiting import until

SHOWN = "INC-1039"


@dataclass
class FakeBooks:
    """See ``console.ports.books.Books``."""

    book: Runbook | None
    hits: tuple[Hit, ...] = ()
    asked: list[str] = field(default_factory=list)
    read_up: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: str = ""

    async def current(self, incident: Incident) -> tuple[Runbook | None, str]:
        self.asked.append(incident.id)
        return self.book, "found by alert name"

    async def search(self, words: str) -> tuple[Hit, ...]:
        self.asked.append(words)
        if "slowly" in words:
            await self.read_up.wait()
        if self.trouble:
            raise StoreError(self.trouble)
        return self.hits

    async def read(self, path: str) -> Runbook | None:
        return self.book if self.book and self.book.path == path else None

    async def file_of(self, path: str) -> Path | None:
        return None if "://" in path else Path("/books", path)

    async def follow(self, path: str, target: str) -> Runbook | None:
        self.asked.append(f"{path} -> {target}")
        return self.book


async def test_o_in_the_runbook_opens_what_the_step_names_at_its_section() -> None:
    below = "".join(f"Line {n}\n\n" for n in range(60))
    common = parse(f"# Common\n\n{below}## Restart\n\n1. Restart it\n\n{below}", "common.md")
    books = FakeBooks(replace(common, section="Restart"))
    details = scenes.details()
    text = "# A\n\n1. [Restart](common.md#restart)\n2. Check the pods\n3. Check the nodes\n"
    details[SHOWN] = replace(details[SHOWN], runbook=parse(text, "a.md"))
    async with console(desk=FakeDesk(scenes.scene(), details, books=books)) as it:
        await it.press("b", "g", "o")
        assert "common.md#restart" in it.screen_text
        await it.press("enter")
        assert "a.md -> common.md#restart" in books.asked
        assert "## Restart" in it.screen_text
        assert "# Common" not in it.screen_text


async def test_an_edited_runbook_is_shown_at_the_next_look() -> None:
    books = FakeBooks(parse("# High rate\n\n1. Call Budi now\n2. Restart it\n", "x.md"))
    async with console(desk=FakeDesk(scenes.scene(), scenes.details(), books=books)) as it:
        it.main.selection.look_at_runbook()
        await it.press("b")
        assert "Call Budi now" in it.screen_text
        assert set(books.asked) == {SHOWN}


async def test_the_editor_gets_the_file_of_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    edited: list[Path] = []

    def edit(_app: object, file: Path) -> str:
        edited.append(file)
        return ""

    monkeypatch.setattr(editor, "edit", edit)
    detail = scenes.details()[SHOWN]
    assert detail.runbook is not None
    books = FakeBooks(replace(detail.runbook))
    async with console(desk=FakeDesk(scenes.scene(), scenes.details(), books=books)) as it:
        await it.press("b", "ctrl+e")
    assert edited == [Path("/books", detail.runbook.path)]


@pytest.mark.parametrize(
    ("hits", "told"),
    [((Hit("a.md", "Disk", "", "is full"),), "Disk · is full"), ((), "stand in none of them")],
)
async def test_the_first_search_says_that_the_texts_are_still_being_read(
    hits: tuple[Hit, ...], told: str
) -> None:
    books = FakeBooks(None, hits)
    async with console(desk=FakeDesk(scenes.scene(), scenes.details(), books=books)) as it:
        await it.press(":", *"slowly")
        await until(lambda: "still being read" in it.screen_text)
        assert told not in it.screen_text
        books.read_up.set()
        await until(lambda: told in it.screen_text)
        assert "No matches" not in it.screen_text


async def test_a_search_that_comes_to_nothing_says_why() -> None:
    books = FakeBooks(None, trouble="the runbook folder does not answer")
    async with console(desk=FakeDesk(scenes.scene(), scenes.details(), books=books)) as it:
        await it.press(":", *"zzz")
        await until(lambda: "not searched: the runbook folder does not answer" in it.screen_text)


async def test_a_fetched_page_is_no_file_to_edit() -> None:
    details, url = scenes.details(), "https://wiki.example/runbooks/a.md"
    details[SHOWN] = replace(details[SHOWN], runbook=parse("# A\n\n1. Check the pods\n", url))
    books = FakeBooks(details[SHOWN].runbook)
    async with console(desk=FakeDesk(scenes.scene(), details, books=books)) as it:
        await it.press("b", "ctrl+e")
        assert f"{url} is a page, no file of ours: o opens it" in it.screen_text


@pytest.mark.parametrize(
    ("environment", "argv"),
    [
        ({"VISUAL": "code -w", "EDITOR": "nano"}, ["code", "-w", "/b/$(x) y.md"]),
        ({"EDITOR": "nano"}, ["nano", "/b/$(x) y.md"]),
        ({}, ["vi", "/b/$(x) y.md"]),
    ],
)
def test_no_shell_reads_the_editors_command(environment: dict[str, str], argv: list[str]) -> None:
    assert editor.editor_command(Path("/b/$(x) y.md"), environment) == argv


@pytest.mark.parametrize("said", ["  ", "vi 'open"])
def test_an_editor_that_cannot_be_is_said(said: str) -> None:
    with pytest.raises(ValueError, match=r"empty|quotation"):
        editor.editor_command(Path("x"), {"EDITOR": said})
