"""The store in memory, on which other tests rely, gives the same answers as the real one to anything."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.notify.notification import Delivery
from console.domain.summary import Summary
from console.domain.team.facts import Fact
from console.errors import OncallError
from console.ports.store import IncidentStore, Lease, Write
from console.store.sqlite.store import SqliteStore
from tests.fakes.store import FakeClock, MemoryStore
from tests.store.contract_notify import notification
from tests.store.facts import ONE_FACT_OF_EACH
from tests.store.made import ASHA, T0, at, effect, follow, opening, report, row

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
notes = st.builds(
    notification,
    st.sampled_from(["n1", "n2", "n3", "n4"]),
    incident=st.sampled_from(["INC-1", "INC-2", ""]),
    channel=st.sampled_from(["slack", "mail"]),
    person=st.sampled_from(["budi", ""]),
    state=st.sampled_from(Delivery),
    handle=st.sampled_from(["", "h1", "h2"]),
    made_at=seconds.map(at),
    due_at=seconds.map(at),
    settled_at=st.none() | seconds.map(at),
)
some_notes = st.lists(notes, max_size=3)
some_ids = st.lists(st.sampled_from(["n1", "n2", "n3"]), max_size=3)
ops = st.sampled_from(["", "op-1", "op-2", "fact-1", "fact-2"])
covers = st.builds(lambda op: Fact(0, at(1), ASHA, ONE_FACT_OF_EACH[0], op), ops)
names_kept = st.sampled_from(["calendar/a", "calendar/b", "b"])
reports = st.builds(report, st.sampled_from(["one", "two"]))
steps = st.one_of(
    st.builds(append, st.lists(one_write(), min_size=1, max_size=3), st.none() | st.integers(1, 3)),
    st.builds(append, st.lists(one_write(), min_size=1, max_size=2), st.none()),
    st.builds(lambda count: lambda store: store.allocate(count), st.integers(0, 3)),
    st.builds(lambda who: lambda store: store.acquire(who, 2.0), reports),
    st.builds(lambda lease, who: lambda store: store.renew(lease, who, 2.0), leases, reports),
    st.builds(lambda lease, who: lambda store: store.release(lease, who), leases, reports),
    st.builds(lambda lease: lambda store: store.postpone("e1", at(3), lease), leases),
    st.builds(
        lambda facts, expected, lease: lambda store: store.add_facts(facts, expected, lease),
        st.lists(covers, min_size=1, max_size=2),
        st.integers(0, 3),
        st.none() | leases,
    ),
    st.builds(
        lambda name, value, lease: lambda store: store.keep(name, value, lease),
        names_kept,
        st.sampled_from(["1", "2"]),
        leases,
    ),
    st.builds(lambda name, lease: lambda store: store.forget(name, lease), names_kept, leases),
    st.builds(
        lambda some, until, lease: lambda store: store.notify(some, until, lease),
        some_notes,
        st.none() | st.integers(0, 9),
        leases,
    ),
    st.builds(lambda some, lease: lambda store: store.deliver(some, lease), some_notes, leases),
    st.builds(lambda ids: lambda store: store.retry(ids, at(2)), some_ids),
    st.builds(lambda ids: lambda store: store.dismiss(ids, at(2), "rina"), some_ids),
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
        "ops": [store.applied(op) for op in ("op-1", "op-2", "op-3", "fact-1", "fact-2")],
        "events": [store.events_after(0), store.events_after(1, 2)],
        "facts": [store.facts(), store.facts(1), store.team_mark()],
        "kept": [store.kept(prefix) for prefix in ("", "calendar/", "calendar/a", "x")],
        "notified": store.notified_until(),
        "notifications": [
            store.notifications(),
            store.notifications(limit=1),
            store.notifications(incident="INC-1", since=at(0)),
            store.notifications(states=[Delivery.FAILED, Delivery.SENT], incident=""),
        ],
        "deliveries": [
            store.deliveries(at(0)),
            store.deliveries(at(9), 1),
            store.deliveries(at(9), channel="mail"),
        ],
        "counts": store.count_deliveries(),
        "first": [store.first_sent(name, "slack") for name in ("INC-1", "INC-2", "")],
        "outbox": [store.outbox(at(second)) for second in (-3, 0, 9)],
        "engine": store.engine(),
    }


@given(st.lists(steps, max_size=12))
@settings(max_examples=45, deadline=None)
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
