"""``oncall update``: looked at first, posted, refused, listed."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("incident")

IMPACT = ("--stage", "identified", "--impact", "Some payments fail.")


@pytest.fixture
def incident(run: Run, config: Path) -> str:
    """Return a P1 about which a file tells clients."""
    outlet = '\n[[outlets]]\nkind = "file"\nname = "static"\npath = "status.json"\n'
    config.write_text(config.read_text() + outlet)
    assert (
        run("new", "--service", "payments", "--title", "5xx on db-3.internal", "--priority", "P1").code == 0
    )
    return "INC-1"


def test_a_dry_run_shows_what_clients_would_read_and_posts_nothing(run: Run) -> None:
    shown = run("update", "1", *IMPACT, "--next", "20m", "--dry-run")
    assert shown.code == 0
    assert "payments: partly unavailable" in shown.out
    assert "What you see: Some payments fail." in shown.out
    assert "static: writes status.json" in shown.out
    assert "db-3" not in shown.out
    assert run("update", "1", "--list", "--json").json["updates"] == []


def test_what_clients_must_not_read_is_refused(run: Run) -> None:
    refused = run("update", "1", *IMPACT, "--doing", "Fixed in 20 minutes")
    assert refused.code == 1
    assert '"in 20 minutes" promises when it will be mended' in refused.err
    found = run("update", "1", "--stage", "identified", "--dry-run", "--json")
    assert (found.code, found.json["findings"][0]["field"]) == (1, "impact")
    assert run("update", "1", "--list").out.startswith("clients were told nothing of INC-1\n")


def test_it_is_posted_published_and_listed(run: Run, config: Path) -> None:
    assert run("update", "1", *IMPACT, "--failing", "degraded").code == 0
    assert run("watch", "--once").code == 0
    (told,) = run("update", "1", "--list", "--json").json["updates"]
    assert (told["stage"], told["impact"]) == ("identified", "Some payments fail.")
    assert told["outlets"] == [
        {"name": "static", "state": "done", "text": "written: identified", "next_try": None}
    ]
    assert "static done" in run("update", "1", "--list").out
    assert (config.parent / "status.json").exists()


def test_an_outlet_that_is_not_reached_says_why_and_when_it_is_tried_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_what: object, **_how: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("console.outlets.file.write_whole", full)
    assert run("update", "1", *IMPACT).code == 0
    run("watch", "--once")
    (told,) = run("update", "1", "--list", "--json").json["updates"]
    (outlet,) = told["outlets"]
    assert outlet["state"] == "pending"
    assert outlet["text"].startswith("waits: ")
    assert "status.json cannot be written (No space left on device)" in outlet["text"]
    assert outlet["next_try"].endswith("Z")
    shown = run("update", "1", "--list").out
    assert f"static pending: {outlet['text']}; tried again " in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("1",), "say the stage, or --list"),
        (("1", *IMPACT, "--to", "nowhere"), 'there is no outlet called "nowhere": outlets: static'),
        (("9", *IMPACT), "INC-9: no such incident"),
        (("1", *IMPACT, "--readonly"), "this command writes to the store"),
    ],
)
def test_mistakes_are_one_line(run: Run, words: tuple[str, ...], says: str) -> None:
    failed = run("update", *words)
    assert failed.code != 0
    assert says in failed.err


def test_what_is_over_asks_for_a_last_word_until_it_is_said_or_waived(run: Run) -> None:
    assert run("update", "1", *IMPACT).code == 0
    assert run("watch", "--once").code == 0
    assert "not been told" not in run("update", "1", "--list").out, "it is open"
    refused = run("update", "1", "--none-needed", "told by phone")
    assert refused.code != 0
    assert "INC-1 is open" in refused.out + refused.err
    assert run("ack", "1").code == 0
    assert run("resolve", "1", "--cause", "deploy", "--runbook", "none", "-m", "rolled back").code == 0
    assert "clients have not been told that it is over: static" in run("update", "1", "--list").out
    asked = run("status", "--line")
    assert (asked.code, "clients wait for a last word on INC-1" in asked.out) == (1, True)
    assert run("status", "--json").json["followed"] == ["INC-1"]
    assert run("update", "1", "--none-needed", "told by phone").code == 0
    listed = run("update", "1", "--list", "--json").json
    assert listed["followed"] == []
    assert "clients wait" not in run("status").out
