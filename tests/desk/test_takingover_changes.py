"""What happens to incidents between an offer and its acceptance: they change hands once, or stay with whom they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import commands as cmd
from console.domain.commands import MergeInto, Split
from console.domain.events import HandedOver
from console.domain.fold import fold
from console.domain.priority import Priority
from console.domain.team.commands import ReturnHandover
from console.domain.team.handovers import Handing, Stage
from console.ports.desk import Saved
from console.ports.store import IncidentStore
from console.store.sqlite.store import SqliteStore
from tests.desk.desks import open_incident
from tests.desk.test_takingover import ALL, DEWI, Office, accept, offer
from tests.engine.kits import ASHA, BUDI
from tests.fakes.store import FakeClock, MemoryStore

FIRST, SECOND, DEWIS, NOBODYS = (name for name, _ in ALL)


def filled(store: IncidentStore) -> IncidentStore:
    """Asha has the first two, Dewi the third, nobody the fourth."""
    for name in "ABCD":
        open_incident(store, name)
    for name in (FIRST, SECOND):
        Office(store, ASHA).do(name, cmd.Ack())
    Office(store, DEWI).do(DEWIS, cmd.Ack(take=True))
    return store


class Between:
    """Asha has offered; something happens; Budi accepts."""

    def __init__(self, store: IncidentStore) -> None:
        self.store = store
        self.asha, self.budi, self.dewi = (Office(store, who) for who in (ASHA, BUDI, DEWI))
        self.asha.ask(offer(store, *ALL))

    def accepted(self) -> str:
        done = self.budi.ask(accept(self.store), "accept")
        assert isinstance(done, Saved)
        return done.text

    def owners(self, *names: str) -> list[str]:
        return [self.asha.owner(name) for name in names or (FIRST, SECOND, DEWIS, NOBODYS)]


@pytest.fixture
def between() -> Between:
    return Between(filled(MemoryStore(FakeClock())))


def test_what_was_merged_into_somebody_elses_goes_on_there(between: Between) -> None:
    between.dewi.do(FIRST, MergeInto(DEWIS))
    assert "1 incident yours now: INC-2" in between.accepted()
    assert between.owners()[1:3] == ["budi", "dewi"]


def test_what_was_merged_into_a_later_one_of_the_outgoing_person_takes_that_along(between: Between) -> None:
    late = open_incident(between.store, "E")
    between.asha.do(late, cmd.Ack())
    between.asha.do(FIRST, MergeInto(late))
    assert f"2 incidents yours now: {SECOND}, {late}" in between.accepted().replace(
        "INC-5, INC-2", "INC-2, INC-5"
    )
    assert between.owners(SECOND, late) == ["budi", "budi"]


def test_two_that_were_merged_into_each_other_move_once(between: Between) -> None:
    between.asha.do(FIRST, MergeInto(SECOND))
    assert "1 incident yours now: INC-2" in between.accepted()
    moved = [event for event in between.store.log(SECOND) if isinstance(event.body, HandedOver)]
    assert len(moved) == 1


def test_what_was_merged_before_and_stands_alone_again_moves_too() -> None:
    store = filled(MemoryStore(FakeClock()))
    Office(store, ASHA).do(FIRST, MergeInto(SECOND))
    between = Between(store)
    between.asha.do(SECOND, Split(FIRST))
    assert fold(store.log(FIRST)).is_open
    between.accepted()
    assert set(between.owners(FIRST, SECOND)) <= {"budi", ""}


def test_what_came_after_the_offer_stays(between: Between) -> None:
    late = open_incident(between.store, "E")
    between.asha.do(late, cmd.Ack())
    between.accepted()
    assert between.owners(late) == ["asha"]


@pytest.mark.parametrize(
    ("what", "owners"),
    [
        (lambda one: one.asha.do(FIRST, cmd.SetPriority(Priority.P3, "small")), ["budi", "budi"]),
        (lambda one: one.asha.do(FIRST, cmd.Resolve("done", despite_firing=True)), ["asha", "budi"]),
        (
            lambda one: (
                one.asha.do(FIRST, cmd.Resolve("done", despite_firing=True)),
                one.asha.do(FIRST, cmd.Reopen("again")),
            ),
            ["", "budi"],  # opened again it is nobody's, and paged
        ),
        (lambda one: one.dewi.do(FIRST, cmd.Assign("dewi")), ["dewi", "budi"]),
        (
            lambda one: (one.dewi.do(FIRST, cmd.Assign("dewi")), one.dewi.do(FIRST, cmd.Assign("asha"))),
            ["budi", "budi"],
        ),
        (lambda one: one.budi.do(FIRST, cmd.Assign("budi")), ["budi", "budi"]),
    ],
    ids=["priority", "resolved", "reopened", "taken", "taken and given back", "theirs already"],
)
def test_each_change_leaves_each_incident_with_one_owner(
    between: Between, what: Callable[[Between], object], owners: list[str]
) -> None:
    what(between)
    between.accepted()
    assert between.owners(FIRST, SECOND) == owners


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("take", "give", "resolve", "reopen", "merge", "split", "priority", "new", "offer", "return")
        ),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=7,
)


def act(between: Between, what: str, one: str, other: str) -> None:
    """Do something that may well be refused."""
    commands: dict[str, cmd.Command] = {
        "take": cmd.Assign("dewi"),
        "give": cmd.Assign("asha"),
        "resolve": cmd.Resolve("done", despite_firing=True),
        "reopen": cmd.Reopen("again"),
        "merge": MergeInto(other),
        "split": Split(other),
        "priority": cmd.SetPriority(Priority.P2, "so"),
    }
    if what in commands:
        between.dewi.executor.carry_out(one, commands[what], DEWI, "")
    elif what == "offer":
        rows = between.store.open_rows().rows
        between.asha.ask(offer(between.store, *((row.id, row.owner) for row in rows)))
    elif what == "return":
        between.budi.ask(ReturnHandover(standing(between).id, "not yet"))


def standing(between: Between) -> Handing:
    live = between.asha.arranger._policy
    live.refresh()
    return live.team.handovers[-1]


def never_two_and_never_none(between: Between, steps: list[tuple[str, int, int]]) -> None:
    names = [name for name, _ in ALL]
    for what, one, other in steps:
        if what == "new":
            names.append(open_incident(between.store, f"N{len(names)}"))
            between.asha.executor.carry_out(names[-1], cmd.Ack(), ASHA, "")
        else:
            act(between, what, names[one % len(names)], names[other % len(names)])
    before = {name: fold(between.store.log(name)) for name in names}
    offered = standing(between)
    done = between.budi.ask(accept(between.store), "accept")
    after = {name: fold(between.store.log(name)) for name in names}
    moved = standing(between).moved
    assert isinstance(done, Saved) == (offered.stage is Stage.OFFERED)
    assert {name for name in names if before[name].owner != after[name].owner} == set(moved)
    for name in names:
        handed = sum(isinstance(event.body, HandedOver) for event in between.store.log(name))
        assert handed == (name in moved)
        if before[name].owner:
            assert after[name].owner, "never none"
    if isinstance(done, Saved):
        assert {after[name].owner for name in moved} <= {"budi"}
        assert all(before[name].owner == "asha" and before[name].is_open for name in moved)
        listed = {name for name, owner in offered.incidents if owner == "asha"}
        left = {name for name in listed if after[name].is_open and after[name].owner == "asha"}
        assert left == set(), "nothing that was offered stays with who has gone"


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_whatever_happens_meanwhile_never_two_owners_and_never_none(
    steps: list[tuple[str, int, int]],
) -> None:
    never_two_and_never_none(Between(filled(MemoryStore(FakeClock()))), steps)


@contextmanager
def database() -> Iterator[IncidentStore]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        yield stack.enter_context(closing(SqliteStore(folder / "a.db", FakeClock())))


@settings(max_examples=6, deadline=None)
@given(STEPS)
def test_so_it_is_in_a_database(steps: list[tuple[str, int, int]]) -> None:
    with database() as store:
        never_two_and_never_none(Between(filled(store)), steps)
