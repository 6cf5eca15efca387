from __future__ import annotations

import pytest

from console.domain.commands import Note
from console.errors import StoreError
from console.ports.desk import Saved
from console.store.postgres import plans as module
from console.store.postgres.plans import FROM_USE, Plans, executed, prepared
from tests.servers.postgres import PostgresServer
from tests.store.postgres.acting import Person

ASK = "SELECT n FROM incidents WHERE id = ? AND key = ?"


def use(plans: Plans, *statements: str) -> dict[str, str]:
    new = plans.wanted(statements)
    plans.keep(new)
    return new


def test_a_statement_is_planned_when_it_comes_again_and_again_and_then_never_anew() -> None:
    plans = Plans()
    assert [len(use(plans, ASK)) for _ in range(FROM_USE + 2)] == [0] * (FROM_USE - 1) + [1, 0, 0]
    assert plans.name(ASK) == "plan_1"
    assert plans.name("SELECT 1") == ""


def test_only_what_is_planned_at_all_is_prepared() -> None:
    plans = Plans()
    many = ASK.replace("id = ?", f"id IN ({','.join('?' * 60)})")
    told = [use(plans, "BEGIN", "COMMIT", "SET LOCAL synchronous_commit = off", many) for _ in range(9)]
    assert not any(told)


def test_a_name_that_may_have_been_used_is_not_used_again() -> None:
    plans = Plans()
    told = [plans.wanted([ASK]).get(ASK) for _ in range(FROM_USE + 1)]  # each message fails: nothing is kept
    assert told == [None] * (FROM_USE - 1) + ["plan_1", "plan_2"]


def test_there_is_an_end_to_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    plans = Plans()
    statements = [f"SELECT {number}" for number in range(5)]
    for _ in range(FROM_USE + 1):
        use(plans, *statements)
    assert sum(bool(plans.name(sql)) for sql in statements) == 3


def test_the_words_of_a_plan() -> None:
    assert prepared("plan_7", ASK) == "PREPARE plan_7 AS SELECT n FROM incidents WHERE id = $1 AND key = $2"
    assert executed("plan_7", 2) == "EXECUTE plan_7 (?, ?)"
    assert executed("plan_7", 0) == "EXECUTE plan_7"


def test_acting_again_and_again_uses_plans_also_on_a_new_line(postgres: PostgresServer, asha: Person) -> None:
    for _ in range(2):
        for number in range(FROM_USE + 2):
            assert isinstance(asha.does(Note(f"it's 100 % {number}; ?")), Saved)
        with asha.store.database.read() as tx:
            found = tx.all("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        assert next(times for sql, times in found if "INSERT INTO events" in sql) >= 2
        postgres.admin("SELECT pg_terminate_backend(%s, 5000)", [asha.backend])
    notes = [event.body for event in asha.store.log("INC-1")]
    assert sum("it's 100 %" in repr(body) for body in notes) == 2 * (FROM_USE + 2)


def test_a_statement_that_cannot_be_prepared_is_told_as_any_other(asha: Person) -> None:
    for _ in range(FROM_USE + 1):
        with pytest.raises(StoreError, match="not set up"), asha.store.database.read() as tx:
            tx.all("SELECT n FROM nowhere WHERE id = ?", "x")
    assert asha.store.open_rows().rows
