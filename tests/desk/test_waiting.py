from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.files import write_whole
from console.desk.waiting import LIMIT, WaitingNote, WaitingNotes
from tests.store.racing import race

NINE = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
NOTE = WaitingNote("INC-1", "pool restarted", "op-1", "asha", NINE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "notes.json"


def notes_at(path: Path) -> WaitingNotes:
    return WaitingNotes(path, partial(write_whole, overwrite=True))


@pytest.fixture
def notes(path: Path) -> WaitingNotes:
    return notes_at(path)


class TestFile:
    def test_it_is_there_only_while_something_waits_and_for_its_owner_only(
        self, notes: WaitingNotes, path: Path
    ) -> None:
        assert notes.load() == ()
        notes.remove("op-1")
        assert not path.parent.exists()
        notes.add(NOTE)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        notes.remove("another")
        assert notes_at(path).load() == (NOTE,)
        notes.remove("op-1")
        assert list(path.parent.iterdir()) == []

    def test_notes_keep_their_order_and_none_is_there_twice(self, notes: WaitingNotes) -> None:
        second = replace(NOTE, op="op-2")
        for note in (NOTE, second, second):
            notes.add(note)
        assert notes.load() == (NOTE, second)

    def test_several_consoles_share_it(self, path: Path) -> None:
        many = [replace(NOTE, op=f"op-{number}") for number in range(12)]
        race(len(many), lambda number: notes_at(path).add(many[number]))
        assert sorted(note.op for note in notes_at(path).load()) == sorted(note.op for note in many)
        race(len(many), lambda number: notes_at(path).remove(many[number].op))
        assert list(path.parent.iterdir()) == []

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe",
            b"[]",
            b'{"notes": [{}]}',
            b'{"notes": "none"}',
            b"[" * 100_000,
            b" " * (LIMIT + 1),
            b'{"notes": [{"incident": "INC-1", "text": 5, "op": "x", "actor": "a", "written_at": "2026-03-02"}]}',
            b'{"notes": [{"incident": "I", "text": "t", "op": "x", "actor": "a", "written_at": "2026-03-02"}]}',
            b'{"notes": [{"incident": "I", "text": "t", "op": "x", "actor": "a", "written_at": "0001-01-01T00+23"}]}',
        ],
        ids=range(10),
    )
    def test_what_cannot_be_read_is_set_aside_and_said(
        self, notes: WaitingNotes, path: Path, content: bytes
    ) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        assert notes.load() == ()
        aside = path.with_name("notes.json.bad")
        assert aside.read_bytes() == content
        (warning,) = notes.warnings
        assert str(aside) in warning
        assert "\n" not in warning
        notes.add(NOTE)
        assert notes.load() == (NOTE,)

    def test_a_file_that_may_not_be_read_is_said(self, notes: WaitingNotes, path: Path) -> None:
        path.mkdir(parents=True)  # root may read any file, but nobody reads a folder as one
        assert notes.load() == ()
        assert "cannot be read" in notes.warnings[0]
        with pytest.raises(OSError, match="directory"):
            notes.add(NOTE)

    def test_text_from_outside_is_made_safe(self, notes: WaitingNotes, path: Path) -> None:
        notes.add(replace(NOTE, text="one\ntwo"))
        told = json.loads(path.read_bytes())
        told["notes"][0] |= {"text": "one\n\x1b[31mtwo", "actor": "a\nb"}
        path.write_text(json.dumps(told))
        (note,) = notes.load()
        assert note.text == "one\n^[[31mtwo"
        assert "\n" not in note.actor

    def test_a_text_that_no_file_takes_is_refused(self, notes: WaitingNotes, path: Path) -> None:
        with pytest.raises(ValueError, match="surrogates"):
            notes.add(replace(NOTE, text="\ud800"))
        assert list(path.parent.iterdir()) == []


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60), st.datetimes())
def test_any_note_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str, at: datetime) -> None:
    notes = notes_at(tmp_path_factory.mktemp("notes") / "notes.json")
    note = replace(NOTE, text=text, written_at=at.replace(tzinfo=UTC))
    notes.add(note)
    assert notes.load() == (note,)


def test_a_note_says_when_it_was_written() -> None:
    assert NOTE.told == "pool restarted (written 2026-03-02 09:14 UTC while the store was away)"
