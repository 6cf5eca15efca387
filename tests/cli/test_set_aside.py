"""A mistake in the roster of the config keeps no command from working; each says what does not count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.config.mistakes import FEED

CAUSE = (
    '[[rotations]] #1 "payments primary": members #2: no [[people]] has the id "bdi" — did you mean "budi"?'
)


@pytest.fixture
def wrong(config: Path) -> str:
    """Make a mistake in the config; return the line that tells it."""
    text = config.read_text().replace('members = ["asha", "budi"]', 'members = ["asha", "bdi"]')
    config.write_text(text)
    line = text.splitlines().index('members = ["asha", "bdi"]') + 1
    return f"set aside: oncall.toml:{line}: {CAUSE}"


def test_the_roster_shows_a_gap_and_stderr_says_why(run: Run, wrong: str) -> None:
    found = run("roster", "--team", "payments")
    assert found.code == 1  # nobody is primary
    assert found.err.splitlines() == [wrong]
    assert "NOBODY" in found.out
    assert any(
        line.split()[:2] == ["payments", "secondary"] and "NOBODY" not in line
        for line in found.out.splitlines()
    )


def test_other_commands_say_it_too_and_work(run: Run, wrong: str) -> None:
    for command in ("incidents", "status"):
        found = run(command)
        assert found.code in {0, 1}  # 1: there is no engine
        assert found.err.splitlines() == [wrong]
        assert found.out or command == "incidents"
    assert wrong not in run("keys").err


def test_the_check_has_it_as_something_to_fix(run: Run, wrong: str) -> None:
    found = run("check", "--json")
    assert found.code == 1
    told = [(one["result"], one["text"]) for one in found.json["checks"]]
    assert ("fail", wrong) in told
    assert any(
        result == "fail" and "nobody is primary" in text and "is set aside" in text for result, text in told
    )


def test_only_the_first_few_are_told(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + "[[overrides]]\n" * 3)
    found = run("roster")
    assert len(found.err.splitlines()) == 6
    assert found.err.splitlines()[5] == '… and 10 more: run "oncall check"'
    assert sum(one["text"].startswith("set aside") for one in run("check", "--json").json["checks"]) == 15


def test_the_engine_logs_it(run: Run, wrong: str) -> None:
    found = run("watch", "--once", "--log", "json")
    (line,) = [one for one in map(json.loads, found.err.splitlines()) if one.get("event") == "set_aside"]
    assert wrong in line.values()
    assert found.code == 0


def test_the_secrets_of_calendars_are_tried(run: Run, config: Path) -> None:
    feed = FEED + 'url = { env = "ONCALL_TEST_CALENDAR" }\n'
    config.write_text(config.read_text() + feed)
    found = run("check", "--json")
    (secret,) = [one for one in found.json["checks"] if one["area"] == "secret"]
    assert secret["name"] == "calendar Feed url"
    assert "ONCALL_TEST_CALENDAR is not set" in secret["text"]
