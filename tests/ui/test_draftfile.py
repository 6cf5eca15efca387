"""What is begun is kept in a private file: by one console, for the next one, bounded, and never shared."""

from __future__ import annotations

import json
import os
import shutil
import stat
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.config.files import write_whole
from console.ui.draftfile import LIMIT, MOST, Begun, DraftFile
from console.ui.drafts import NOTE, UPDATE, Drafts

NOW = SystemClock().now()  # files are as old as the machine says
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


def heard(drafts: Drafts) -> list[str]:
    """Return where what a person is told is going to be."""
    told: list[str] = []
    drafts.tell = told.append
    return told


class TestDrafts:
    def test_what_is_found_is_said_in_one_line(self, tmp_path: Path) -> None:
        left(tmp_path, *(begun(f"INC-{n}", at=NOW + timedelta(seconds=n)) for n in range(5)))
        drafts = Drafts(file_at(tmp_path), lambda: NOW)
        words = "note of INC-4, note of INC-3, note of INC-2, 2 more"
        told = heard(drafts)
        drafts.take_over()
        assert told == [f"written and not saved: {words}; the same key offers it again"]
        second = Drafts(file_at(tmp_path), lambda: NOW)
        told = heard(second)
        second.take_over()
        assert told == []

    async def test_a_file_that_an_editor_had_is_told_of_as_long_as_it_is_there(self, tmp_path: Path) -> None:
        texts = [tmp_path / name for name in ("saved.md", "left.md")]
        killed = Drafts(file := file_at(tmp_path / "drafts"), lambda: NOW)
        for text in texts:
            text.touch()
            await killed.lend(text)
        assert len(killed) == 0, "nobody is asked about it at the end"
        texts[0].unlink()
        os.close(file._lock)
        for wanted in ([f"what was in $EDITOR is in {texts[1]}"], []):
            drafts = Drafts(file_at(tmp_path / "drafts"), lambda: NOW)
            told = heard(drafts)
            drafts.take_over()
            assert told == wanted
            await drafts.close()
            texts[1].unlink(missing_ok=True)

    async def test_a_folder_that_takes_nothing_is_said_once(self, tmp_path: Path) -> None:
        (tmp_path / "drafts").write_text("a file", encoding="utf-8")
        drafts = Drafts(file_at(tmp_path / "drafts"), lambda: NOW)
        told = heard(drafts)
        assert drafts.how_long == "for 7 days"
        drafts.put(NOTE, "INC-1", {"text": "x"})
        for _ in range(2):
            await drafts.save()
            (wrong,) = told
            assert wrong.startswith("what you write is not kept on this machine: ")
        assert drafts.how_long == "until you leave"
        assert drafts.get(NOTE, "INC-1") == {"text": "x"}
        (tmp_path / "drafts").unlink()
        await drafts.save()
        assert drafts.how_long == "for 7 days"
        await drafts.close()
        assert len(told) == 1
        assert len(found(tmp_path / "drafts")) == 1
