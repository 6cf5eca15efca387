"""Covers, leave and maintenance on the command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.cli.grammar import build
from console.clock import SystemClock
from tests.cli.conftest import Ran, Run
from tests.paths import REPO

pytestmark = pytest.mark.usefixtures("config")

Holder = Callable[..., str | None]


def stamped(hours: float) -> str:
    """Return a time so many hours from now, as people may write it."""
    return (SystemClock().now() + timedelta(hours=hours)).isoformat()


@pytest.fixture
def holder(run: Run) -> Holder:
    """Return what says who holds a role of payments so many hours from now."""

    def held(hours: float = 0, role: str = "primary") -> str | None:
        (team,) = run("roster", "--at", stamped(hours), "--json").json["teams"]
        found: str | None = next(one["person"] for one in team["roles"] if one["role"] == role)
        return found

    return held


def done(ran: Ran) -> str:
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def test_a_cover_shows_in_the_roster_until_it_is_dropped(run: Run, holder: Holder) -> None:
    usual = holder(2)
    made = run("roster", "override", "--team", "payments", "--role", "primary", "--person", "dewi",
               "--from", stamped(1), "--for", "2h", "-m", "dentist")  # fmt: skip
    assert done(made).startswith("dewi covers primary of payments from ")
    assert (holder(2), holder(3.1)) == ("dewi", usual)
    found = run("roster", "covers", "--json").json
    (cover,) = found["covers"]
    assert {**cover, "from": "", "to": ""} == {
        "id": "C1",
        "team": "payments",
        "role": "primary",
        "person": "dewi",
        "from": "",
        "to": "",
        "by": "asha",
        "reason": "dentist",
    }
    assert found["leave"] == []
    assert "C1" in done(run("roster", "covers"))
    assert "is withdrawn" in done(run("roster", "drop", "C1"))
    assert holder(2) == usual
    assert done(run("roster", "covers")) == "no covers, no leave\n"
    assert "withdrawn" in done(run("roster", "covers", "--all"))


def test_the_pager_is_taken_for_ones_own_team_and_the_second_one_is_told(run: Run, holder: Holder) -> None:
    usual = holder()
    other = "budi" if usual == "asha" else "asha"
    assert done(run("--as", other, "roster", "take")).startswith("you took primary of payments from ")
    assert holder() == other
    told = run("--as", "dewi", "roster", "take")
    assert (told.code, told.out) == (1, "")
    assert "took primary of payments" in told.err
    assert "already" in done(run("--as", other, "roster", "take", "--for", "30m"))


def test_a_swap_needs_ones_own_shift(run: Run, holder: Holder) -> None:
    week = 7 * 24.0
    first, second = holder(week), holder(2 * week)
    assert first
    assert second
    assert first != second
    wrong = run("--as", first, "roster", "swap", "--mine", stamped(2 * week), "--with", stamped(week))
    assert wrong.code == 2
    assert f"{second.title()} holds primary of payments then, not you" in wrong.err
    swapped = run("--as", first, "roster", "swap", "--mine", stamped(week), "--with", stamped(2 * week))
    assert "(S1)" in done(swapped)
    assert (holder(week), holder(2 * week)) == (second, first)


def test_somebody_goes_on_leave_and_comes_back(run: Run, holder: Holder) -> None:
    on_call = holder(1)
    assert on_call
    assert (
        "is on leave from now" in done(run("roster", "leave", "--person", on_call, "--for", "5h"))
        or on_call == "asha"
    )
    assert holder(1) not in {on_call, None}
    (leave,) = run("roster", "covers", "--json").json["leave"]
    assert (leave["id"], leave["person"]) == ("L1", on_call)
    assert "back from now on" in done(run("roster", "back", "L1"))
    assert holder(1) == on_call


def test_maintenance_is_set_listed_and_ended(run: Run) -> None:
    assert done(run("maintenance", "list")) == "nothing is in maintenance\n"
    assert "nobody is paged from now until" in done(
        run("maintenance", "start", "--service", "payments", "--for", "2h", "-m", "migration")
    )
    (one,) = run("maintenance", "list", "--json").json["maintenance"]
    assert (one["id"], one["services"], one["teams"], one["running"]) == ("M1", ["payments"], [], True)
    assert "migration" in done(run("maintenance", "list"))
    assert "is over" in done(run("maintenance", "end", "M1"))
    assert run("maintenance", "list", "--json").json["maintenance"] == []


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (
            "roster override --team payments --role primry --person dewi --for 1h",
            1,
            'did you mean "primary"?',
        ),
        ("roster override --team payments --role primary --for 1h", 2, "who covers it?"),
        ("roster override --team payments --role primary --person dewi", 2, "--to --for is required"),
        ("roster drop C9", 1, 'there is no cover "C9"'),
        ("roster back L9", 1, 'there is no leave "L9"'),
        ("roster drp C9", 2, 'did you mean "drop"?'),
        ("roster take --team search", 1, 'no team on the roster is called "search"'),
        ("roster take --for soon", 2, "soon"),
        ("maintenance start --for 1h", 1, "maintenance of what?"),
        ("maintenance end M9", 1, 'there is no maintenance "M9"'),
        ("--readonly roster take", 1, "leave out --readonly"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, line: str, code: int, words: str) -> None:
    found = run(*line.split())
    assert (found.code, found.out) == (code, "")
    assert words in found.err
    assert found.err.count("\n") == 1


def test_without_a_store_the_roster_is_the_configs(run: Run, tmp_path: Path) -> None:
    assert run("roster", "--json").err == ""
    assert not (tmp_path / "oncall.db").exists(), "looking makes no store"


def test_a_store_that_cannot_be_reached_is_said_and_the_roster_is_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "oncall.db").write_text("no database at all, but long enough to look like one" * 20)
    found = run("roster", "--json")
    assert found.json["teams"]
    assert found.err.startswith(
        "warning: covers, leave, maintenance and calendars in the store are not included"
    )
    assert found.err.count("\n") == 1


def test_an_incident_tells_who_was_notified(run: Run) -> None:
    run("new", "--service", "payments", "--title", "it is down")
    found = run("show", "INC-1", "--json")
    assert found.json["notifications"] == []


def test_times_are_the_stores(run: Run) -> None:
    before = datetime.now(UTC)
    run("roster", "override", "--team", "payments", "--role", "primary", "--nobody", "--for", "1h")
    (cover,) = run("roster", "covers", "--json").json["covers"]
    begin = datetime.fromisoformat(cover["from"])
    assert before - timedelta(seconds=1) <= begin <= datetime.now(UTC)
    assert datetime.fromisoformat(cover["to"]) - begin >= timedelta(minutes=59)
    assert cover["person"] is None


def commands_in(text: str) -> list[str]:
    """Return the command lines of a document that are whole."""
    return [line for line in re.findall(r"`oncall ([^`]+)`", text) if not line.startswith("store roles")]


@pytest.mark.parametrize("line", commands_in((REPO / "docs" / "covers.md").read_text(encoding="utf-8")))
def test_the_document_says_commands_that_there_are(line: str) -> None:
    assert build().parse_args(shlex.split(line)).run
