"""Reading polls: what cannot be read is named and hides nothing, what stays the same is the same object."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.alert import Alert, AlertRef
from console.domain.priority import Priority
from console.errors import SourceError
from console.sources.base.reading.records import Reader, Record, answered


def alert(ref: AlertRef, record: Record) -> Alert:
    return Alert(ref, record.text("title"), record.text("title"), "cdn", Priority.P3)


@pytest.fixture
def reader() -> Reader:
    return Reader("any", lambda record: record.must("id"), alert)


def test_a_record_that_is_nested_too_deeply_is_named(reader: Reader) -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    poll = reader.read([{"id": "a", "more": deep}, {"id": "b", "title": "B"}])
    assert [one.name for one in poll.alerts] == ["B"]
    assert (poll.complete, poll.problems) == (
        False,
        ("record 1 of the answer cannot be read: it is nested too deeply",),
    )


def test_what_says_the_same_is_the_same(reader: Reader) -> None:
    before = reader.read([{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]).alerts
    after = reader.read([{"id": "b", "title": "B"}, {"id": "a", "title": "worse"}]).alerts
    assert after[0] is before[1]
    assert after[1].title == "worse"


@pytest.mark.parametrize("value", [None, [], "incidents", 7])
def test_an_answer_that_is_no_table_is_an_error(value: Any) -> None:
    assert answered({"id": 1}, "pd.example").raw == {"id": 1}
    with pytest.raises(SourceError, match=r"pd\.example answers with something else"):
        answered(value, "pd.example")
