"""Old incidents lose their detail and no number changes, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from console.config.load import load
from console.config.policy import policy_of
from console.demo import folder, history
from console.desk.executor import Executor
from console.domain import events as ev
from console.domain.change import Change
from console.domain.commands import (
    Ack,
    Command,
    MarkStep,
    MergeInto,
    Note,
    PauseClock,
    Reopen,
    Resolve,
    ResumeClock,
)
from console.domain.describe import describe
from console.domain.fold import fold
from console.domain.metrics import Metrics, measure
from console.domain.notify.notification import Delivery
from console.domain.policy import Grouping, Policy
from console.domain.summary import summarise
from console.domain.trim import pruned_at
from console.domain.vocabulary import PauseReason, StepState
from console.ports.desk import Saved
from console.ports.store import JournalEntry, Write
from console.store import pruning
from console.store.pruning import Pruned, prune
from console.store.sqlite.store import SqliteStore
from tests.domain.world import ASHA, BUDI, P3, World, alert, at
from tests.store.contract_notify import failed, notification
from tests.store.made import report
from tests.store.places import KINDS, NewStore, Store, new_store

__all__ = ["new_store"]
LATER = at("00:00", day=30)
"""Everything here happened on one day; whoever prunes then takes all that is over."""


def played() -> World:
    """Return a day: resolved with and without an ack, paused, merged, come back, and one still open."""
    world = World()
    for number in range(1, 9):
        name = f"INC-{number}"
        world.open("10:00", alert(str(number)), name=name, key=f"key-{number % 3}{number}", alert_name="Rule")
        world.advance("10:00", name=name)
    for number in (1, 2, 3, 4, 5):
        world.ack(f"10:0{number}", name=f"INC-{number}")
        world.do("10:20", Note("words of Rina"), name=f"INC-{number}")
        world.do("10:21", MarkStep(1, StepState.DONE, "restart"), name=f"INC-{number}")
    world.open("10:00", alert("p", P3), name="INC-9", key="key-9")
    world.ack("10:05", name="INC-9")
    world.do("10:30", PauseClock(PauseReason.WAITING_VENDOR, "ticket of Citra"), name="INC-9")
    world.do("11:30", ResumeClock(), name="INC-9")
    for number in (1, 2, 3, 6, 9):
        ended = Resolve("the disk", "capacity", despite_firing=True)
        world.do("12:00", ended, name=f"INC-{number}")
    world.do("12:05", Reopen("it is back"), name="INC-2")
    world.do("13:00", Resolve("again", despite_firing=True), BUDI, name="INC-2")
    world.do("12:30", MergeInto("INC-5"), name="INC-4")
    return world


def keep(store: Store, world: World, names: Sequence[str] = ()) -> None:
    for name in names or world.logs:
        first, *others = world.logs[name]
        log = (replace(first, op=f"op-{name}"), *others)
        store.append([Write(name, 0, log, summarise(fold(log)), op=f"op-{name}")])


def reports(store: Store, rules: Policy, start: datetime) -> list[Metrics]:
    """Return the numbers of every span of some hours, as a report has them: from the folded logs."""
    moments = [start + timedelta(hours=hours) for hours in (0, 6, 10, 10.5, 11, 12.5, 24, 48)]
    found = []
    for since, until in [*pairwise(moments), (moments[0], moments[-1])]:
        rows = store.rows(since, until)
        found.append(measure(map(fold, store.logs([row.id for row in rows]).values()), since, until, rules))
    return found


def lists(store: Store) -> tuple[object, ...]:
    """Return the rows as every list has them, but for how many events stand behind them."""
    rows = store.rows()
    keys = sorted({row.key for row in rows})
    return (
        [{**_fields(row), "n": 0} for row in rows],
        [[one.id for one in store.same_key(key, at("00:00"))] for key in keys],
        [row.id for row in store.changed(0).rows],
        store.open_rows().position,
    )


def _fields(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_detail_goes_and_every_number_stays(new_store: NewStore, kind: str) -> None:
    store, world = new_store(kind), played()
    keep(store, world)
    before, shown = reports(store, world.policy, at("00:00")), lists(store)
    whole = {name: store.log(name) for name in ("INC-5", "INC-7", "INC-8")}
    planned = prune(store.database, LATER, dry_run=True)
    assert lists(store) == shown
    assert all(pruned_at(log) is None for log in store.logs(list(world.logs)).values())
    told: list[tuple[str, int, int]] = []
    done = prune(store.database, LATER, tell=lambda *progress: told.append(progress))
    assert done == planned
    assert (done.incidents, done.whole) == (6, 0)
    assert done.events_after < done.events_before
    assert told[-1] == ("incidents", 6, 6)
    assert reports(store, world.policy, at("00:00")) == before
    assert lists(store) == shown
    assert store.info(deep=True).problems == ()
    assert {name: store.log(name) for name in whole} == whole, "what is open is not touched"
    for row in store.rows():
        log = store.log(row.id)
        assert summarise(fold(log)) == row
        if not row.is_open:
            assert "Rina" not in repr(log)
            assert "its detail was pruned" in describe(log[0], world.policy)
    assert store.applied("op-INC-1") is None
    assert store.applied("op-INC-5") is not None
    assert prune(store.database, LATER) == Pruned(), "done is done"


@pytest.mark.parametrize("kind", KINDS)
def test_what_ended_later_is_left_alone(new_store: NewStore, kind: str) -> None:
    store, world = new_store(kind), played()
    keep(store, world)
    assert prune(store.database, at("12:00")) == Pruned(), "ended before means before"
    assert prune(store.database, at("12:30")).incidents == 4
    assert pruned_at(store.log("INC-2")) is None
    assert pruned_at(store.log("INC-4")) is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_back_goes_on_and_is_pruned_again(new_store: NewStore, kind: str) -> None:
    store, world = new_store(kind), played()
    keep(store, world)
    prune(store.database, LATER)
    rules = replace(world.policy, grouping=Grouping(reopen_window=timedelta(days=36500)))
    executor = Executor(store, lambda: rules)
    again: list[Command] = [Reopen("back"), Ack(take=True), Note("more words"), Resolve(despite_firing=True)]
    for number, command in enumerate(again):
        told = executor.carry_out("INC-1", command, BUDI, f"again-{number}")
        assert isinstance(told, Saved), told
    assert fold(store.log("INC-1")).epochs[0] == world.incident("INC-1").epochs[0]
    assert store.info(deep=True).problems == ()
    ever = store.now() + timedelta(seconds=1)
    assert prune(store.database, ever).incidents == 1
    assert "more words" not in repr(store.log("INC-1"))
    assert len(fold(store.log("INC-1")).epochs) == 2


def test_what_somebody_wrote_to_lately_stays_whole(new_store: NewStore) -> None:
    store, world = new_store("sqlite"), played()
    world.do(LATER + timedelta(days=1), Note("looked at it again"), name="INC-1")
    keep(store, world)
    done = prune(store.database, LATER)
    assert (done.incidents, done.whole) == (5, 1)
    assert pruned_at(store.log("INC-1")) is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_changes_at_that_moment_stays_whole(
    new_store: NewStore, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, world = new_store(kind), played()
    keep(store, world)
    write = pruning._write

    def late(*values: object) -> object:
        log = store.log("INC-1")
        note = ev.Event("INC-1", len(log) + 1, at("12:10"), ASHA, ev.Noted("meanwhile"))
        store.append([Write("INC-1", len(log), (note,), summarise(fold((*log, note))))])
        return write(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(pruning, "_write", late)
    done = prune(store.database, LATER)
    assert (done.incidents, done.whole) == (5, 1)
    assert "meanwhile" in repr(store.log("INC-1"))
    assert store.info(deep=True).problems == ()


def test_what_is_not_understood_here_stays_whole(new_store: NewStore) -> None:
    store, world = new_store("sqlite"), played()
    keep(store, world)
    with store.database.write() as tx:
        tx.run("UPDATE events SET kind = 'Teleported' WHERE incident = 'INC-1' AND n = 3")
        tx.run("UPDATE events SET body = '{}' WHERE incident = 'INC-3' AND n = 2")
    assert prune(store.database, LATER).whole == 2


def test_each_transaction_is_short(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store, world = new_store("sqlite"), played()
    keep(store, world)
    before = lists(store)
    monkeypatch.setattr(pruning, "PAGE", 2)
    monkeypatch.setattr(pruning, "AT_ONCE", 8)
    sizes: list[int] = []
    write = pruning._write

    def counted(database: object, cuts: list[pruning._Cut], cutoff: datetime) -> list[pruning._Cut]:
        sizes.append(sum(cut.n for cut in cuts))
        return write(database, cuts, cutoff)  # type: ignore[arg-type]

    monkeypatch.setattr(pruning, "_write", counted)
    assert prune(store.database, LATER).incidents == 6
    longest = max(map(len, world.logs.values()))
    assert len(sizes) >= 3
    assert max(sizes) <= max(8, longest)
    assert lists(store) == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_journal_goes_too(new_store: NewStore, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 2)
    store = new_store(kind)
    for hour in (9, 10, 11, 12, 13, 14):
        store.journal(JournalEntry(at(f"{hour:02}:00"), "shift", "payments", str(hour)))
    assert prune(store.database, at("13:00"), dry_run=True).journal == 4
    assert prune(store.database, at("13:00")).journal == 4
    left = store.journal_entries(at("00:00"), LATER)
    assert [entry.text for entry in left] == ["13", "14"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sent_long_ago_goes_and_dead_letters_stay(
    new_store: NewStore, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 2)
    store = new_store(kind)
    lease = store.acquire(report(), 30)
    assert lease is not None
    sent = [
        notification(f"s{hour}", state=Delivery.SENT, settled_at=at(f"{hour:02}:00"))
        for hour in range(10, 15)
    ]
    waiting = notification("w", made_at=at("01:00"))
    store.notify([*sent, waiting, failed("f", settled_at=at("10:00"))], 3, lease)
    assert prune(store.database, at("13:00"), dry_run=True).notifications == 3
    assert prune(store.database, at("13:00")).notifications == 3
    assert {one.id for one in store.notifications()} == {"s13", "s14", "w", "f"}
    assert store.notified_until() == 3


def test_the_demos_history_counts_the_same(tmp_path: Path) -> None:
    now = at("20:14", day=64)
    rules = policy_of(load(folder.write(tmp_path, now)))
    clock = history.TurnedBack(now)
    with closing(SqliteStore(tmp_path / "demo.db", clock)) as store:
        history.write(Executor(store, lambda: rules), clock, now)
        start = now - timedelta(hours=30)
        before, shown = reports(store, rules, start), lists(store)
        done = prune(store.database, now + timedelta(days=1))
        assert done.incidents > 5
        assert done.whole == 0
        assert reports(store, rules, start) == before
        assert lists(store) == shown


@pytest.mark.parametrize("kind", KINDS)
def test_changes_of_the_world_go_by_their_time(
    new_store: NewStore, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 1)
    store = new_store(kind)
    made = [Change(f"ci:{hour}", at(f"{hour}:00"), "", "v42") for hour in (11, 12, 13, 14)]
    store.add_changes(made)
    assert prune(store.database, at("13:00"), dry_run=True).changes == 2
    assert prune(store.database, at("13:00")).changes == 2
    assert [one.id for one in store.changes(at("10:00"), at("20:00"))] == ["ci:13", "ci:14"]
