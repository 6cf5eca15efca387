"""The store in memory, on which other tests rely, gives the same answers as the real one to anything."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.summary import Summary
from console.errors import OncallError
from console.ports.store import IncidentStore, Lease, Write
from console.store.sqlite.store import SqliteStore
from tests.fakes.store import FakeClock, MemoryStore
from tests.store.made import T0, at, effect, follow, opening, report, row

Step = Callable[[IncidentStore], object]

names = st.sampled_from(["INC-1", "INC-2", "INC-3"])
seconds = st.integers(-5, 5)


@st.composite
def one_write(draw: st.DrawFn) -> Write:
    name, after = draw(names), draw(st.sampled_from([0, 0, 2, 2, 3, 4]))
    op = draw(st.sampled_from(["", "", "op-1", "op-2", "op-3"]))
    is_open = draw(st.booleans())
    ended = None if is_open else draw(st.none() | seconds)
    values: dict[str, object] = {
        "is_open": is_open,
        "key": draw(st.sampled_from(["", "k", "l"])),
        "reported_at": at(draw(seconds)),
        "resolved_at": None if ended is None else at(ended),
    }
    made = opening(name, op=op) if after == 0 else follow(name, after=after, op=op)
    summary: Summary = row(name, made.summary.n, **values)
    asked = draw(st.lists(st.sampled_from(["e1", "e2", "e3"]), max_size=2, unique=True))
    settled = draw(st.lists(st.sampled_from(["e1", "e2"]), max_size=1))
    effects = tuple(effect(entry, name, due=draw(st.none() | seconds)) for entry in asked)
    return replace(made, summary=summary, effects=effects, settled=tuple(settled))


def append(writes: list[Write], token: int | None) -> Step:
    lease = None if token is None else Lease("one", token, T0)
    return lambda store: store.append(writes, lease)


leases = st.builds(Lease, st.sampled_from(["one", "two"]), st.integers(1, 4), st.just(T0))
reports = st.builds(report, st.sampled_from(["one", "two"]))
steps = st.one_of(
    st.builds(append, st.lists(one_write(), min_size=1, max_size=3), st.none() | st.integers(1, 3)),
    st.builds(append, st.lists(one_write(), min_size=1, max_size=2), st.none()),
    st.builds(lambda count: lambda store: store.allocate(count), st.integers(0, 3)),
    st.builds(lambda who: lambda store: store.acquire(who, 2.0), reports),
    st.builds(lambda lease, who: lambda store: store.renew(lease, who, 2.0), leases, reports),
    st.builds(lambda lease, who: lambda store: store.release(lease, who), leases, reports),
    st.builds(lambda lease: lambda store: store.postpone("e1", at(3), lease), leases),
    st.floats(0, 3),
)


def answer(store: IncidentStore, step: Step) -> object:
    try:
        return step(store)
    except OncallError as error:
        return type(error)


def everything(store: IncidentStore) -> dict[str, object]:
    """Return all that can be read."""
    return {
        "open": {summary.id: summary for summary in store.open_rows().rows},
        "position": store.open_rows().position,
        "changed": store.changed(0),
        "page": store.changed(1, limit=1),
        "logs": store.logs(["INC-1", "INC-2", "INC-3"]),
        "rows": [store.rows(), store.rows(at(0), at(2)), store.rows(at(1)), store.rows(None, at(1))],
        "key": [store.same_key("k", at(second)) for second in (-4, 0, 4)],
        "ops": [store.applied(op) for op in ("op-1", "op-2", "op-3")],
        "outbox": [store.outbox(at(second)) for second in (-3, 0, 9)],
        "engine": store.engine(),
    }


@given(st.lists(steps, max_size=12))
@settings(max_examples=50, deadline=None)
def test_both_stores_answer_alike(steps: list[Step | float]) -> None:
    clock = FakeClock(T0)
    memory = MemoryStore(clock)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(SqliteStore(Path(folder) / "store.db", clock)) as real,
    ):
        for step in steps:
            if isinstance(step, float):
                clock.advance(step)
            else:
                assert answer(real, step) == answer(memory, step)
        assert everything(real) == everything(memory)
        assert real.info(deep=True).problems == ()
