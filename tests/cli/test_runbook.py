"""``oncall runbook``: searching, checking, beginning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_reading import Shift


@pytest.fixture
def shift(config: Path, books: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shift]:
    assert books.is_dir()
    made = Shift(config)
    monkeypatch.setattr("console.store.sqlite.store.SystemClock", lambda: made.clock)
    yield made
    made.store.close()


@pytest.fixture
def books(config: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "lag.md").write_text(
        "# Replication lag\n\n## Fix\n\n1. Check the disk\n2. Restart the replica\n"
    )
    config.write_text(config.read_text() + '\n[runbooks]\npaths = ["books"]\n')
    return folder


def test_searching_tells_where_the_words_stand(run: Run, books: Path) -> None:
    assert books.is_dir()
    found = run("runbook", "--search", "restart replica")
    assert (found.code, found.out) == (0, "lag.md: Replication lag § Fix\n    2. Restart the replica\n")
    assert run("runbook", "--search", '"check the disk"', "--json").json == {
        "hits": [
            {"path": "lag.md", "title": "Replication lag", "heading": "Fix", "line": "1. Check the disk"},
        ]
    }
    nothing = run("runbook", "--search", "zebra")
    assert (nothing.code, nothing.err) == (1, "no runbook has all of: zebra\n")


def test_a_new_one_is_written_once(run: Run, books: Path) -> None:
    found = run("runbook", "new", "DiskFull", "--service", "payments")
    assert found.code == 0
    assert found.out.startswith(str(books / "DiskFull.md"))
    assert "services: [payments]" in (books / "DiskFull.md").read_text()
    again = run("runbook", "new", "DiskFull")
    assert (again.code, "there is one already" in again.err) == (1, True)
    assert run("runbook", "new", "../DiskFull").code == 2
    assert run("runbook", "new").code == 2
    assert sorted(path.name for path in books.iterdir()) == ["DiskFull.md", "lag.md"]


def test_lint_tells_what_is_wrong_and_which_alerts_have_none(run: Run, books: Path, shift: Shift) -> None:
    shift.fired()
    found = run("runbook", "lint")
    assert found.code == 1
    assert found.out == (
        'lag.md: no "reviewed:" date in its front matter\nHighErrorRate of payments has no runbook\n'
    )
    assert found.err == "1 runbook, 2 faults\n"
    good = "---\nalerts: [HighErrorRate]\nreviewed: 2026-01-01\n---\n"
    (books / "lag.md").write_text(good + (books / "lag.md").read_text())
    well = run("runbook", "lint", "--json")
    assert (well.code, well.json) == (0, {"files": 1, "faults": []})


def test_lint_tells_where_the_steps_were_said_to_be_wrong_until_they_are_reviewed(
    run: Run, books: Path, shift: Shift
) -> None:
    incident = shift.fired()
    text = (books / "lag.md").read_text()
    (books / "lag.md").write_text(f"---\nalerts: [HighErrorRate]\nreviewed: 2026-01-01\n---\n{text}")
    run("ack", incident)
    assert run("resolve", incident, "-m", "rolled back", "--runbook", "no", "--despite-firing").code == 0
    found = run("runbook", "lint")
    assert (found.code, found.err) == (1, "1 runbook, 1 fault\n")
    assert found.out.startswith(f"lag.md: its steps were wrong in {incident} (2026-")
    (books / "lag.md").write_text(f"---\nalerts: [HighErrorRate]\nreviewed: 2026-01-09\n---\n{text}")
    assert run("runbook", "lint").code == 0


def test_more_words_than_one_are_told_how_to_search(run: Run, books: Path) -> None:
    assert books.is_dir()
    found = run("runbook", "disk", "full")
    assert found.code == 2
    assert "--search" in found.err
