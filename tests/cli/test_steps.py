"""``oncall runbook INC --done N``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def book(run: Run, config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runbooks"
    folder.mkdir()
    text = "# High\n\n1. Look at the graph of {{ service }}\n2. Restart\n\n   ```sh\n   k restart {{ labels.instance }}\n   ```\n"
    (folder / "payments.md").write_text(text)
    config.write_text(config.read_text() + '\n[runbooks]\npaths = ["runbooks"]\n')
    assert run("new", "--service", "payments", "--title", "5xx").code == 0


@pytest.mark.usefixtures("book")
def test_steps_are_marked_with_a_result(run: Run) -> None:
    assert run("runbook", "1", "--doing", "1").out == "INC-1: step 1 doing\n"
    assert run("runbook", "1", "--done", "1", "-m", "14 %").out == "INC-1: step 1 done\n"
    assert run("runbook", "1", "--note", "2", "-m", "the second first").out == "INC-1: note on step 2 saved\n"
    assert run("runbook", "1", "--fail", "2", "-m", "no access").out == "INC-1: step 2 failed\n"
    shown = run("runbook", "1").out
    assert "[x] 1. Look at the graph of {{ service }} - 14 %" in shown
    assert "[!] 2. Restart - no access" in shown
    assert "note: the second first" in shown
    assert "$ k restart {{ labels.instance }}\n         not filled in: no label instance" in shown
    assert run("runbook", "1", "--todo", "2").out == "INC-1: step 2 todo\n"
    assert "step 1 done: Look at the graph of {{ service }} - 14 %" in run("show", "1").out


@pytest.mark.usefixtures("book")
def test_what_cannot_be_marked_is_said(run: Run) -> None:
    assert "has 2 steps, none with the number 9" in run("runbook", "1", "--done", "9").err
    assert "no such incident" in run("runbook", "99", "--done", "1").err
    assert "say of which incident" in run("runbook", "payments", "--done", "1").err
    assert "an empty note says nothing" in run("runbook", "1", "--note", "1").err
    assert "writes to the store" in run("--readonly", "runbook", "1", "--done", "1").err
