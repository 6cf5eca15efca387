"""What a console rings for, and that each thing rings once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.domain.attention import SHIFT_AHEAD, Listener, Ring, listener, of_row, of_shift
from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Duty, Roster, Rotation
from console.domain.summary import Summary
from tests.ui.rows import row as any_row

MINUTE = timedelta(minutes=1)
T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
RULES = Policy(Roster())
ASHA, BUDI = Listener("asha", frozenset({"payments"})), Listener("budi", frozenset())


def row(**more: Any) -> Summary:
    usual: dict[str, Any] = {
        "title": "checkout is down",
        "priority": Priority.P1,
        "level": None,
        "level_at": None,
    }
    return any_row("pay-1", T0, age=timedelta(0), **{**usual, **more})


def keys(found: tuple[Ring, ...]) -> list[str]:
    return [ring.key.removeprefix("pay-1/e1/") for ring in found]


def test_an_incident_of_my_team_calls_me_where_i_go_first_and_its_ack_clock_does_too() -> None:
    found = of_row(row(), ASHA, RULES)
    assert keys(found) == ["call/0.0.0", "ack/warning", "ack/breach"]
    assert [ring.at for ring in found] == [T0, T0 + 4 * MINUTE, T0 + 5 * MINUTE + timedelta(milliseconds=1)]
    assert found[0].text == "open: P1 checkout is down (pay-1)"


def test_nobody_else_is_called() -> None:
    assert of_row(row(), BUDI, RULES) == ()
    assert of_row(row(), Listener("", frozenset()), RULES) == ()
    assert of_row(row(team="search"), ASHA, RULES) == ()


def test_the_first_page_is_the_same_call_as_the_opening() -> None:
    paged = row(paged_now=("asha",), level=0, level_at=T0 + timedelta(seconds=1))
    assert of_row(paged, ASHA, RULES)[0].key == of_row(row(), ASHA, RULES)[0].key


@pytest.mark.parametrize(("level", "round_"), [(1, 0), (0, 1)])
def test_each_further_page_is_another_call(level: int, round_: int) -> None:
    first = row(paged_now=("budi",), level=0, level_at=T0)
    later = row(paged_now=("budi",), level=level, level_round=round_, level_at=T0 + 5 * MINUTE)
    assert of_row(first, BUDI, RULES)[0].key != of_row(later, BUDI, RULES)[0].key
    assert of_row(later, BUDI, RULES)[0].at == T0 + 5 * MINUTE


def test_who_goes_first_is_not_called_again_by_the_page_to_another() -> None:
    on = row(paged_now=("budi",), level=1, level_at=T0 + 5 * MINUTE)
    assert of_row(on, ASHA, RULES)[0].key == of_row(row(), ASHA, RULES)[0].key


def test_only_who_still_has_to_ack_is_called_by_a_repage() -> None:
    again = row(
        paged_now=("asha", "budi"),
        level=0,
        level_at=T0,
        chased=("budi",),
        repages=1,
        repaged_at=T0 + 5 * MINUTE,
    )
    assert of_row(again, BUDI, RULES)[0] == Ring(
        "pay-1/e1/call/0.0.1", T0 + 5 * MINUTE, "page: P1 checkout is down (pay-1)"
    )
    assert keys(of_row(again, ASHA, RULES))[0] == "call/0.0.0"


@pytest.mark.parametrize(
    "quiet",
    [
        {"state": State.ACKNOWLEDGED, "owner": "budi", "human_ack_at": T0, "acked_by": "budi"},
        {"snoozed_until": T0 + 60 * MINUTE},
        {"is_open": False, "state": State.RESOLVED},
    ],
    ids=["somebody has it", "snoozed", "over"],
)
def test_what_somebody_has_or_put_aside_is_quiet(quiet: dict[str, Any]) -> None:
    assert of_row(row(**quiet), ASHA, RULES) == ()


def test_its_owner_hears_of_the_fix_and_of_the_nudge() -> None:
    mine = row(
        state=State.ACKNOWLEDGED, owner="budi", acked_by="budi", human_ack_at=T0, nudged_at=T0 + 20 * MINUTE
    )
    found = of_row(mine, BUDI, RULES)
    assert keys(found) == ["nudge/2026-01-05T09:20:00+00:00", "fix/warning", "fix/breach"]
    assert found[1].at == T0 + 81 * MINUTE
    assert keys(of_row(replace(mine, paused_since=T0), BUDI, RULES)) == keys(found)[:1]


def test_a_shift_that_begins_soon_is_told_once() -> None:
    monday = datetime(2026, 1, 5, 2, tzinfo=UTC)
    rotation = Rotation(
        "payments",
        "primary",
        ("asha", "budi"),
        timedelta(days=7),
        time(9),
        ZoneInfo("Asia/Jakarta"),
        date(2026, 1, 5),
        0,
    )
    rules = Policy(Roster((rotation,)))
    start = monday + timedelta(days=7)
    assert of_shift(rules, "budi", start - SHIFT_AHEAD - MINUTE) == ()
    first = of_shift(rules, "budi", start - SHIFT_AHEAD)
    later = of_shift(rules, "budi", start - MINUTE)
    assert [ring.key for ring in first] == [ring.key for ring in later]
    assert later[0].text == "you are primary of payments in 1m"
    assert of_shift(rules, "asha", start - MINUTE) == ()
    assert of_shift(rules, "", start - MINUTE) == ()


def test_only_the_primary_goes_first() -> None:
    duties = tuple(
        Duty(team, role, "asha", None, None, None) for team, role in (("a", "primary"), ("b", "shadow"))
    )
    assert listener("asha", duties).primary == {"a"}
    assert listener("budi", duties).primary == frozenset()
