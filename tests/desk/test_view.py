from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.desk.storetime import StoreTime
from console.desk.view import View
from console.domain.clockskew import Reckoning
from console.domain.policy import Policy
from console.domain.presence import PRESENT_FOR, Presence
from console.domain.roster import Roster
from tests.fakes.store import FakeClock

NOW = FakeClock().now()


class Machine:
    """A view on a machine whose ticks and wall clock the test moves."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.wall = FakeClock()
        time = StoreTime(lambda: self.at, self.wall)
        time.set(Reckoning(NOW, self.at, 0.02))
        policy = Policy(Roster())
        self.view = View("asha", lambda: policy, time, console="mine", digest="abc")
        self.view.due = False

    def told(self) -> bool:
        """Whether something is due since the last question."""
        due, self.view.due = self.view.due, False
        return due


@pytest.fixture
def machine() -> Machine:
    return Machine()


RINA = Presence("run-1", "rina", "INC-1", seen_at=NOW)
MINE = Presence("mine", "asha", "INC-2", seen_at=NOW)


def test_others_are_told_and_a_sign_of_life_is_no_news(machine: Machine) -> None:
    view = machine.view
    view.take_consoles((MINE, RINA))
    assert machine.told()
    assert view.snapshot().consoles == (RINA,)
    view.take_consoles((replace(RINA, seen_at=NOW + timedelta(seconds=10)), MINE))
    assert not machine.told()
    view.take_consoles((replace(RINA, incident="INC-3"),))
    assert machine.told()
    view.take_consoles(())
    assert machine.told()


def test_who_falls_silent_goes_by_the_stores_time_though_nothing_is_asked(machine: Machine) -> None:
    view = machine.view
    view.take_consoles((RINA,))
    later = replace(RINA, seen_at=NOW + timedelta(seconds=10))
    view.take_consoles((later,))
    machine.told()
    machine.wall.advance(3600)  # nobody goes by it
    machine.at += PRESENT_FOR.total_seconds() + 9
    view.forget_consoles()
    assert not machine.told()
    assert view.snapshot().consoles == (later,)
    machine.at += 1
    view.forget_consoles()
    assert machine.told()
    assert view.snapshot().consoles == ()


# At 2.0 s what the measuring may be off by counts for the clock; at 1.7 s it stays told, so that
# a clock about the limit does not make the warning come and go.
SKEWS = (
    (0.0, None, False),
    (2.0, None, False),
    (2.1, 2.1, True),
    (1.7, 2.1, False),
    (421.7, 421.7, True),
    (-421.3, -421.3, True),
    (0.0, None, True),
)


def test_a_wrong_clock_is_told_and_small_changes_of_it_are_not(machine: Machine) -> None:
    view, ahead = machine.view, 0.0
    for off, told, news in SKEWS:
        machine.wall.advance(off - ahead)
        ahead = off
        view.take_skew()
        assert view.skew == (None if told is None else timedelta(seconds=told)), off
        assert machine.told() is news, off
        assert view.snapshot().skew == view.skew


def test_a_clock_is_not_judged_before_the_store_was_asked() -> None:
    view = View("asha", lambda: Policy(Roster()), StoreTime(lambda: 0.0, FakeClock()))
    view.take_skew()
    assert view.skew is None
