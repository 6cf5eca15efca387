"""The load of a shift, counted from a store; what did not change is not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.desk import shiftload
from console.desk.executor import Executor
from console.desk.shiftload import LoadReader
from console.domain import commands as cmd
from console.domain.actors import ENGINE, Actor
from console.domain.events import Event
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.roster import Roster, Rotation
from console.ports.desk import Saved
from tests.fakes.store import FakeClock, MemoryStore

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROTATION = Rotation(
    "payments", "primary", ("asha", "budi"), timedelta(days=1), time(9), ZoneInfo("UTC"), date(2026, 1, 5)
)
POLICY = Policy(
    Roster((ROTATION,)),
    people={"asha": Person("asha", "Asha"), "budi": Person("budi", "Budi")},
    services={"api": Service("api", "payments")},
    teams=("payments",),
    chains=(Chain("payments", (Level(("primary",), timedelta(0)),)),),
)


class Counting(MemoryStore):
    """Counts the logs that are read."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.read: list[str] = []

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        self.read += incidents
        return super().logs(incidents)


class Shift:
    """A store on whose clock a shift passes."""

    def __init__(self) -> None:
        self.clock = FakeClock(START)
        self.store = Counting(self.clock)
        self.executor = Executor(self.store, lambda: POLICY)

    def at(self, moment: datetime) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())

    def do(self, incident: str, command: cmd.Command, who: Actor) -> str:
        outcome = self.executor.carry_out(incident, command, who, "")
        assert isinstance(outcome, Saved), outcome
        return outcome.incident

    def open(self, title: str) -> str:
        name = self.do("", cmd.Open(title, "api", key=title, alert_name=title), ENGINE)
        self.do(name, cmd.Advance(), ENGINE)
        return name


@pytest.fixture
def shift() -> Shift:
    return Shift()


def test_pages_and_work_of_the_running_shift_are_counted(shift: Shift) -> None:
    for n in range(3):
        shift.at(START + 14 * HOUR + n * 25 * MINUTE)  # at night
        name = shift.open(f"A{n}")
        shift.do(name, cmd.Ack(), Actor("asha"))
    shift.at(START + 15 * HOUR)
    found = LoadReader(shift.store, lambda: POLICY, "asha").read()
    assert found is not None
    assert (found.since, found.incidents, found.pages, found.night) == (START, 3, 3, 3)
    assert (found.busy_since, found.busy_with) == (START + 14 * HOUR, 3)
    assert found.heavy


def test_only_what_changed_is_read_again(shift: Shift) -> None:
    names = [shift.open(f"A{n}") for n in range(3)]
    reader = LoadReader(shift.store, lambda: POLICY, "asha")
    shift.at(START + MINUTE)
    first = reader.read()
    assert first is not None
    assert first.busy_since is None  # pages alone are no work
    shift.store.read.clear()
    reader.read()
    assert not shift.store.read
    shift.do(names[1], cmd.Note("looking"), Actor("asha"))
    found = reader.read()
    assert shift.store.read == [names[1]]
    assert found is not None
    assert found.busy_since == START


def test_who_is_off_has_no_load_and_an_old_shift_does_not_count(shift: Shift) -> None:
    shift.open("A")
    shift.at(START + MINUTE)
    assert LoadReader(shift.store, lambda: POLICY, "budi").read() is None
    shift.at(START + 25 * HOUR)
    found = LoadReader(shift.store, lambda: POLICY, "budi").read()
    assert found is not None
    assert (found.since, found.incidents) == (START + 24 * HOUR, 0)


def test_a_storm_is_not_counted(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shiftload, "MOST", 2)
    for n in range(3):
        shift.open(f"A{n}")
    shift.at(START + MINUTE)
    assert LoadReader(shift.store, lambda: POLICY, "asha").read() is None
    assert not shift.store.read


def test_one_who_is_on_call_for_ever_is_counted_for_two_weeks(shift: Shift) -> None:
    alone = replace(POLICY, roster=Roster((replace(ROTATION, members=("asha",)),)))
    shift.open("A")
    shift.at(START + timedelta(days=20))
    found = LoadReader(shift.store, lambda: alone, "asha").read()
    assert found is not None
    assert (found.since, found.pages) == (START + timedelta(days=6), 0)
