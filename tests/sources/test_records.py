"""Reading polls: what cannot be read is named and hides nothing, what stays the same is the same object."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
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


def test_pages_are_one_poll(reader: Reader) -> None:
    first, second = {"id": "a", "title": "A"}, {"id": "b", "title": "B"}
    reading = reader.reading()
    for page in ([first, {"title": "no id"}], [{"id": "a", "title": "moved on"}, 7, second]):
        reading.take(page)
    poll = reading.poll()
    assert [one.name for one in poll.alerts] == ["A", "B"]
    assert reading.count == 5
    assert poll.problems == (
        "record 2 of the answer cannot be read: it has no id",
        "record 4 of the answer cannot be read: it is not a table",
    )
    again = reader.read([second, first]).alerts
    assert again[0] is poll.alerts[1]
    assert again[1] is poll.alerts[0]


async def test_others_have_their_turns_while_much_is_read(reader: Reader) -> None:
    seen: list[int] = []

    def records() -> Iterator[dict[str, str]]:
        for number in range(2_000):
            seen.append(number)
            yield {"id": f"{number}", "title": "A"}

    turns: list[int] = []
    asyncio.get_running_loop().call_soon(lambda: turns.append(len(seen)))
    poll = await reader.read_by_turns(records())
    assert len(poll.alerts) == 2_000
    assert turns
    assert turns[0] < 2_000
    assert reader.read({"id": f"{number}", "title": "A"} for number in range(2_000)) == poll


def test_a_poll_that_is_given_up_changes_nothing(reader: Reader) -> None:
    before = reader.read([{"id": "a", "title": "A"}]).alerts
    reader.reading().take([{"id": "a", "title": "half a poll"}])
    assert reader.read([{"id": "a", "title": "A"}]).alerts[0] is before[0]


def test_only_what_has_changed_is_looked_into() -> None:
    asked: list[str] = []

    def identity(record: Record) -> str:
        asked.append(record.must("id"))
        return asked[-1]

    reader = Reader("any", identity, alert)
    reader.read([{"id": "a", "title": "A"}, {"id": "b", "title": "B"}])
    poll = reader.read([{"id": "a", "title": "A"}, {"id": "b", "title": "new"}, {"id": "a", "title": "A"}])
    assert asked == ["a", "b", "b"]
    assert [one.title for one in poll.alerts] == ["A", "new"]


@pytest.mark.parametrize("value", [None, [], "incidents", 7])
def test_an_answer_that_is_no_table_is_an_error(value: Any) -> None:
    assert answered({"id": 1}, "pd.example").raw == {"id": 1}
    with pytest.raises(SourceError, match=r"pd\.example answers with something else"):
        answered(value, "pd.example")
