"""Searching the runbooks' whole text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from console.library import search as search_module
from console.library.files import text_of
from console.library.index import Index
from console.library.search import Search, words_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "lag.md": "# Replication lag\n\n## Fix\n\nRestart the replica when the disk is slow.\n",
        "disk.md": "---\nalerts: [DiskFull]\n---\n# Volumes\n\nThe Disk. disk disk.\n",
        "heading.md": "# X\n\n## Disk\n\nnothing\n",
        "other.md": "# Ärger\n\nquite another thing\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def paths(folder: Path, words: str) -> list[str]:
    return [hit.path for hit in Search(Index([folder])).find(words)]


def test_names_come_before_headings_before_text(folder: Path) -> None:
    assert paths(folder, "disk") == ["disk.md", "heading.md", "lag.md"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("DISK slow", ["lag.md"]),
        ('"disk is slow"', ["lag.md"]),
        ('"slow disk"', []),
        ("diskfull", ["disk.md"]),
        ("ärger", ["other.md"]),
        ("disk nowhere", []),
        ("", []),
        ('"', []),
        ("[a-z]+ .*", []),
    ],
)
def test_all_words_must_occur(folder: Path, words: str, found: list[str]) -> None:
    assert paths(folder, words) == found


def test_a_result_says_where_it_stands(folder: Path) -> None:
    (hit,) = Search(Index([folder])).find("slow disk")
    assert (hit.title, hit.heading) == ("Replication lag", "Fix")
    assert hit.line == "Restart the replica when the disk is slow."


def test_a_change_is_found_and_what_is_gone_is_not(folder: Path) -> None:
    index = Index([folder])
    search = Search(index)
    assert search.find("zebra") == ()
    (folder / "lag.md").write_text("# Lag\n\nzebra and more\n", encoding="utf-8")
    (folder / "disk.md").unlink()
    index.refresh()
    assert [hit.path for hit in search.find("zebra")] == ["lag.md"]
    assert [hit.path for hit in search.find("disk")] == ["heading.md"]


def test_words_are_bounded() -> None:
    assert len(words_of(" ".join(map(str, range(100))))) == 12


def test_two_thousand_files_are_searched_at_once(tmp_path: Path) -> None:
    """The bar is 50 ms on a quiet machine; here processor time with room for a busy one."""
    for n in range(2_000):
        (tmp_path / f"a{n}.md").write_text(f"# Alert {n}\n" + f"the disk of node {n} is slow\n" * 100)
    index = Index([tmp_path])
    search = Search(index)
    index.refresh()
    while search.warm():
        pass
    begun = time.process_time()
    assert len(search.find("disk slow node")) == 20
    assert time.process_time() - begun < 0.15


def test_reading_ahead_leaves_nothing_to_read_for_the_first_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(60):
        (tmp_path / f"a{n}.md").write_text(f"# A{n}\n\nword{n}\n")
    (tmp_path / "bad.md").write_bytes(b"\xff")
    index = Index([tmp_path])
    search = Search(index)
    assert not search.warm()  # nothing has been listed: nobody has looked at a runbook yet
    search = Search(index)
    index.refresh()
    pieces = 1
    while search.warm():
        pieces += 1
        assert pieces < 10
    assert pieces == 3
    read: list[Path] = []

    def reading(file: Path) -> str:
        read.append(file)
        return text_of(file)

    monkeypatch.setattr(search_module, "text_of", reading)
    assert [hit.title for hit in search.find("word41")] == ["A41"]
    assert read == [tmp_path / "a41.md"]  # for the line that is shown
