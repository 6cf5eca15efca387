"""The projection row: one column a field, and reading many at once equal to reading them one by one."""

from __future__ import annotations

import sqlite3
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.summary import Summary
from console.store.rows import COLUMNS, from_rows, to_row
from console.store.schema import MIGRATIONS, SQLITE
from tests.store.contract_reading import FULL
from tests.store.made import row
from tests.store.strategies import SUMMARIES


def test_the_table_has_a_column_for_each_field() -> None:
    database = sqlite3.connect(":memory:")
    for migration in MIGRATIONS:
        database.executescript(migration.text(SQLITE))
    found = [info[1] for info in database.execute("PRAGMA table_info(incidents)")]
    database.close()
    assert set(found) == {field.name for field in fields(Summary)} | {"seq", "ended_at", "pruned"}


@given(st.lists(SUMMARIES, max_size=4))
@settings(max_examples=40, deadline=None)
def test_summaries_survive_as_rows(rows: list[Summary]) -> None:
    assert from_rows([tuple(to_row(summary)) for summary in rows]) == tuple(rows)


def test_rows_hold_only_what_a_database_takes() -> None:
    assert {type(value) for value in to_row(FULL)} <= {str, int}
    assert {type(value) for value in to_row(row())} <= {str, int, type(None)}


def test_extra_columns_behind_are_left_aside() -> None:
    assert from_rows([(*to_row(FULL), 17), (*to_row(row()), 18)]) == (FULL, row())


def test_a_read_row_behaves_like_any_summary() -> None:
    found = from_rows([tuple(to_row(FULL))])[0]
    assert type(found) is Summary
    assert replace(found, n=9) == replace(FULL, n=9)
    assert repr(found) == repr(FULL)
    assert found.effective_priority == FULL.effective_priority
    assert [getattr(found, name) for name in COLUMNS] == [getattr(FULL, name) for name in COLUMNS]
