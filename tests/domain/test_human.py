"""Spans and times as they are read on screen and in documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import human

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)  # a Tuesday, 19:00 in Jakarta


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (timedelta(seconds=108), "01:48"),
        (-timedelta(seconds=41), "-00:41"),
        (timedelta(minutes=71, seconds=40), "71:40"),
        (timedelta(hours=5, minutes=2, seconds=59), "5h 02m"),
        (timedelta(days=4, hours=20), "4d 20h"),
        (-timedelta(days=4, hours=20), "-4d 20h"),
        (timedelta(days=400), "400d"),
        (timedelta(0), "00:00"),
        (timedelta(milliseconds=1), "00:01"),
        (-timedelta(milliseconds=1), "-00:01"),
        (timedelta(minutes=99, seconds=59), "99:59"),
        (timedelta(minutes=100), "1h 40m"),
        (timedelta(hours=24), "1d 00h"),
    ],
)
def test_span(left: timedelta, shown: str) -> None:
    assert human.span(left) == shown


@settings(deadline=None)
@given(st.timedeltas(-timedelta(days=99), timedelta(days=99)))
def test_a_span_fits_its_column_and_has_the_right_sign(left: timedelta) -> None:
    shown = human.span(left)
    assert len(shown) <= 8
    assert shown.startswith("-") == (left < timedelta(0))


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        (timedelta(seconds=-5), "0s"),
        (timedelta(seconds=59.9), "59s"),
        (timedelta(minutes=3), "3m"),
        (timedelta(minutes=81), "81m"),
        (timedelta(minutes=100), "1h"),
        (timedelta(hours=2), "2h"),
        (timedelta(hours=47), "47h"),
        (timedelta(days=3), "3d"),
    ],
)
def test_age(since: timedelta, shown: str) -> None:
    assert human.age(since) == shown


@pytest.mark.parametrize(
    ("spent", "shown"),
    [
        (timedelta(seconds=45), "45s"),
        (timedelta(minutes=5), "5m"),
        (timedelta(minutes=5, seconds=1), "5m 01s"),
        (timedelta(minutes=90), "1h 30m"),
        (timedelta(hours=24), "24h"),
        (timedelta(days=5), "5d"),
        (timedelta(days=2, hours=11), "2d 11h"),
    ],
)
def test_length(spent: timedelta, shown: str) -> None:
    assert human.length(spent) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW + timedelta(hours=2, minutes=30), "21:30"),
        (NOW + timedelta(hours=5), "Wed 00:00"),
        (datetime(2026, 9, 7, 2, tzinfo=UTC), "Mon 09:00"),
        (datetime(2026, 9, 8, 2, tzinfo=UTC), "8 Sep 09:00"),
        (datetime(2027, 1, 4, 2, tzinfo=UTC), "4 Jan 2027 09:00"),
        (datetime(2026, 8, 31, 2, tzinfo=UTC), "Mon 09:00"),
    ],
)
def test_until(at: datetime, shown: str) -> None:
    assert human.until(at, NOW, JAKARTA) == shown


def test_clock_and_stamp_are_local_and_name_the_zone() -> None:
    assert human.clock(NOW, JAKARTA) == "19:00:00"
    assert human.stamp(NOW, JAKARTA) == "Tue 2026-09-01 19:00 WIB"


def test_counting_and_listing() -> None:
    assert [human.count(n, "alert") for n in (0, 1, 2)] == ["0 alerts", "1 alert", "2 alerts"]
    assert human.listed(("a", "b")) == "a, b"
    assert human.listed(("a", "b", "c", "d", "e")) == "a, b, c and 2 more"
