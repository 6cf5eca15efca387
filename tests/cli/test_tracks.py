"""``oncall track``, ``oncall pause`` and ``oncall resume``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("incident")


@pytest.fixture
def incident(run: Run, config: Path) -> str:
    """Return an incident that Asha has, a P3."""
    assert config.exists()
    assert run("new", "--service", "payments", "--title", "5xx", "--priority", "P3").code == 0
    assert run("ack", "1", "--take").code == 0
    return "INC-1"


def test_a_track_is_opened_changed_listed_and_ended(run: Run) -> None:
    assert run("track", "1").out == "INC-1 has no tracks\n"
    opened = run("track", "1", "vendor", "--what", "maps, ticket 123", "--owner", "budi", "--state", "waiting",
                 "--check", "+45m")  # fmt: skip
    assert opened.out.startswith("track vendor of INC-1: waiting, reminds in 4")
    assert run("track", "1", "VENDOR", "-m", "they look into it").code == 0
    listed = run("track", "1").out
    assert "vendor  waiting  Budi" in listed
    assert "maps, ticket 123  they look into it" in listed
    (found,) = run("track", "1", "--json").json["tracks"]
    assert (found["track"], found["state"], found["owner"], found["due"]) == (
        "vendor",
        "waiting",
        "budi",
        False,
    )
    assert found["check_at"].endswith("Z")
    shown = run("show", "1").out
    assert "tracks\n  waiting vendor  maps, ticket 123  Budi  check" in shown
    assert "track vendor (maps, ticket 123) waiting, Budi, to be checked" in shown
    assert run("track", "1", "vendor", "--state", "done").out == "track vendor of INC-1 is done\n"
    assert run("track", "1", "vendor", "--state", "done").code == 0
    (ended,) = run("show", "1", "--json").json["tracks"]
    assert (ended["state"], ended["check_at"]) == ("done", None)


def test_what_was_saved_can_be_had_as_json_and_be_undone(run: Run) -> None:
    saved = run("track", "1", "support", "--check", "23:59", "--json").json
    assert [(one["track"], one["state"]) for one in saved["tracks"]] == [("support", "doing")]
    assert run("undo", "1").code == 0
    assert run("track", "1", "--json").json["tracks"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("1", "vendor", "--owner", "eve"), 'nobody is called "eve"'),
        (("1", "vendor", "--check", "2020-01-01 10:00"), "that time has passed"),
        (("1", "vendor", "--check", "soon"), "is not a duration"),
        (("1", "vendor", "--check", "+0m"), 'the span must be longer than "0s"'),
        (("1", "vendor", "--check", "25:99"), "is not a time"),
        (("1", "vendor", "--state", "done"), "INC-1 has no track vendor"),
        (("1", "--check", "+5m"), "say which track"),
        (("9",), "INC-9: no such incident"),
        (("--readonly", "1", "vendor"), "this command writes to the store"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, words: tuple[str, ...], says: str) -> None:
    found = run("track", *words)
    assert found.code != 0
    assert says in found.err


def test_resolving_asks_first_and_names_the_flag(run: Run) -> None:
    run("track", "1", "vendor")
    asked = run("resolve", "1")
    assert asked.code == 1
    assert "1 track is open: vendor — resolve anyway? (then add --despite-tracks)" in asked.err
    assert run("resolve", "1", "--despite-tracks").code == 0


def test_a_clock_is_paused_with_a_reason_and_runs_again(run: Run) -> None:
    done = run("pause", "1", "--reason", "vendor", "--text", "ticket 123")
    assert done.out == "the clock of INC-1 is paused: waiting for vendor\n"
    assert "paused: waiting for vendor (ticket 123) since" in run("show", "1").out
    paused = run("show", "1", "--json").json["paused"]
    assert (paused["reason"], paused["text"]) == ("waiting_vendor", "ticket 123")
    assert "paused already" in run("pause", "1", "--reason", "client").out
    assert run("resume", "1").out == "the clock of INC-1 runs again\n"
    assert run("show", "1", "--json").json["paused"] is None


def test_a_p1_never_pauses(run: Run) -> None:
    run("priority", "1", "P1")
    refused = run("pause", "1", "--reason", "vendor")
    assert refused.code == 1
    assert refused.err.startswith("INC-1: P1 clocks never pause")
    assert run("pause", "1").code == 2
