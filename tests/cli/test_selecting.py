"""Acting on what a filter finds: a list, a question, and never anything that was not listed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


class Terminal(io.StringIO):
    """Somebody who types an answer."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def three(run: Run, config: Path) -> None:  # noqa: ARG001 - a config must be there
    for title, priority in (("cannot pay", "P1"), ("slow page", "P3"), ("slow search", "P3")):
        run("new", "--service", "payments", "--title", title, "--priority", priority)


def states(run: Run) -> dict[str, str]:
    return {one["id"]: one["state"] for one in run("incidents", "--json").json["incidents"]}


def test_all_that_match_are_listed_and_taken(run: Run) -> None:
    found = run("ack", "--filter", "p:3", "--yes")
    assert found.code == 0
    assert found.out == "acked INC-2\nacked INC-3\n"
    assert [line for line in found.err.splitlines() if line.startswith("INC-")] == [
        "INC-2 P3 triggered payments slow page",
        "INC-3 P3 triggered payments slow search",
    ]
    assert states(run) == {"INC-1": "triggered", "INC-2": "acknowledged", "INC-3": "acknowledged"}
    assert run("incidents", "--filter", "p:3 st:acked").out.count("INC-") == 2


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_without_yes_it_asks(run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    found = run("ack", "--filter", "slow")
    assert found.code == code
    assert "ack these 2 incidents (“slow”)? [y/N]" in found.err
    assert (states(run)["INC-2"] == "acknowledged") is (code == 0)
    assert states(run)["INC-1"] == "triggered"


def test_nobody_to_ask_is_no_yes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    found = run("ack", "--filter", "slow")
    assert found.code == 2
    assert "give --yes" in found.err
    assert set(states(run).values()) == {"triggered"}


def test_b27_what_matches_nothing_does_nothing(run: Run) -> None:
    found = run("ack", "--filter", "svc:nothing", "--yes")
    assert (found.code, found.out) == (1, "")
    assert found.err == "nothing open matches service has “nothing”: nothing is done\n"
    assert set(states(run).values()) == {"triggered"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which incidents?"),
        (("INC-1", "--filter", "p:3"), "not both"),
        (("--filter", ""), "every incident"),
        (("--filter", "sv:pay"), "did you mean svc?"),
    ],
)
def test_what_is_meant_must_be_said(run: Run, words: tuple[str, ...], said: str) -> None:
    found = run("ack", *words, "--yes")
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert set(states(run).values()) == {"triggered"}


def test_the_other_commands_take_a_filter_too(run: Run) -> None:
    assert run("priority", "--filter", "slow", "--yes", "P2").code == 0
    assert run("note", "--filter", "p:2", "--yes", "-m", "vendor called").out.count("INC-") == 2
    assert run("snooze", "--filter", "p:2", "--yes", "--for", "15m").code in {0, 1}
    assert run("escalate", "--filter", "p:1", "--dry-run").out.startswith("INC-1: would page")
    assert run("resolve", "--filter", "p:2", "--yes", "--cause", "deploy", "-m", "rolled back").code == 0
    assert states(run) == {"INC-1": "triggered"}


def test_what_failed_is_named_and_counted(run: Run) -> None:
    found = run("ack", "--filter", "p:3,1", "--yes", "--as", "dewi")
    assert found.code == 1
    assert found.err.splitlines()[-1] == "not done: 3, named above"
    assert all(f"{name}: you were not paged" in found.err for name in ("INC-1", "INC-2", "INC-3"))
