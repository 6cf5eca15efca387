"""What is wrong with runbooks, and beginning one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from console.domain.runbookfeedback import Feedback, Wrong
from console.library.index import Index
from console.library.lint import Asked, lint
from console.library.template import write_new

TODAY = date(2026, 11, 22)
GOOD = "---\nreviewed: 2026-10-01\n---\n# X\n\n## Steps\n\n1. Check it\n2. Restart it\n"


def faults(folder: Path, *asked: Asked) -> list[tuple[int, str, str]]:
    return [(one.line, one.kind, one.text) for one in lint(Index([folder]), TODAY, 6, asked)]


def write(folder: Path, text: str, name: str = "X.md") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return folder


def test_a_good_one_has_no_faults(tmp_path: Path) -> None:
    assert faults(write(tmp_path, GOOD), Asked("X", "payments")) == []


def test_what_was_said_at_resolve_counts_until_the_next_review(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    old, new = (Wrong(f"INC-{n}", datetime(2026, n, 2, 9, tzinfo=UTC)) for n in (9, 11))
    said = Feedback("X.md", 4, 1, (old, new), (("Restart it", 2),))
    gone = Feedback("https://wiki.example/y.md", 1, 0, (new,))
    found = [(one.path, one.kind, one.text) for one in lint(Index([folder]), TODAY, 6, (), [said, gone])]
    assert found == [
        ("X.md", "steps-wrong", 'its steps were wrong in INC-11 (2026-11-02); failed: "Restart it"'),
        ("https://wiki.example/y.md", "steps-wrong", "its steps were wrong in INC-11 (2026-11-02)"),
    ]


def test_no_steps(tmp_path: Path) -> None:
    (found,) = faults(write(tmp_path, GOOD.partition("## Steps")[0]))
    assert found == (0, "no-steps", "no steps were found in it")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("reviewed: 2026-05-22", "not reviewed for 6 months"),
        ("reviewed: 2024-11-21", "not reviewed for 24 months"),
        ("reviewed: last week", '"reviewed: last week" is not a date like 2026-11-22'),
        ("title: X", 'no "reviewed:" date in its front matter'),
    ],
)
def test_reviews(tmp_path: Path, said: str, text: str) -> None:
    assert faults(write(tmp_path, GOOD.replace("reviewed: 2026-10-01", said))) == [(0, "not-reviewed", text)]


def test_six_months_are_whole_ones(tmp_path: Path) -> None:
    assert faults(write(tmp_path, GOOD.replace("2026-10-01", "2026-05-23"))) == []


def test_commands_without_a_language(tmp_path: Path) -> None:
    code = "\n```\nkubectl get pods\n```\n\n```sh\nkubectl get nodes\n```\n\n```\nNAME  READY\n```\n"
    assert faults(write(tmp_path, GOOD + code)) == [
        (11, "no-language", "commands in a fence without a language, such as ```sh")
    ]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("Y.md", ""),
        ("Y.md#fix-it", ""),
        ("#steps", ""),
        ("https://wiki.example/x", ""),
        ("mailto:a@b.example", ""),
        ("/manual/x.html", ""),
        ("Z.md", "no such file"),
        ("Y.md#nope", "no such section"),
        ("#nope", "no such section"),
        ("../../secret.md", "leads out of the runbook folder"),
    ],
)
def test_links(tmp_path: Path, target: str, why: str) -> None:
    write(tmp_path, GOOD.replace("# X", "# Y") + "\n## Fix it\n", "Y.md")
    write(
        tmp_path,
        f"{GOOD}\nSee [that]({target}) and `[code](nowhere.md)`.\n\n```sh\necho '[x](nowhere.md)'\n```\n",
    )
    assert faults(tmp_path) == ([(11, "dead-link", f"{target}: {why}")] if why else [])


def test_alerts_without_a_runbook_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "binary.md").write_bytes(b"\0")
    assert faults(tmp_path, Asked("X", "a"), Asked("DiskFull", "a")) == [
        (0, "unreadable", "not a text file"),
        (0, "no-runbook", "DiskFull of a has no runbook"),
    ]


def test_a_new_one_is_found_by_its_alert_and_asks_for_its_steps(tmp_path: Path) -> None:
    file = write_new(tmp_path / "books", "DiskFull", "payments", "pay", TODAY)
    assert file.name == "DiskFull.md"
    runbook, _ = Index([tmp_path / "books"]).find("DiskFull", "payments")
    assert runbook is not None
    assert (runbook.alerts, runbook.services, runbook.steps) == (("DiskFull",), ("payments",), ())
    assert [kind for _, kind, _ in faults(tmp_path / "books")] == ["no-steps"]
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "books", "DiskFull.md", "", "", TODAY)


@pytest.mark.parametrize(
    "name", ["", "../x", "/etc/x", "a/b", ".hidden", "a b", "x\n", "[x]", "x" * 101, "{0}"]
)
def test_hostile_names_write_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="must be a name"):
        write_new(tmp_path / "books", name, "", "", TODAY)
    assert not (tmp_path / "books").exists()
