from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from console.config.durations import Duration, PositiveDuration, format_duration, parse_duration


class Model(BaseModel):
    after: Duration = timedelta()
    every: PositiveDuration = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("8h", 28_800),
        ("5d", 432_000),
        ("1h30m", 5_400),
        ("0m", 0),
        (" 2w ", 1_209_600),
        ("1d1s", 86_401),
    ],
)
def test_reads_what_people_write(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    ["", " ", "15", 15, 1.5, True, "5 m", "5min", "-5m", "m", "30m1h", "1h1h", "٣m", None, "9999999999s"],
)
def test_refuses_anything_else_and_shows_how(value: object) -> None:
    with pytest.raises(ValueError, match=r'not a duration; write it like "90s" "15m"'):
        parse_duration(value)


def test_refuses_what_is_absurdly_long() -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        parse_duration("99999d")


def test_a_negative_span_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        parse_duration(timedelta(seconds=-1))


@given(st.integers(min_value=0, max_value=3660 * 86_400))
def test_what_is_formatted_reads_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (5_400, "1h30m"), (432_000, "5d"), (604_800, "7d")])
def test_format(seconds: int, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


def test_as_a_pydantic_field() -> None:
    model = Model.model_validate({"after": "5m", "every": "15s"})
    assert model.after == timedelta(minutes=5)
    assert model.model_dump(mode="json") == {"after": "5m", "every": "15s"}
    with pytest.raises(ValidationError, match='longer than "0s"'):
        Model.model_validate({"every": "0s"})
