from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.cli.ids import incident_id, incident_ids, is_incident
from console.cli.times import parse_age, parse_past, parse_span, parse_when
from console.errors import UsageError

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta, where these tests run


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00", -1),
        ("22:00", 12),
        ("2026-01-05 11:00", 1),
        ("2026-01-05T11:00:00", 1),
        ("2026-01-05T04:00Z", 1),
        ("2026-01-05T06:00+02:00", 1),
        ("2026-01-06", 14),
    ],
)
def test_times_are_local_unless_they_say_otherwise(text: str, hours: int) -> None:
    assert parse_when(text, NOW) == NOW + timedelta(hours=hours)


def test_a_time_that_the_clocks_skip_is_the_first_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert parse_when("2026-03-29 02:30", NOW) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert parse_when("2026-10-25 02:30", NOW) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_of_day_ahead_is_the_next_one() -> None:
    assert parse_when("09:00", NOW, ahead=True) == NOW + timedelta(hours=23)
    assert parse_when("10:00", NOW, ahead=True) == NOW + timedelta(hours=24)
    assert parse_when("10:01", NOW, ahead=True) == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    "text", ["", "later", "25:00", "9", "2026-13-01", "9:5", "0001-01-01", "9999-12-31T23:59-12:00"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is not a time: write it like"):
        parse_when(text, NOW)


def test_spans() -> None:
    assert parse_span("1h30m") == timedelta(minutes=90)
    for text in ("0s", "90", "soon"):
        with pytest.raises(UsageError):
            parse_span(text)


@pytest.mark.parametrize("text", ["42", "INC-42", "inc-42", " Inc42 ", "0042"])
def test_ids(text: str) -> None:
    assert incident_id(text) == "INC-42"
    assert is_incident(text)


@pytest.mark.parametrize("text", ["", "INC-", "INC-4x", "x42", "-42", "٤٢", "4" * 30])
def test_what_is_no_id(text: str) -> None:
    assert not is_incident(text)
    with pytest.raises(UsageError, match="is not an incident: write INC-42 or 42"):
        incident_id(text)


def test_an_id_given_twice_counts_once() -> None:
    assert incident_ids(["2", "INC-1", "inc-2"]) == ("INC-2", "INC-1")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        ("18mo", "2024-11-30"),
        ("2y", "2024-05-31"),
        ("3mo", "2026-02-28"),
        ("90d", "2026-03-02"),
        ("2w", "2026-05-17"),
        ("27mo", "2024-02-29"),
    ],
)
def test_an_age_counts_months_by_the_calendar(age: str, expected: str) -> None:
    now = datetime(2026, 5, 31, 9, 30, tzinfo=UTC)
    assert parse_age(age, now) == datetime.fromisoformat(f"{expected}T09:30Z")


@pytest.mark.parametrize("age", ["", "18m", "0mo", "-3d", "1.5y", "mo", "3000y", "99999y", "1h", "१y"])
def test_what_is_no_age_says_how_to_write_one(age: str) -> None:
    with pytest.raises(UsageError, match="18mo"):
        parse_age(age, datetime(2026, 5, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "minutes"), [("10m ago", -10), ("1h30m ago", -90), ("09:00", -60), ("2026-01-05T03:00:50Z", 0)]
)
def test_a_time_that_is_over(text: str, minutes: int) -> None:
    assert parse_past(text, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["10:02", "2026-01-06", "ago", "x ago", "-5m ago"])
def test_a_time_that_is_not_over_or_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_past(text, NOW)
