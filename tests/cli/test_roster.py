from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")

AT = "2026-01-06 12:00"


def test_json_has_exactly_the_keys_that_scripts_rely_on(run: Run) -> None:
    found = run("roster", "--at", AT, "--json")
    assert found.code == 0
    assert found.json == {
        "at": "2026-01-06T05:00:00Z",
        "teams": [
            {
                "team": "payments",
                "roles": [
                    {
                        "role": "primary",
                        "person": "asha",
                        "until": "2026-01-12T02:00:00Z",
                        "next": "budi",
                        "next_from": "2026-01-12T02:00:00Z",
                        "covers": None,
                        "reason": "",
                    },
                    {
                        "role": "secondary",
                        "person": "budi",
                        "until": "2026-01-12T02:00:00Z",
                        "next": "asha",
                        "next_from": "2026-01-12T02:00:00Z",
                        "covers": None,
                        "reason": "",
                    },
                ],
                "gaps": [],
                "old_calendars": [],
            }
        ],
    }


def test_a_table_for_people(run: Run) -> None:
    found = run("roster", "--at", AT)
    assert found.out.split("\n")[:3] == [
        "Tue 2026-01-06 12:00 WIB",
        "TEAM      ROLE       WHO   UNTIL      NEXT  CONTACT",
        "payments  primary    Asha  Mon 09:00  Budi  slack @asha",
    ]


def test_a_gap_is_said_and_the_answer_is_no(run: Run) -> None:
    found = run("roster", "--at", "2026-01-04", "--team", "payments")
    assert found.code == 1
    assert "NOBODY" in found.out
    assert "! nobody is primary of payments from 00:00 to Mon 09:00: before the first shift" in found.out
    (team,) = run("roster", "--at", "2026-01-04", "--json").json["teams"]
    assert team["gaps"][0] == {
        "role": "primary",
        "from": "2026-01-03T17:00:00Z",
        "to": "2026-01-05T02:00:00Z",
        "reason": "before the first shift",
    }


def test_a_gap_ends_where_somebody_comes_not_where_the_looking_ends(run: Run, config: Path) -> None:
    late = config.read_text().replace("start = 2026-01-05", "start = 2026-03-02")
    config.write_text(late)
    text = run("roster", "--at", "2026-01-04").out
    assert "! nobody is primary of payments from 00:00 to 2 Mar 09:00: before the first shift" in text
    config.write_text(late.replace("start = 2026-03-02", "start = 2025-01-06\nuntil = 2025-06-02"))
    assert (
        "from 00:00 on, no end in sight: the rotation ended 2025-06-02"
        in run("roster", "--at", "2026-01-04").out
    )
    (team,) = run("roster", "--at", "2026-01-04", "--json").json["teams"]
    assert team["gaps"][0]["to"] is None


def test_a_week_as_a_picture_and_as_json(run: Run) -> None:
    found = run("roster", "--at", "2026-01-04", "--week")
    assert "Sun 4 Jan" in found.out
    assert "before the first shift" in found.out
    (team,) = run("roster", "--at", AT, "--week", "--json").json["teams"]
    assert [(one["role"], one["person"], one["from"]) for one in team["week"]][:2] == [
        ("primary", "asha", "2026-01-06T05:00:00Z"),
        ("primary", "budi", "2026-01-12T02:00:00Z"),
    ]


def test_a_misspelt_team(run: Run) -> None:
    found = run("roster", "--team", "payment")
    assert (found.code, found.out) == (2, "")
    assert found.err == 'no rotation of a team "payment" — did you mean "payments"?\n'
