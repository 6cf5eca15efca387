"""What is begun is kept in a private file: by one console, for the next one, and never in anybody's way."""

from __future__ import annotations

import json
import os
import shutil
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.config.files import write_whole
from console.ui.draftfile import LIMIT, MOST, Begun, DraftFile
from console.ui.drafts import NOTE, UPDATE, Drafts
from console.ui.screens.updating import UpdateDialog
from console.ui.widgets.field import Field
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.test_updates import OURS, desk, fill

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
FIRST = "INC-1039"
whole = partial(write_whole, overwrite=True)


def file_at(folder: Path, whose: str = "asha sqlite:///shift.db") -> DraftFile:
    return DraftFile(folder, whose, whole)


def begun(about: str, text: str = "pool restarted", at: datetime = NOW) -> Begun:
    return Begun(NOTE, about, {"text": text}, at)


def left(folder: Path, *drafts: Begun, whose: str = "asha sqlite:///shift.db") -> None:
    """Leave drafts behind as a console that was killed: nobody holds its folder any more."""
    file = file_at(folder, whose)
    file.save(lambda: drafts)
    os.close(file._lock)


def found(folder: Path, now: datetime = NOW, **whose: str) -> list[Begun]:
    file = file_at(folder, **whose)
    try:
        return list(file.take_over(now))
    finally:
        file.close()


def files(folder: Path) -> list[Path]:
    return list(folder.rglob("drafts.json"))


class TestFile:
    def test_it_is_private_and_goes_with_the_last_draft(self, tmp_path: Path) -> None:
        folder = tmp_path / "state" / "drafts"
        file = file_at(folder)
        assert file.take_over(NOW) == ()
        assert not folder.exists()
        file.save(lambda: [begun("INC-1")])
        (path,) = files(folder)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert "asha" not in str(path)
        file.save(list)
        assert files(folder) == []
        file.close()
        assert list(folder.iterdir()) == [], "nor anything else"

    def test_what_a_dead_console_left_is_taken_over_once_and_not_lost_again(self, tmp_path: Path) -> None:
        one = Begun(UPDATE, "INC-1 identified", {"impact": "[b]\u00e9\u202e", "doing": "a\nb"}, NOW)
        left(tmp_path, one, begun("INC-2"))
        file = file_at(tmp_path)
        taken = file.take_over(NOW)
        assert {(it.kind, it.about) for it in taken} == {(UPDATE, "INC-1 identified"), (NOTE, "INC-2")}
        assert found(tmp_path) == [], "it is the other one's now"
        assert len(files(tmp_path)) == 1
        os.close(file._lock)  # and that one is killed as well
        assert len(found(tmp_path)) == 2

    def test_two_consoles_at_once_do_not_touch_each_others(self, tmp_path: Path) -> None:
        ours, theirs = file_at(tmp_path), file_at(tmp_path)
        ours.save(lambda: [begun("INC-1", "ours")])
        assert theirs.take_over(NOW) == ()
        theirs.save(lambda: [begun("INC-1", "theirs")])
        theirs.save(list)
        theirs.close()
        assert "ours" in files(tmp_path)[0].read_text(encoding="utf-8")
        ours.close()
        assert [it.fields["text"] for it in found(tmp_path)] == ["ours"]

    def test_of_two_about_the_same_one_waits_for_the_next_start(self, tmp_path: Path) -> None:
        left(tmp_path, begun("INC-1", "one"))
        left(tmp_path, begun("INC-1", "another"))
        first = file_at(tmp_path)
        taken = first.take_over(NOW)
        assert len(taken) == 1
        first.save(list)  # it was saved
        first.close()
        assert {one.fields["text"] for one in (*taken, *found(tmp_path))} == {"one", "another"}

    def test_each_person_and_store_has_its_own(self, tmp_path: Path) -> None:
        left(tmp_path, begun("INC-1"))
        assert found(tmp_path, whose="budi sqlite:///shift.db") == []
        assert len(found(tmp_path)) == 1

    def test_old_ones_go_and_no_others(self, tmp_path: Path) -> None:
        old = NOW - timedelta(days=8)
        left(tmp_path, begun("INC-3"), whose="budi another")
        live = file_at(tmp_path)
        live.save(lambda: [begun("INC-4")])
        for path in tmp_path.rglob("*"):
            os.utime(path, (old.timestamp(), old.timestamp()))
        left(tmp_path, begun("INC-1"), begun("INC-2", at=old))
        assert [one.about for one in found(tmp_path)] == ["INC-1"]
        assert len(files(tmp_path)) == 2
        assert live._own in tmp_path.iterdir(), "a console that lives is never touched"
        live.close()

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", '{"drafts": 1}', '{"drafts": [{"kind": 1}]}', "[" * 99_999, "x" * (LIMIT + 9)]
    )
    def test_what_is_no_such_file_is_left_alone(self, tmp_path: Path, text: str) -> None:
        left(tmp_path, begun("INC-1"))
        left(tmp_path, begun("INC-2"))
        broken = next(path for path in files(tmp_path) if "INC-2" in path.read_text(encoding="utf-8"))
        broken.write_text(text, encoding="utf-8")
        assert [one.about for one in found(tmp_path)] == ["INC-1"]
        assert broken.read_text(encoding="utf-8") == text

    def test_it_is_bounded(self, tmp_path: Path) -> None:
        file = file_at(tmp_path)
        file.save(lambda: [begun(f"INC-{n}", at=NOW + timedelta(seconds=n)) for n in range(MOST + 5)])
        (path,) = files(tmp_path)
        kept = json.loads(path.read_text(encoding="utf-8"))["drafts"]
        assert [one["about"] for one in kept] == [f"INC-{n}" for n in range(5, MOST + 5)]
        with pytest.raises(ValueError, match="too long"):
            file.save(lambda: [begun("INC-1", "x" * LIMIT)])
        assert json.loads(path.read_text(encoding="utf-8"))["drafts"] == kept
        file.close()

    def test_a_folder_that_goes_meanwhile_is_made_again(self, tmp_path: Path) -> None:
        file = file_at(tmp_path / "drafts")
        file.save(lambda: [begun("INC-1")])
        shutil.rmtree(tmp_path / "drafts")
        file.save(lambda: [begun("INC-1")])
        file.close()
        assert [one.about for one in found(tmp_path / "drafts")] == ["INC-1"]


class TestDrafts:
    def test_what_is_found_is_said_in_one_line(self, tmp_path: Path) -> None:
        left(tmp_path, *(begun(f"INC-{n}", at=NOW + timedelta(seconds=n)) for n in range(5)))
        drafts = Drafts(file_at(tmp_path), lambda: NOW)
        words = "note of INC-4, note of INC-3, note of INC-2, 2 more"
        assert drafts.take_over() == f"written and not saved: {words}; the same key offers it again"
        assert Drafts(file_at(tmp_path), lambda: NOW).take_over() == ""

    async def test_a_folder_that_takes_nothing_is_said_once(self, tmp_path: Path) -> None:
        (tmp_path / "drafts").write_text("a file", encoding="utf-8")
        drafts = Drafts(file_at(tmp_path / "drafts"), lambda: NOW)
        assert drafts.how_long == "for 7 days"
        drafts.put(NOTE, "INC-1", {"text": "x"})
        assert (await drafts.save()).startswith("what you write is not kept on this machine: ")
        assert await drafts.save() == ""
        assert drafts.how_long == "until you leave"
        assert drafts.get(NOTE, "INC-1") == {"text": "x"}
        (tmp_path / "drafts").unlink()
        assert await drafts.save() == ""
        assert drafts.how_long == "for 7 days"
        await drafts.close()
        assert len(found(tmp_path / "drafts")) == 1


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
