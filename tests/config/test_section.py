"""A source's table as it is written for the user, and what is known of each of its keys."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.base import Table
from console.config.durations import PositiveDuration
from console.config.keys import keys_of, read_one
from console.config.secrets import Secret
from console.config.section import section, toml
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8)


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert tomllib.loads(f"it = {toml(value)}")["it"] == value


def test_values_of_our_own_are_written_as_people_write_them() -> None:
    said = toml([Priority.P1, EffectKind.ACK, timedelta(minutes=90), Path("am.token"), {}])
    assert said == '["P1", "ack", "1h30m", "am.token", {}]'


class Base(Table):
    token: Secret | None = None
    """What is inherited. Not said."""


class Example(Base):
    """A table."""

    token: Secret
    """Token of ``us``,
    on two lines. More."""

    every: PositiveDuration = timedelta(seconds=15)
    ports: tuple[int, ...] = ()
    """Ports"""

    days: int = 1


def test_keys_say_what_their_docstrings_say() -> None:
    token, every, ports, days = keys_of(Example)
    assert (token.name, token.words) == ("token", "Token of us, on two lines")
    assert (token.required, token.secret, token.many) == (True, True, False)
    assert (every.words, every.required, every.default) == ("", False, timedelta(seconds=15))
    assert (ports.words, ports.many, ports.secret) == ("Ports", True, False)
    assert days.default == 1


def test_a_value_is_read_alone() -> None:
    _, every, ports, days = keys_of(Example)
    assert read_one(every, "90s", Path()) == "90s"
    assert read_one(ports, "1 2 '3'", Path()) == ["1", "2", "3"]
    assert read_one(days, "12", Path()) == 12
    for key, typed, why in (
        (every, "90", 'every "90" is not a duration'),
        (days, "x", "days must be a whole number"),
        (ports, "1 '2", "No closing quotation"),
    ):
        with pytest.raises(ValueError, match=why):
            read_one(key, typed, Path())


def test_a_table_within_the_table_stands_below_it() -> None:
    lines = list(section("checks", "own", {"checks": [{"name": "a", "service": "s", "tcp": "db.example:1"}]}))
    below = lines[lines.index("[[sources.checks]]") :]
    assert below[1].startswith('name = "a" ')
    assert any(line.startswith("# failures = 2 ") for line in below)
    assert not any(line.startswith("# at_once") for line in below)
