"""``oncall ticket``: from the command line through the engine to a Jira and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fakes.http import serving
from tests.fakes.ticketing import FakeJiraTickets


@pytest.fixture
def jira(run: Run, config: Path) -> Iterator[FakeJiraTickets]:
    with serving(FakeJiraTickets()) as tracker:
        text = f"""
[[tickets]]
kind = "jira"
name = "desk"
url = "{tracker.url}"
username = "desk@acme.example"
token = {{ file = "jira.token" }}
project = "OPS"
"""
        config.write_text(config.read_text() + text)
        token = config.parent / "jira.token"
        token.write_text("made-up")
        token.chmod(0o600)
        assert run("new", "--service", "payments", "--title", "5xx", "--priority", "P3").code == 0
        yield tracker


def test_a_ticket_is_shown_before_made_and_told_of_the_end(run: Run, jira: FakeJiraTickets) -> None:
    assert run("ticket", "1").out == "INC-1 has no ticket: oncall ticket INC-1 --new has one made\n"
    shown = run("ticket", "1", "--dry-run", "--actual", "cards are declined").out
    assert "cards are declined" in shown
    assert "not recorded" in shown
    assert jira.requests == []
    assert (
        run("ticket", "1", "--actual", "cards are declined").out == "a ticket of INC-1 is asked for in desk\n"
    )
    assert "no answer yet" in run("ticket", "1").out
    assert run("watch", "--once").code == 0
    (one,) = run("ticket", "1", "--json").json["tickets"]
    assert (one["in"], one["key"], one["url"]) == ("desk", "OPS-17", f"{jira.url}/browse/OPS-17")
    assert "OPS-17" in run("show", "1", "--md").out
    assert run("ticket", "1", "--new").out == "INC-1 has OPS-17 in desk already\n"
    assert run("resolve", "1", "-m", "rolled back").code == 0
    assert run("watch", "--once").code == 0
    assert len(jira.comments["OPS-17"]) == 1


def test_scripts_get_json_whatever_came_of_it(run: Run, jira: FakeJiraTickets) -> None:
    first = run("ticket", "1", "--new", "--json").json
    assert run("ticket", "1", "--new", "--json").json == first
    assert first["tickets"][0]["state"] == "pending"
    draft = run("ticket", "1", "--dry-run", "--actual", "cards are declined", "--json").json
    assert (draft["in"], draft["project"], draft["incident"]) == ("desk", "OPS", "INC-1")
    (actual,) = [one["lines"] for one in draft["sections"] if one["title"] == "Actual"]
    assert actual == ["cards are declined"]
    assert jira.writes == []


def test_one_that_exists_is_linked_and_let_go(run: Run, jira: FakeJiraTickets) -> None:
    jira.issues.append({"id": "1", "key": "OPS-9", "fields": {"summary": "Cards", "labels": []}})
    assert run("ticket", "1", "--link", f"{jira.url}/browse/OPS-9").code == 0
    assert run("watch", "--once").code == 0
    assert "OPS-9" in run("ticket", "1").out
    assert run("ticket", "1", "--unlink", "ops-9").code == 0
    assert run("ticket", "1", "--json").json["tickets"] == []
    refused = run("ticket", "1", "--link", "nonsense")
    assert refused.code == 1
    assert "is no ticket of desk" in refused.err


def test_check_tries_it_and_writes_nothing(run: Run, jira: FakeJiraTickets) -> None:
    said = run("check").out
    assert "as desk@acme.example" in said
    assert "Transition Issues" in said
    assert jira.writes == []


@pytest.mark.usefixtures("jira")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--to", "nowhere", "--new"), "there are: desk"),
        (("--link", "OPS-1", "--actual", "x"), "go without"),
        (("--to", "nowhere", "--dry-run"), "there are: desk"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], says: str, run: Run) -> None:
    refused = run("ticket", "1", *words)
    assert refused.code != 0
    assert says in refused.err
