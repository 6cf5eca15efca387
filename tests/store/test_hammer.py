"""Processes killed at random: what was told as saved is there, and nothing happened twice. On both stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.hammer_audit import hammer

SECONDS = {"sqlite": 3.0, "postgres": 4.0}
CONTROL = 2.0  # seconds


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if kind == "postgres":
        return str(request.getfixturevalue("pg_database"))
    return f"sqlite:///{tmp_path}/store.db"


def test_nothing_told_is_lost_and_nothing_happens_twice(url: str, kind: str, tmp_path: Path) -> None:
    found = hammer(url, tmp_path / "told", SECONDS[kind])
    assert found.broken == []
    told = found.told  # a busy machine does less, but something of everything
    assert told.kills >= 4
    assert told.count("Ack") >= 10
    assert told.second["Ack"] >= 5, "nobody was second: there was no race"
    assert told.count("Escalate") >= 5
    assert told.count("Note") >= 5
    assert len(told.granted) >= 3
    assert len(told.fenced) >= 1


def test_the_same_audit_catches_writers_that_do_not_look_again(url: str, tmp_path: Path) -> None:
    """The control: if this finds nothing, the test above proves nothing."""
    found = hammer(url, tmp_path / "told", CONTROL, "naive")
    assert found.told.errors == []
    assert found.duplicates != []
