from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("config")

AT = ("--at", "2026-01-06 12:00")


def test_a_calendar_of_whole_shifts_that_is_always_the_same(run: Run) -> None:
    found = run("roster", "export", *AT, "--team", "payments", "--role", "primary", "--weeks", "1")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:primary · payments: Asha" in lines
    assert "DTSTART:20260105T020000Z" in lines  # it began before the instant asked for
    assert "DTEND:20260119T020000Z" in lines
    assert (
        run("roster", "export", *AT, "--team", "payments", "--role", "primary", "--weeks", "1").out
        == found.out
    )


def test_a_table_of_one_persons_shifts(run: Run) -> None:
    found = run("roster", "export", "--csv", *AT, "--person", "budi", "--weeks", "2")
    assert found.out.splitlines() == [
        "team,role,person,start,end",
        "payments,primary,budi,2026-01-12T02:00:00Z,2026-01-19T02:00:00Z",
        "payments,secondary,budi,2026-01-05T02:00:00Z,2026-01-12T02:00:00Z",
        "payments,secondary,budi,2026-01-19T02:00:00Z,2026-01-26T02:00:00Z",
    ]


def test_into_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "shifts.ics"
    found = run("roster", "export", "--ics", *AT, "-o", str(target))
    assert (found.code, found.out) == (0, "")
    assert "shifts written" in found.err
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--team", "paymnets"), 'did you mean "payments"'),
        (("--person", "eve"), 'no person "eve"'),
        (("--role", "primry"), 'did you mean "primary"'),
        (("--weeks", "0"), "from 1 to 104"),
    ],
)
def test_what_cannot_be_meant(run: Run, options: tuple[str, ...], words: str) -> None:
    found = run("roster", "export", *AT, *options)
    assert found.code == 2
    assert words in found.err


def test_no_shifts_is_said_and_the_answer_is_no(run: Run) -> None:
    found = run("roster", "export", "--at", "2025-01-01", "--weeks", "1")
    assert found.code == 1
    assert "no shifts" in found.err
    assert "BEGIN:VCALENDAR" in found.out
