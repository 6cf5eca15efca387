"""Merging and splitting by hand, on every store: both sides or none, and each alert in one open incident."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.desk.executor import Executor
from console.domain import commands as cmd
from console.domain.actors import ENGINE
from console.domain.alert import Alert, AlertRef
from console.domain.fold import fold
from console.domain.incident import Incident, State
from console.domain.policy import Grouping, Policy, Service
from console.domain.priority import Priority
from console.domain.sla import ack_clock, resolve_clock
from console.domain.summary import summarise
from console.domain.vocabulary import EffectKind, EffectState, ReporterKind
from console.ports.desk import Nothing, Outcome, Refused, Saved
from console.ports.store import IncidentStore
from console.store.sqlite.store import SqliteStore
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.sources import alert
from tests.fakes.store import FakeClock, MemoryStore
from tests.store.places import on_server

TEAM = {name: Service(name, "payments") for name in ("payments", "cart", "search")}


def rules() -> Policy:
    return policy(services=TEAM)


@dataclass
class Shift:
    """An executor on a store, with short ways to say what happens."""

    store: IncidentStore
    executor: Executor
    ops: int = 0

    def do(self, incident: str, command: cmd.Command, who: object = ASHA) -> Outcome:
        self.ops += 1
        return self.executor.carry_out(incident, command, who, f"op-{self.ops}")  # type: ignore[arg-type]

    def open(self, name: str, *alerts: Alert, service: str = "") -> str:
        service = service or alerts[0].service
        command = cmd.Open(f"{name} burns", service, key=f"{service}/{name}", alert_name=name, alerts=alerts)
        outcome = self.do("", command, ENGINE)
        assert isinstance(outcome, Saved)
        return outcome.incident

    def now(self, incident: str) -> Incident:
        found = self.executor.load(incident)
        assert found is not None
        assert self.store.summary(incident) == summarise(found)
        return found

    def holders(self) -> dict[AlertRef, list[str]]:
        """Return which open incidents each firing alert is a member of."""
        found: dict[AlertRef, list[str]] = {}
        for row in self.store.open_rows().rows:
            for ref, member in self.now(row.id).members:
                if member.cleared_at is None:
                    found.setdefault(ref, []).append(row.id)
        return found


def on_memory() -> Shift:
    store = MemoryStore()
    return Shift(store, Executor(store, rules))


@pytest.fixture
def shift() -> Shift:
    return on_memory()


def text(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused | Saved | Nothing)
    return outcome.text


def later(shift: Shift, seconds: float) -> datetime:
    assert isinstance(shift.store, MemoryStore)
    clock = shift.store.clock
    assert isinstance(clock, FakeClock)
    clock.advance(seconds)
    return clock.now()


A, B = alert("A"), alert("B", service="cart", priority=Priority.P1)


def storm(shift: Shift) -> str:
    """Open an incident of three services."""
    more = (alert("C", service="cart", instance="b"), alert("D", service="search"))
    return shift.open("A", A, B, *more)


def test_a_service_gets_an_incident_of_its_own_with_honest_clocks(shift: Shift) -> None:
    parent = storm(shift)
    began = shift.store.now()
    later(shift, 240)
    shift.do(parent, cmd.Ack())
    outcome = shift.do(parent, cmd.Split(services=("cart",)))
    assert text(outcome) == "split cart (2 alerts) off INC-1: INC-2 opened"
    one, other = shift.now(parent), shift.now("INC-2")
    assert [ref.fingerprint for ref, _ in one.members] == ["A/a", "D/a"]
    assert [ref.fingerprint for ref, _ in other.members] == ["B/a", "C/b"]
    assert (other.title, other.key, other.split_from) == ("B on a", "cart/B", parent)
    assert (other.service, other.provisional, other.team) == ("cart", Priority.P1, "payments")
    assert (other.reported_at, other.state) == (began, State.TRIGGERED)
    assert (one.apart, one.reported_at, one.state) == (("cart",), began, State.ACKNOWLEDGED)
    advanced = shift.do("INC-2", cmd.Advance(), ENGINE)
    assert isinstance(advanced, Saved), "nobody is paged for it"
    assert shift.now("INC-2").paged == ("asha",)


def test_a_split_is_carried_out_once_and_told_alike(shift: Shift) -> None:
    parent = storm(shift)
    first = shift.executor.carry_out(parent, cmd.Split(services=("cart",)), ASHA, "once")
    again = shift.executor.carry_out(parent, cmd.Split(services=("cart",)), ASHA, "once")
    assert again == first
    assert isinstance(first, Saved)
    assert shift.executor.outcome_of(parent, cmd.Split(services=("cart",)), ASHA, "once") == first
    assert len(shift.store.open_rows().rows) == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (cmd.Split(services=("cart", "payments", "search")), "nothing would be left of INC-1: all its alerts are of"),
        (cmd.Split(services=("payments",)), "INC-1 began with payments: split the other services off instead"),
        (cmd.Split(services=("mail",)), 'INC-1 has no alert of "mail": its alerts are of payments, cart, search'),
        (cmd.Split(child="INC-9"), "INC-9 is no part of INC-1: nothing was merged into it"),
        (cmd.Split(), "say what to split off INC-1"),
    ],
)  # fmt: skip
def test_what_cannot_be_split_off_is_said(shift: Shift, command: cmd.Split, said: str) -> None:
    storm(shift)
    if command.child:
        shift.open("Z", alert("Z", service="search"))
        command = cmd.Split(child="INC-2")
        said = said.replace("INC-9", "INC-2")
    outcome = shift.do("INC-1", command)
    assert isinstance(outcome, Refused)
    assert outcome.text.startswith(said)
    assert len(shift.store.log("INC-1")) == 2


def test_nothing_is_split_off_what_is_over(shift: Shift) -> None:
    parent = storm(shift)
    shift.do(parent, cmd.ObserveAlerts(cleared=(B.ref, AlertRef("prod", "C/b"))), ENGINE)
    assert text(shift.do(parent, cmd.Split(services=("cart",)))).startswith("no alert of cart fires any more")
    shift.do(parent, cmd.Resolve(despite_firing=True))
    assert "reopen it to go on" in text(shift.do(parent, cmd.Split(services=("search",))))
    shift.do(parent, cmd.Close())
    assert "is closed" in text(shift.do(parent, cmd.Split(services=("search",))))
    assert text(shift.do("INC-77", cmd.Split(services=("search",)))) == "there is no incident INC-77"


def test_a_child_stands_alone_again_with_its_alerts_as_they_are(shift: Shift) -> None:
    parent, child = shift.open("A", A), shift.open("B", B, alert("B", service="cart", instance="b"))
    began = shift.store.now()
    shift.do(child, cmd.MergeInto(parent))
    later(shift, 60)
    worse = replace(alert("B", service="cart", instance="c"), priority=Priority.P1)
    shift.do(parent, cmd.ObserveAlerts((worse,), (B.ref,)), ENGINE)
    outcome = shift.do(parent, cmd.Split(child=child))
    assert text(outcome) == "split INC-2 off INC-1: it stands alone again"
    one, other = shift.now(parent), shift.now(child)
    assert (one.children, one.apart, [ref for ref, _ in one.members]) == ((), ("cart",), [A.ref])
    assert (other.is_open, other.merged_into, other.split_from, other.reported_at) == (
        True,
        "",
        parent,
        began,
    )
    assert {ref.fingerprint for ref, member in other.members if member.cleared_at is None} == {"B/b", "B/c"}
    assert dict(other.members)[B.ref].cleared_at == shift.store.now()
    assert isinstance(shift.do(child, cmd.Advance(), ENGINE), Saved)


def test_a_child_that_cleared_meanwhile_only_wants_closing(shift: Shift) -> None:
    parent, child = shift.open("A", A), shift.open("B", B)
    shift.do(child, cmd.MergeInto(parent))
    shift.do(parent, cmd.ObserveAlerts((), (B.ref,)), ENGINE)
    shift.do(parent, cmd.Split(child=child))
    assert shift.now(child).state is State.CLEARED_UNACKED


def test_alerts_that_left_by_service_do_not_come_back_with_the_child(shift: Shift) -> None:
    gone = alert("B", service="search", instance="s")
    parent, child = shift.open("A", A), shift.open("B", B, gone)
    shift.do(child, cmd.MergeInto(parent))
    assert isinstance(shift.do(parent, cmd.Split(services=("search",))), Saved)
    assert isinstance(shift.do(parent, cmd.Split(child=child)), Saved)
    assert shift.holders() == {A.ref: [parent], B.ref: [child], gone.ref: ["INC-3"]}


def test_a_rule_that_has_an_open_incident_by_now_is_named(shift: Shift) -> None:
    parent, child = shift.open("A", A), shift.open("B", B, alert("E", service="cart"))
    shift.do(child, cmd.MergeInto(parent))
    other = shift.open("B", alert("B", service="cart", instance="z"))
    refused = text(shift.do(parent, cmd.Split(child=child)))
    assert refused == f"{other} is open for the same rule by now: resolve or merge {other} first"


def test_merges_go_to_the_last_parent(shift: Shift) -> None:
    one, two, three = (shift.open(name, alert(name)) for name in "ABC")
    shift.do(two, cmd.MergeInto(one))
    assert text(shift.do(three, cmd.MergeInto(two))) == "merged INC-3 into INC-1"
    assert text(shift.do(three, cmd.MergeInto(one))) == "INC-3 is part of INC-1 already"
    assert text(shift.do(one, cmd.MergeInto(two))) == "INC-2 is part of INC-1 already"
    four = shift.open("D", alert("D"))
    shift.do(one, cmd.MergeInto(four))
    assert shift.now(four).firing == 4
    assert text(shift.do(two, cmd.MergeInto(four))) == "INC-2 is part of INC-4 already"
    assert text(shift.do(four, cmd.Split(child=two))) == "INC-2 is part of INC-1: split it off that one"
    shift.do(four, cmd.Split(child=one))
    assert shift.now(one).firing == 3
    assert isinstance(shift.do(one, cmd.Split(child=two)), Saved)
    assert all(len(names) == 1 for names in shift.holders().values())


def test_nothing_is_merged_into_what_is_over(shift: Shift) -> None:
    one, two = shift.open("A", A), shift.open("B", B)
    shift.do(one, cmd.Resolve(despite_firing=True))
    assert text(shift.do(two, cmd.MergeInto(one))).endswith("reopen it to go on")
    shift.do(one, cmd.Close())
    assert text(shift.do(two, cmd.MergeInto(one))) == "INC-1 is closed: choose an open incident"
    assert text(shift.do(two, cmd.MergeInto("INC-9"))) == "there is no incident INC-9"
    assert shift.now(two).is_open


def test_the_silence_of_an_ack_covers_only_what_is_left(shift: Shift) -> None:
    parent = storm(shift)
    shift.do(parent, cmd.Ack())
    (asked,) = shift.store.outbox(shift.store.now())
    end = shift.store.now() + timedelta(hours=1)
    done = cmd.SettleEffect(asked.id, "prod", EffectKind.ACK, EffectState.DONE, "silenced", "silence-1", end)
    shift.executor.carry_out(parent, done, ENGINE, "settle", settled=(asked.id,))
    held = replace(B, muted_until=end, muted_by="silence-1")
    shift.do(parent, cmd.ObserveAlerts((held,)), ENGINE)
    shift.do(parent, cmd.Split(services=("cart",)))
    kinds = [(one.kind, one.handle) for one in shift.store.outbox(shift.store.now())]
    assert kinds == [(EffectKind.UNACK, "silence-1"), (EffectKind.ACK, "")]
    assert shift.now("INC-2").held_until is None, "our own silence would keep the page back"


def test_alerts_of_a_persons_report_may_all_leave(shift: Shift) -> None:
    report = cmd.Open("cart is slow", "cart", reporter=ReporterKind.CLIENT, reported_by="Rina")
    opened = shift.do("", report)
    assert isinstance(opened, Saved)
    child = shift.open("B", B)
    shift.do(child, cmd.MergeInto(opened.incident))
    assert isinstance(shift.do(opened.incident, cmd.Split(child=child)), Saved)
    assert shift.now(opened.incident).is_open


def test_a_key_that_the_rest_holds_is_not_taken(shift: Shift) -> None:
    shift.executor = Executor(
        shift.store, lambda: policy(services=TEAM, grouping=Grouping(by=("alertname",)))
    )
    same = alert("A", service="cart", instance="b")
    opened = shift.do("", cmd.Open("A burns", "payments", key="A", alert_name="A", alerts=(A, same)), ENGINE)
    assert isinstance(opened, Saved)
    assert isinstance(shift.do("INC-1", cmd.Split(services=("cart",))), Saved)
    assert (shift.now("INC-1").key, shift.now("INC-2").key) == ("A", "")


# Two at once


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
def test_two_who_split_and_merge_at_once_leave_each_alert_in_one(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with ExitStack() as stack:
        first, second = _two(kind, tmp_path, request, stack)
        parent = storm(first)
        other = first.open("E", alert("E", service="search", instance="e"))
        moves: list[tuple[Callable[[], Outcome], Callable[[], Outcome]]] = [
            (
                lambda: first.do(parent, cmd.Split(services=("cart",))),
                lambda: second.do(parent, cmd.Split(services=("cart", "search")), BUDI),
            ),
            (
                lambda: first.do(parent, cmd.MergeInto(other)),
                lambda: second.do(other, cmd.MergeInto(parent), BUDI),
            ),
        ]
        for mine, theirs in moves:
            _at_once(first, mine, theirs)
            names = first.holders()
            assert len(names) == 5
            assert all(len(each) == 1 for each in names.values()), names


def _two(kind: str, tmp_path: Path, request: pytest.FixtureRequest, stack: ExitStack) -> tuple[Shift, Shift]:
    if kind == "memory":
        one = MemoryStore()
        pair: tuple[IncidentStore, IncidentStore] = one, one.another()
    elif kind == "sqlite":
        path = tmp_path / "store.db"
        pair = (
            stack.enter_context(closing(SqliteStore(path))),
            stack.enter_context(closing(SqliteStore(path))),
        )
    else:
        url = request.getfixturevalue("pg_database")
        pair = stack.enter_context(closing(on_server(url))), stack.enter_context(closing(on_server(url)))
    return Shift(pair[0], Executor(pair[0], rules)), Shift(pair[1], Executor(pair[1], rules), 1000)


def _at_once(shift: Shift, mine: Callable[[], Outcome], theirs: Callable[[], Outcome]) -> None:
    """Let the other be faster, between our reading and our writing."""
    append, told = shift.store.append, []

    def late(*matter: object) -> int:
        shift.store.append = append  # type: ignore[method-assign]
        told.append(theirs())
        return append(*matter)  # type: ignore[arg-type]

    shift.store.append = late  # type: ignore[method-assign, assignment]
    outcome = mine()
    assert isinstance(told[0], Saved)
    assert isinstance(outcome, Refused | Nothing), outcome


# Any order

NAMES = ("A", "B", "C")
SERVICES = ("payments", "cart", "search")


KINDS = ("merge", "services", "child", "services", "child", "clear", "ack")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 5)), max_size=8)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_is_merged_and_split_each_alert_is_in_one_open_incident(
    steps: list[tuple[str, int, int]],
) -> None:
    shift = on_memory()
    for name in NAMES:
        shift.open(name, *(alert(name, service=one, instance=one) for one in SERVICES))
    shift.do("INC-2", cmd.MergeInto("INC-1"))
    due: dict[str, tuple[datetime, datetime]] = {}
    for what, one, other in steps:
        later(shift, 30)
        before = set(shift.holders())
        cleared = _step(shift, what, one, other)
        after = shift.holders()
        assert set(after) == before - cleared
        assert all(len(names) == 1 for names in after.values()), (what, one, other)
        for row in shift.store.open_rows().rows:
            assert fold(shift.store.log(row.id)).id == row.id
            now = (ack_clock(row, rules()).deadline, resolve_clock(row, rules()).deadline)
            was = due.get(row.id, now)
            assert now[0] <= was[0]
            assert now[1] <= was[1]
            due[row.id] = now


def _step(shift: Shift, what: str, one: int, other: int) -> set[AlertRef]:
    """Carry out one step on one of the open incidents; return the alerts that clear by it."""
    names = sorted(row.id for row in shift.store.open_rows().rows)
    found = shift.now(names[one % len(names)])
    if what == "merge":
        shift.do(found.id, cmd.MergeInto(names[other % len(names)]))
    elif what == "child" and found.children:
        shift.do(found.id, cmd.Split(child=found.children[other % len(found.children)]))
    elif what == "services":
        rest = [name for name in found.services if name != found.service]
        shift.do(found.id, cmd.Split(services=tuple(rest[: 1 + other % 2])))
    elif what == "ack":
        shift.do(found.id, cmd.Ack(take=True))
    elif what == "clear" and found.members:
        ref, member = found.members[other % len(found.members)]
        shift.do(found.id, cmd.ObserveAlerts((), (ref,)), ENGINE)
        return {ref} if member.cleared_at is None else set()
    return set()
