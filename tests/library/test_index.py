"""Finding the runbook for an alert."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.domain.runbook import Runbook
from console.library import index as index_module
from console.library import reading
from console.library.index import Index
from console.library.parse import MAX_BYTES, parse

STEPS = "\n1. Check the pods\n2. Restart the pods\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_md", ".md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path,
        alerts__high_latency_md="# High latency\n" + STEPS,
        alerts__disk_md="---\nalerts: [DiskFull, DiskSlow]\nservices: [search]\n---\n# Disks\n" + STEPS,
        payments_md="# Payments\n" + STEPS,
        other_md="# SlowQueries\n" + STEPS,
    )
    return tmp_path


def found(folder: Path, *question: object) -> tuple[str, str]:
    runbook, _ = Index([folder]).find(*question)  # type: ignore[arg-type]
    assert runbook is not None
    return runbook.path, runbook.matched_by


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (("HighLatency", "payments"), ("alerts/high_latency.md", "alert name")),
        (("SlowQueries", "payments"), ("other.md", "alert name")),
        (("DiskSlow", "payments"), ("alerts/disk.md", "front matter")),
        (("Unknown", "payments"), ("payments.md", "service")),
        (("Unknown", "search"), ("alerts/disk.md", "front matter")),
        (("Unknown", "x", ("other.md",)), ("other.md", "service")),
        (("Unknown", "x", ("alerts/disk",)), ("alerts/disk.md", "service")),
        (("Unknown", "payments", ("other",)), ("other.md", "service")),
        (
            ("HighLatency", "x", ("payments.md", "alerts/high_latency.md")),
            ("alerts/high_latency.md", "alert name"),
        ),
        (
            ("Unknown", "payments", (), "https://runbooks.example/a/slowqueries"),
            ("other.md", "runbook_url"),
        ),
        (
            ("Unknown", "payments", (), "https://git.example/x/blob/main/alerts/disk.md#steps"),
            ("alerts/disk.md", "runbook_url"),
        ),
    ],
)
def test_find(folder: Path, question: tuple[object, ...], answer: tuple[str, str]) -> None:
    assert found(folder, *question) == answer


def test_none_says_what_was_looked_for_and_shows_the_link_of_the_alert(folder: Path) -> None:
    runbook, note = Index([folder]).find("Nope", "cdn", ("gone.md",), "https://wiki.example/nope")
    assert runbook is None
    assert note == (
        "no runbook for Nope or cdn among 4 files; configured but not found: gone.md;"
        " the alert links to https://wiki.example/nope, which is not on the allow-list: open it with o"
    )


@pytest.mark.parametrize(
    "url", ["http://[bad", "javascript:alert(1)", "ftp://x/y", "\x1b]8;;http://x\x07", "//"]
)
def test_a_hostile_address_is_neither_followed_nor_shown(folder: Path, url: str) -> None:
    runbook, note = Index([folder]).find("Nope", "cdn", (), url)
    assert runbook is None
    assert "links to" not in note


def test_an_address_cannot_reach_files_outside_the_folders(folder: Path) -> None:
    (folder.parent / "secret.md").write_text("# Secret\n", encoding="utf-8")
    runbook, _ = Index([folder]).find("Nope", "cdn", ("../secret.md",), "file:///../secret.md")
    assert runbook is None


def test_no_folder_is_said(tmp_path: Path) -> None:
    assert Index([]).find("A", "b")[1] == "no runbook folder is configured ([runbooks] paths)"
    index = Index([tmp_path / "nowhere"])
    assert index.find("A", "b")[0] is None
    assert index.problems == (f"{tmp_path / 'nowhere'}: no such folder",)


def test_a_deprecated_copy_and_a_stub_come_last(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_deprecated__X_md="# X\n" + STEPS * 20,
        b_stub__X_md="# X\n\nMoved.\n",
        c__X_md="# X\n" + STEPS * 20,
        index__empty_md="",
    )
    assert found(tmp_path, "X", "s")[0] == "c/X.md"


def test_a_file_of_the_service_is_preferred_among_equals(tmp_path: Path) -> None:
    write(tmp_path, checkout__X_md="# X\n" + STEPS * 20, payments__X_md="# X\n" + STEPS * 20)
    assert found(tmp_path, "X", "payments")[0] == "payments/X.md"


def test_an_empty_file_is_no_runbook(tmp_path: Path) -> None:
    write(tmp_path, X_md="---\ntitle: X\n---\n")
    assert Index([tmp_path]).find("X", "")[0] is None


def test_bad_files_are_named_and_the_others_still_found(folder: Path) -> None:
    (folder / "binary.md").write_bytes(b"# X\0\x01")
    (folder / "latin.md").write_bytes("# Störung\n".encode("latin-1"))
    (folder / "huge.md").write_bytes(b"x" * (MAX_BYTES + 1))
    (folder / "dangling.md").symlink_to(folder / "nowhere.md")
    os.mkfifo(folder / "pipe.md")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "DiskFull.md").write_text("# no\n", encoding="utf-8")
    index = Index([folder])
    assert index.find("HighLatency", "")[0] is not None
    assert index.problems == (
        "binary.md: not a text file",
        "dangling.md: no such file or directory",
        "huge.md: larger than 1 MB",
        "latin.md: not UTF-8 text (byte 4)",
        "pipe.md: not a regular file",
    )


def test_a_folder_link_is_not_followed_round_in_circles(folder: Path) -> None:
    (folder / "alerts" / "loop").symlink_to(folder, target_is_directory=True)
    assert len(Index([folder]).entries()) == 4


def test_one_file_can_be_configured_as_a_place(folder: Path) -> None:
    assert [entry.path for entry in Index([folder / "other.md"]).entries()] == ["other.md"]


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def counting(text: str, path: str) -> Runbook:
        parsed.append(path)
        return parse(text, path)

    monkeypatch.setattr(reading, "parse", counting)
    index = Index([folder])
    first, _ = index.find("HighLatency", "")
    again, _ = index.find("HighLatency", "")
    assert first == again
    assert parsed == ["alerts/high_latency.md"]
    (folder / "alerts" / "high_latency.md").write_text(
        "# High latency\n\n1. Call Budi now\n2. Restart\n", encoding="utf-8"
    )
    changed, _ = index.find("HighLatency", "")
    assert changed is not None
    assert changed.steps[0].text == "Call Budi now"


def test_a_file_that_goes_away_is_a_problem_and_a_new_one_is_found_after_a_refresh(folder: Path) -> None:
    index = Index([folder])
    assert index.find("HighLatency", "")[0] is not None
    (folder / "alerts" / "high_latency.md").unlink()
    assert index.find("HighLatency", "")[0] is None
    assert index.problems == ("alerts/high_latency.md: no such file or directory",)
    write(folder, HighLatency_md="# x\n" + STEPS)
    index.refresh()
    assert index.find("HighLatency", "")[0] is not None
    assert not index.problems


def test_too_many_files_are_cut_and_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "MAX_FILES", 2)
    index = Index([folder])
    assert len(index.entries()) == 2
    assert index.problems == ("only the first 2 runbooks are used",)
