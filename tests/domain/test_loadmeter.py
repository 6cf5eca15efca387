"""What counts as load, when a break is due, and how often that is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from console.domain.hints import Tone
from console.domain.incident import Incident
from console.domain.loadmeter import Reminder, ShiftLoad, break_hint, needs_break, shift_load
from tests.ui.scenes import NOW as SCENE
from tests.ui.scenes import POLICY

JAKARTA = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 1, 5, 2, tzinfo=UTC)  # 09:00 there
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def incident(name: str, *pages: tuple[datetime, str]) -> Incident:
    return cast("Incident", SimpleNamespace(id=name, pages=pages))


def load(incidents: list[Any], acts: list[Any], now: datetime, start: datetime = START) -> ShiftLoad:
    return shift_load(incidents, acts, "asha", (start, now), JAKARTA)


def test_pages_to_me_and_what_i_worked_on_count_once_each() -> None:
    paged = [incident(f"INC-{n}", (START + n * HOUR, "asha"), (START + n * HOUR, "budi")) for n in (1, 2)]
    others = incident("INC-3", (START + HOUR, "budi"))
    before = incident("INC-4", (START - MINUTE, "asha"))
    acts = [(START + HOUR, "INC-1"), (START + HOUR, "INC-7")]
    found = load([*paged, others, before], acts, START + 4 * HOUR)
    assert (found.incidents, found.pages, found.night) == (3, 2, 0)
    assert found.words == "load 3 this shift"
    assert found.heavy


@pytest.mark.parametrize(("hour", "night"), [(14, 0), (15, 1), (23, 1), (24, 0)])  # UTC; 22 and 07 there
def test_nights_are_local(hour: int, night: int) -> None:
    at = START.replace(hour=0) + hour * HOUR
    found = load([incident("INC-1", (at, "asha"))], [], START + 30 * HOUR)
    assert found.night == night
    assert found.words == ("load 1 (1 at night) this shift" if night else "load 1 this shift")


def test_the_guideline_is_for_twelve_hours() -> None:
    three = [incident(f"INC-{n}", (START + n * MINUTE, "asha")) for n in range(3)]
    assert load(three, [], START + HOUR).heavy
    assert load(three, [], START + 12 * HOUR).heavy
    assert not load(three, [], START + 24 * HOUR).heavy
    assert not load(three[:2], [], START + HOUR).heavy


def working(minutes: int, incidents: int = 3, every: int = 20) -> ShiftLoad:
    now = START + minutes * MINUTE
    acts = [(START + n * MINUTE, f"INC-{n // every % incidents}") for n in range(0, minutes, every)]
    return load([], acts, now)


def test_a_break_is_due_after_long_work_on_much() -> None:
    now = START + 180 * MINUTE
    assert needs_break(working(180), now)
    assert not needs_break(working(180, incidents=2), now)
    assert not needs_break(working(120), START + 120 * MINUTE)
    assert not needs_break(load([], [], now), now)


def test_half_an_hour_of_nothing_is_a_break() -> None:
    acts = [(START + n * MINUTE, f"INC-{n % 3}") for n in range(0, 150, 25)]
    busy = load([], acts, START + 150 * MINUTE)
    assert (busy.busy_since, busy.busy_with) == (START, 3)
    rested = load([], acts, START + 155 * MINUTE)
    assert rested.busy_since is None
    again = load([], [*acts, (START + 160 * MINUTE, "INC-9")], START + 161 * MINUTE)
    assert (again.busy_since, again.busy_with) == (START + 160 * MINUTE, 1)


def test_pages_alone_are_no_work() -> None:
    paged = [incident(f"INC-{n}", (START + n * 20 * MINUTE, "asha")) for n in range(9)]
    assert load(paged, [], START + 180 * MINUTE).busy_since is None


def test_the_hint_names_who_could_take_over() -> None:
    busy = ShiftLoad(SCENE - 9 * HOUR, 5, 5, 0, SCENE - 3 * HOUR, 5, heavy=True)
    hint = break_hint(busy, POLICY, "asha", "payments", SCENE)
    assert hint is not None
    assert hint.text == "3h without a break, 5 incidents: ask Budi (secondary) to take over for 20 min"
    assert hint.tone is Tone.CALM
    alone = break_hint(busy, POLICY, "fajar", "checkout", SCENE)
    assert alone is not None
    assert "nobody else is on duty" in alone.text
    rested = ShiftLoad(SCENE - 9 * HOUR, 5, 5, 0, None, 0, heavy=True)
    assert break_hint(rested, POLICY, "asha", "payments", SCENE) is None


def test_it_is_said_once_an_hour_and_can_be_put_away() -> None:
    reminder = Reminder()
    assert not reminder.show(wanted=False, now=START)
    shown = [minute for minute in range(0, 130, 5) if reminder.show(wanted=True, now=START + minute * MINUTE)]
    assert shown == [0, 5, 60, 65, 120, 125]
    reminder = Reminder()
    assert reminder.show(wanted=True, now=START)
    assert reminder.put_away(START + MINUTE)
    assert not reminder.put_away(START + 2 * MINUTE)
    assert not reminder.show(wanted=True, now=START + 3 * MINUTE)
    assert reminder.show(wanted=True, now=START + HOUR)
