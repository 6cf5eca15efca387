"""Checklists from the command line, on a real store and a real clock: the shift never ends or begins by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

LISTS = """
[[checklists]]
id = "before"
name = "before the shift"
when = "pre-shift"
  [[checklists.items]]
  id = "vpn"
  text = "the VPN lets me in"
  kind = "command"
  command = ["sh", "-c", "echo no route; exit 1"]
  access = true
  [[checklists.items]]
  id = "clock"
  text = "the clock is right"
  kind = "command"
  command = ["echo", "in step"]
  [[checklists.items]]
  id = "battery"
  text = "battery"
  kind = "value"
  required = false
[[checklists]]
id = "daily"
when = "daily"
  [[checklists.items]]
  id = "smoke"
  text = "smoke tests"
"""

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def shift(config: Path) -> Path:
    """Let Dewi's cover begin in two hours, and Asha hold the pager until then: nothing depends on the day."""
    now = datetime.now(UTC).replace(microsecond=0)

    def cover(person: str, start: timedelta, end: timedelta) -> str:
        return (
            f'[[overrides]]\nteam = "payments"\nrole = "primary"\nperson = "{person}"\n'
            f"start = {(now + start).isoformat()}\nend = {(now + end).isoformat()}\n"
        )

    covers = cover("asha", -HOUR * 240, HOUR * 2) + cover("dewi", HOUR * 2, HOUR * 40)
    config.write_text(config.read_text() + covers + LISTS)
    return config


def items(found: Any, name: str = "before") -> dict[str, str]:
    (listed,) = [one for one in found.json["checklists"] if one["id"] == name]
    return {one["id"]: one["state"] for one in listed["items"]}


def test_it_shows_what_is_due_and_ends_with_1_while_something_is_open(run: Run) -> None:
    found = run("checklist", "--as", "dewi")
    assert found.code == 1
    assert found.out.splitlines()[0].startswith(
        "before: before the shift, payments primary, 3 of 3 items open, due by"
    )
    assert "[ ] battery  battery · optional" in found.out
    assert found.out.splitlines()[-1] == "checklist open"
    shown = run("checklist", "before", "--as", "dewi", "--json")
    assert (shown.json["person"], shown.json["ready"]) == ("dewi", "checklist open")
    assert items(shown) == {"vpn": "todo", "clock": "todo", "battery": "todo"}


def test_who_has_no_shift_has_nothing_to_check(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace('members = ["budi", "asha"]', 'members = ["asha", "budi"]'))
    config.write_text(config.read_text() + '[[people]]\nid = "eko"\n')
    found = run("checklist", "--as", "eko")
    assert (found.code, found.out) == (0, "No checklist is due for you now.\n")


def test_answers_are_kept_and_can_be_taken_back(run: Run) -> None:
    for word, state in (("skip", "skipped"), ("done", "done"), ("undo", "todo")):
        assert run("checklist", word, "before", "clock", "--as", "dewi").code == 0
        assert items(run("checklist", "--as", "dewi", "--json"))["clock"] == state
    assert run("checklist", "done", "before", "battery", "--value", "80 %", "--as", "dewi").code == 0
    assert "[x] battery" in run("checklist", "--as", "dewi").out
    assert "80 %" in run("checklist", "--as", "dewi").out


def test_everything_done_ends_with_0(run: Run) -> None:
    for item in ("vpn", "clock"):
        run("checklist", "done", "before", item, "--as", "dewi")
    found = run("checklist", "--as", "dewi")
    assert (found.code, found.out.splitlines()[-1]) == (0, "ready")


def test_commands_run_for_real_and_a_failed_access_opens_one_p4(run: Run) -> None:
    found = run("checklist", "run", "before", "--as", "dewi")
    assert found.code == 1
    assert "vpn: failed after" in found.out
    assert "no route" in found.out
    assert "clock: done after" in found.out
    assert items(run("checklist", "--as", "dewi", "--json")) == {
        "vpn": "failed",
        "clock": "done",
        "battery": "todo",
    }
    assert run("checklist", "run", "before", "vpn", "--as", "dewi").code == 1
    (incident,) = run("incidents", "--json").json["incidents"]
    assert (incident["title"], incident["priority"]) == ("dewi cannot get access: the VPN lets me in", "P4")
    shown = run("checklist", "--as", "dewi")
    assert incident["id"] in shown.out
    assert shown.out.splitlines()[-1].startswith("not ready: the VPN lets me in failed")


def test_a_failure_says_what_went_wrong(run: Run) -> None:
    assert run("checklist", "fail", "before", "clock", "--as", "dewi").code == 2
    assert run("checklist", "fail", "before", "clock", "-m", "an hour off", "--as", "dewi").code == 0
    assert "an hour off" in run("checklist", "--as", "dewi").out
    assert run("incidents", "--json").json["incidents"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["befor"], 'no checklist "befor" is due — did you mean "before"?'),
        (["done", "before"], "say which checklist and which item"),
        (["done", "before", "vpm"], 'before has no item "vpm" — did you mean "vpn"?'),
        (["done", "before", "battery"], "this item wants a value"),
        (["run", "before", "battery"], '"battery" has no command'),
        (["before", "-m", "x"], "-m and --value go with an answer"),
        (["--team", "paymets"], 'no [[teams]] has the id "paymets"'),
    ],
)
def test_every_mistake_is_one_line(run: Run, words: list[str], said: str) -> None:
    found = run("checklist", *words, "--as", "dewi")
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_a_readonly_command_line_answers_and_runs_nothing(run: Run) -> None:
    run("checklist", "--as", "dewi")
    for words in (["done", "before", "clock"], ["run"]):
        found = run("checklist", *words, "--as", "dewi", "--readonly")
        assert found.code == 1
        assert "writes to the store" in found.err
    assert run("checklist", "--as", "dewi", "--readonly").code == 1


def test_other_shifts_and_lists_have_answers_of_their_own(run: Run) -> None:
    run("checklist", "done", "daily", "smoke")
    assert items(run("checklist", "--json"), "daily") == {"smoke": "done"}
    assert items(run("checklist", "--as", "dewi", "--json"))["clock"] == "todo"


def test_the_roster_says_who_is_not_ready(run: Run) -> None:
    assert "! dewi: checklist open" in run("roster").out
    run("checklist", "fail", "before", "clock", "-m", "an hour off", "--as", "dewi")
    assert "! dewi: not ready: the clock is right failed" in run("roster").out
