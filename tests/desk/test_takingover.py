"""Accepting a handover: the owners and the acceptance are written together, or not at all."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from console.desk.arranger import Arranger
from console.desk.executor import Executor
from console.desk.livepolicy import LivePolicy
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.events import Assigned, HandedOver
from console.domain.fold import fold
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.team.commands import AcceptHandover, OfferHandover, ReturnHandover, TeamCommand
from console.domain.team.handovers import Stage, find
from console.domain.team.shifts import HandoverShift, shift_at
from console.errors import StoreError
from console.ports.desk import Nothing, NotSaved, Outcome, Refused, Saved
from console.ports.store import IncidentStore
from console.store.sqlite.store import SqliteStore
from tests.desk.desks import open_incident
from tests.engine.kits import ASHA, BUDI, policy, rotation
from tests.fakes.store import FakeClock, MemoryStore
from tests.store.racing import race

DEWI = Actor("dewi")
RULES: Policy = policy(roster=Roster((rotation("primary", "asha", "budi"),)))


class Office:
    """One person's console, as far as it writes."""

    def __init__(self, store: IncidentStore, actor: Actor) -> None:
        self.store, self.actor = store, actor
        self.arranger = Arranger(store, LivePolicy(store, lambda: RULES))
        self.executor = Executor(store, lambda: RULES)

    def ask(self, command: TeamCommand, op: str = "") -> Outcome:
        return self.arranger.arrange(command, self.actor, op)

    def do(self, incident: str, command: cmd.Command) -> None:
        assert isinstance(self.executor.carry_out(incident, command, self.actor, ""), Saved)

    def owner(self, incident: str) -> str:
        return fold(self.store.log(incident)).owner


def shift(store: IncidentStore) -> HandoverShift:
    live = LivePolicy(store, lambda: RULES)
    live.refresh()
    found = shift_at(live().roster, live.team, "payments", "primary", store.now())
    assert found is not None
    return found


def offer(store: IncidentStore, *incidents: tuple[str, str]) -> OfferHandover:
    one = shift(store)
    assert one.start
    assert one.end
    return OfferHandover(one.id, one.team, one.role, one.start, one.end, "budi", incidents, "packed")


def accept(store: IncidentStore) -> AcceptHandover:
    live = LivePolicy(store, lambda: RULES)
    live.refresh()
    found = find(live.team.handovers, shift(store).id)
    assert found.offered_at
    return AcceptHandover(found.id, found.offered_at)


@pytest.fixture
def store() -> MemoryStore:
    """Asha has INC-1 and INC-2, Dewi has INC-3, nobody INC-4."""
    store = MemoryStore(FakeClock())
    asha, dewi = Office(store, ASHA), Office(store, DEWI)
    names = [open_incident(store, name) for name in "ABCD"]
    for name in names[:2]:
        asha.do(name, cmd.Ack())
    dewi.do(names[2], cmd.Ack(take=True))
    return store


ALL = (("INC-1", "asha"), ("INC-2", "asha"), ("INC-3", "dewi"), ("INC-4", ""))


def test_what_the_outgoing_person_has_moves_and_nothing_else(store: MemoryStore) -> None:
    asha, budi = Office(store, ASHA), Office(store, BUDI)
    assert isinstance(asha.ask(offer(store, *ALL), "o"), Saved)
    assert [asha.owner(name) for name, _ in ALL] == ["asha", "asha", "dewi", ""]
    done = budi.ask(accept(store), "a")
    assert isinstance(done, Saved)
    assert done.text == (
        "you have taken over primary of payments and telling clients from Asha, 2 incidents yours now: INC-1, INC-2"
    )
    assert [asha.owner(name) for name, _ in ALL] == ["budi", "budi", "dewi", ""]
    assert [event.body for event in store.log("INC-1")[-2:]] == [
        Assigned("budi"),
        HandedOver(shift(store).id, "asha", "budi"),
    ]
    fact = store.facts()[-1]
    assert (fact.body.moved, fact.actor) == (("INC-1", "INC-2"), BUDI)  # type: ignore[union-attr]


def test_what_changed_hands_or_ended_since_the_offer_stays(store: MemoryStore) -> None:
    asha, budi, dewi = (Office(store, who) for who in (ASHA, BUDI, DEWI))
    asha.ask(offer(store, *ALL))
    dewi.do("INC-1", cmd.Assign("dewi"))
    asha.do("INC-2", cmd.Resolve("done", despite_firing=True))
    done = budi.ask(accept(store), "a")
    assert isinstance(done, Saved)
    assert done.text.endswith("no incident to move")
    assert (asha.owner("INC-1"), asha.owner("INC-2")) == ("dewi", "asha")


def test_it_happens_once_however_often_it_is_sent(store: MemoryStore) -> None:
    asha, budi = Office(store, ASHA), Office(store, BUDI)
    asha.ask(offer(store, *ALL), "o")
    wanted = accept(store)
    assert isinstance(budi.ask(wanted, "a"), Saved)
    length = len(store.log("INC-1"))
    assert isinstance(budi.ask(wanted, "a"), Saved)
    assert isinstance(budi.ask(wanted, "b"), Nothing)
    assert len(store.log("INC-1")) == length


def test_an_answer_that_would_come_too_late_writes_nothing(store: MemoryStore) -> None:
    Office(store, ASHA).ask(offer(store, *ALL))
    wanted, before = accept(store), store.log("INC-1")
    late = Arranger(store, LivePolicy(store, lambda: RULES)).arrange(
        wanted, BUDI, "a", may_write=lambda: False
    )
    assert isinstance(late, NotSaved)
    assert store.log("INC-1") == before


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_accepting_and_taking_an_incident_at_the_same_moment(kind: str, tmp_path: Path) -> None:
    """Two consoles of Budi accept, Asha renews her offer, Dewi takes an incident, all at once."""
    with ExitStack() as stack:
        first: IncidentStore = (
            MemoryStore(FakeClock())
            if kind == "memory"
            else stack.enter_context(closing(SqliteStore(tmp_path / "a.db", FakeClock())))
        )

        def opened(_turn: int) -> IncidentStore:
            if isinstance(first, MemoryStore):
                return first.another()
            return stack.enter_context(closing(SqliteStore(tmp_path / "a.db", FakeClock(), busy_timeout=20)))

        name = open_incident(first)
        Office(first, ASHA).do(name, cmd.Ack())
        Office(first, ASHA).ask(offer(first, (name, "asha")))
        wanted, again = accept(first), offer(first, (name, "asha"))
        stores = [opened(turn) for turn in range(4)]

        def act(turn: int) -> Outcome:
            store = stores[turn]
            if turn < 2:
                return Office(store, BUDI).ask(wanted, f"accept-{turn}")
            if turn == 2:
                return Office(store, ASHA).ask(again, "offer")
            return Executor(store, lambda: RULES).carry_out(name, cmd.Assign("dewi"), DEWI, "take")

        answers = [one for one in race(4, act) if not isinstance(one, StoreError)]
        assert all(isinstance(one, Saved | Nothing | Refused) for one in answers), answers
        live = LivePolicy(first, lambda: RULES)
        live.refresh()
        found = find(live.team.handovers, shift(first).id)
        bodies = [event.body for event in first.log(name)]
        assert sum(isinstance(body, HandedOver) for body in bodies) == len(found.moved)
        assert fold(first.log(name)).owner == "dewi" or (found.stage is Stage.ACCEPTED) == (
            fold(first.log(name)).owner == "budi"
        )


def test_only_one_of_an_acceptance_and_a_return_counts(store: MemoryStore) -> None:
    Office(store, ASHA).ask(offer(store, *ALL))
    wanted = accept(store)
    back = ReturnHandover(wanted.handover, "no next step")
    commands: tuple[TeamCommand, ...] = (wanted, back)
    answers = race(2, lambda turn: Office(store.another(), BUDI).ask(commands[turn], f"op-{turn}"))
    assert sorted(type(one).__name__ for one in answers) == ["Refused", "Saved"]
    owners = {Office(store, ASHA).owner(name) for name in ("INC-1", "INC-2")}
    assert owners == ({"budi"} if isinstance(answers[0], Saved) else {"asha"})


def test_time_alone_moves_nothing(store: MemoryStore) -> None:
    Office(store, ASHA).ask(offer(store, *ALL))
    clock = store.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(days=9).total_seconds())
    assert Office(store, ASHA).owner("INC-1") == "asha"
