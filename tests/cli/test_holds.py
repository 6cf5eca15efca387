"""``oncall holds``: what is held back, with its end, and what is not known."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")


def test_a_maintenance_is_listed_with_its_end(run: Run) -> None:
    assert run("holds").out.startswith("nothing is held back: ")
    run("maintenance", "start", "--service", "payments", "--for", "2h", "-m", "migration")
    told = run("holds")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("maintenance of payments (migration) ends in ")
    (held,) = run("holds", "--json").json["holds"]
    assert (held["by"], held["incidents"], held["then"]) == ("maintenance", [], "nothing that waits for it")


def test_what_no_source_has_told_is_not_known(run: Run) -> None:
    lines = run("holds").out.splitlines()
    assert any(line.startswith("! ") and "not known" in line for line in lines[1:])
    assert run("holds", "--json").json["unknown"]
