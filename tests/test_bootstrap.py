from __future__ import annotations

from pathlib import Path

import pytest

from console import bootstrap
from console.config.setup import Setup
from console.desk.waiting import notes_file


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def test_each_store_has_its_own_file_of_notes_whose_name_does_not_tell_it(state: Path) -> None:
    one, other = notes_file("postgresql://rina@db.example.org/oncall"), notes_file("/srv/oncall.db")
    assert one != other
    assert one.parent == other.parent == state / "oncall"
    assert "rina" not in one.name


def test_a_store_is_the_same_wherever_the_console_is_started(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = Setup(tmp_path / "oncall.toml", store_url="sqlite:///oncall.db", store_folder=tmp_path)
    (state / "oncall").mkdir(parents=True)
    for content, address in (
        (b"by file", f"sqlite:///{tmp_path / 'oncall.db'}"),
        (b"by server", "postgresql://rina@db.example.org/oncall"),
    ):
        where = address.removeprefix("sqlite:///")
        notes_file(where).write_bytes(content)
        monkeypatch.chdir(state)
        notes = bootstrap.waiting_notes(setup, address)
        assert len(notes.warnings) == 1
        assert notes_file(where).with_suffix(".json.bad").read_bytes() == content
    notes_file(str(tmp_path / "oncall.db")).write_bytes(b"by config")
    assert len(bootstrap.waiting_notes(setup, None).warnings) == 1
    assert bootstrap.waiting_notes(setup, None).warnings == ()
