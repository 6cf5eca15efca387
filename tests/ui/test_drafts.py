"""What is being written is on the disk within a second, offered again at the next start, and gone when it is saved."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from console.ui import handoverbook
from console.ui.draftfile import DraftFile
from console.ui.drafts import UPDATE
from console.ui.screens.updating import UpdateDialog
from console.ui.widgets.field import Field
from tests.fakes.desk import FakeDesk
from tests.fakes.handovers import draft
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.test_draftfile import file_at, files
from tests.ui.test_handover import DOCUMENT, ENTRY, opened
from tests.ui.test_tickets import PLACES
from tests.ui.test_tickets import desk as ticket_desk
from tests.ui.test_updates import OURS, desk, fill

FIRST = "INC-1039"


def on_disk(folder: Path) -> dict[str, Any]:
    """Return what the files keep, by kind and what it is about."""
    told = []
    for path in files(folder):
        with suppress(FileNotFoundError):  # it went meanwhile
            told.append(json.loads(path.read_text(encoding="utf-8"))["drafts"])
    return {f"{one['kind']} {one['about']}": one["fields"] for drafts in told for one in drafts}


async def until_kept(it: Driver, folder: Path, names: set[str]) -> None:
    """Look now rather than within a second, and wait until the file says so."""
    it.main.session.drafts.look()
    await it.settle(lambda: set(on_disk(folder)) == names)


async def test_an_update_is_kept_while_it_is_written_and_gone_when_it_is_posted(tmp_path: Path) -> None:
    name = f"{UPDATE} {OURS} investigating"
    async with console(desk=desk(), size=(120, 40), draft_file=file_at(tmp_path)) as it:
        await it.loaded()
        await it.press("c", "i")
        it.main.session.drafts.look()
        assert len(it.main.session.drafts) == 0, "nothing was written yet"
        await fill(it, impact="Some payments fail.", outlets="chat")
        await until_kept(it, tmp_path, {name})
        kept = on_disk(tmp_path)[name]
        assert (kept["impact"], kept["outlets"], kept["failing"]) == (
            "Some payments fail.",
            "chat",
            "partial",
        )
        await it.press("f2")
        await until_kept(it, tmp_path, set())
        assert it.commands


async def test_the_next_console_says_what_is_there_and_offers_it(tmp_path: Path) -> None:
    async with console(desk=desk(), size=(120, 40), draft_file=file_at(tmp_path)) as it:
        await it.loaded()
        await it.press("c", "i")
        await fill(it, impact="Some payments fail.", outlets="chat")
        it.app.exit()  # as a signal does: with the dialog open, less than a second after the last letter
    assert on_disk(tmp_path)[f"{UPDATE} {OURS} investigating"]["impact"] == "Some payments fail."
    async with console(desk=desk(), size=(120, 40), draft_file=file_at(tmp_path)) as it:
        await it.loaded()
        said = f"written and not saved: client update of {OURS} investigating; the same key offers it again"
        assert it.app.messages == [said]
        await it.press("c")
        assert "your draft: Some payments fail." in it.screen_text
        await it.press("i")
        assert isinstance(it.app.screen, UpdateDialog)
        assert it.app.screen.query_one("#update-impact", Field).value == "Some payments fail."
        assert it.app.screen.query_one("#update-outlets", Field).value == "chat"
        await fill(it, impact="")
        await it.press("escape")
        await until_kept(it, tmp_path, set())


@pytest.mark.parametrize(("key", "name", "fields"), [
    ("n", f"note {FIRST}", {"text": "half a"}),
    ("R", f"resolution {FIRST}", {"note": "half a", "cause": ""}),
])  # fmt: skip
async def test_notes_and_resolutions_are_kept_too(
    tmp_path: Path, key: str, name: str, fields: dict[str, str]
) -> None:
    async with console(draft_file=file_at(tmp_path)) as it:
        await it.press(key)
        await it.write("half a")
        await until_kept(it, tmp_path, {name})
        assert on_disk(tmp_path)[name] == fields
        it.app.exit()
    async with console(draft_file=file_at(tmp_path)) as it:
        await it.press(key)
        assert "half a" in it.screen_text
        await it.press("escape", "q")
        assert "kept for 7 days" in it.screen_text


async def test_a_ticket_is_kept_too(tmp_path: Path) -> None:
    async with console(desk=ticket_desk(*PLACES), draft_file=file_at(tmp_path)) as it:
        await it.loaded()
        await it.press("J", "escape")
        assert len(it.main.session.drafts) == 0, "nothing was written"
        await it.press("J")
        await it.write("cards")
        await until_kept(it, tmp_path, {f"ticket {OURS}"})
        kept = on_disk(tmp_path)[f"ticket {OURS}"]
        assert kept == {"outlet": "jira", "actual": "cards", "ideal": ""}


async def test_lines_of_the_handover_are_kept_too_and_what_an_editor_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[dict[str, Any]] = []

    def edit(_app: object, _file: Path) -> str:
        lent.append(on_disk(tmp_path))
        return ""

    monkeypatch.setattr(handoverbook, "edit", edit)
    handing = draft(DOCUMENT, entries=(ENTRY,))
    async with opened(handing, draft_file=file_at(tmp_path)) as (it, _):
        await it.press("c", "1", "c", "escape")
        assert len(it.main.session.drafts) == 0, "nothing was written"
        await it.press("c", "1", "c")
        await it.write(", and")
        await until_kept(it, tmp_path, {"handover payments/primary/x E1"})
        await it.press("escape", "c", "1", "c")
        assert "queue depth, and" in it.screen_text
        await it.press("f2")
        await until_kept(it, tmp_path, set())
        await it.press("ctrl+e")
        await it.settle(lambda: bool(lent))
    ((_, fields),) = lent[0].items()
    assert fields["file"].startswith("oncall-handover-")
    assert files(tmp_path) == []


async def test_a_disk_that_takes_nothing_is_said_once_and_is_in_nobodys_way(tmp_path: Path) -> None:
    def full(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    async with console(desk=FakeDesk(scenes.scene(), details=scenes.details()), draft_file=DraftFile(tmp_path, "asha", full)) as it:  # fmt: skip
        wrong = "what you write is not kept on this machine: no space left on device"
        await it.press("n")
        await it.write("half")
        it.main.session.drafts.look()
        await it.settle(lambda: wrong in it.app.messages)
        await it.write(" a")
        await it.press("escape")
        await it.settle(lambda: "the note is kept as a draft until you leave" in it.app.messages)
        assert it.app.messages.count(wrong) <= 1
        await it.press("n")
        assert "half a" in it.screen_text
        await it.press("f2")
        assert it.commands[0][0] == FIRST
