from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")


def test_markdown_json_and_a_file(run: Run, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "cannot [pay]", "--priority", "P2")
    run("note", "1", "-m", "! watch the queue")
    found = run("handover")
    assert found.code == 0
    assert found.out.startswith("# Handover payments: ")
    assert "watch the queue" in found.out
    told = run("handover", "--json").json
    assert told["team"] == "payments"
    assert [one["id"] for one in told["open"]] == ["INC-1"]
    assert run("handover", "--format", "json").json["team"] == "payments"
    target = tmp_path / "out" / "handover.md"
    found = run("handover", "-o", str(target))
    assert (found.code, found.out) == (0, "")
    assert target.stat().st_mode & 0o777 == 0o600
    assert "INC-1" in target.read_text()


def test_another_span_and_team(run: Run) -> None:
    found = run(
        "handover", "--from", "2026-01-05 09:00", "--to", "2026-01-12 09:00", "--as", "dewi", "--json"
    ).json
    assert (found["shift_start"], found["shift_end"]) == ("2026-01-05T02:00:00Z", "2026-01-12T02:00:00Z")
    assert found["outgoing"] == "Asha"
    assert run("handover", "--team", "search").code == 2
    assert run("handover", "--from", "2026-01-05", "--to", "2026-01-04").code == 2


def test_a_file_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    found = run("handover", "-o", str(tmp_path / "folder"))
    assert (found.code, found.out) == (2, "")
    assert "cannot be written" in found.err
