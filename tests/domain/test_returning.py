"""What is held back is listed, warned of before it comes back, and doubted where its source is not live."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.domain.handover import build
from console.domain.health import EngineReport, SourceHealth
from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.returning import HeldBy, Known, coming_back, held_back, not_known
from console.domain.standing import Viewer
from console.domain.summary import Summary
from console.domain.team.state import Maintenance
from console.domain.vocabulary import EffectState
from tests.abilities import silencing
from tests.domain.world import at, policy
from tests.outputs import shift
from tests.ui.rows import row

NOW = at("10:30")
ENGINE = EngineReport("one", "db1", 1, 1, NOW, NOW, NOW + timedelta(seconds=10))
LIVE = SourceHealth("prod", "alertmanager", 15, last_success=NOW)
STALE = replace(LIVE, last_success=at("10:02"), misses=5)
WORK = Maintenance(at("10:00"), at("10:40"), teams=("payments",), reason="new switches", id="M1")


def clock(then: datetime) -> str:
    return f"{then:%H:%M}"


def known(*rows: Summary, source: SourceHealth = LIVE, rules: Policy | None = None) -> Known:
    return Known(rows, rules or policy(), (source,), ENGINE)


def words(found: Known) -> list[str]:
    return [one.words(NOW, clock) for one in held_back(found, NOW, clock)]


def one(name: str = "INC-1", **facts: Any) -> Summary:
    return row(name, NOW, **facts)


def test_a_maintenance_says_how_many_are_paged_when_it_ends() -> None:
    acked = one("INC-3", state=State.ACKNOWLEDGED, owner="asha")
    found = known(one("INC-1"), one("INC-2"), acked, rules=policy(maintenance=(WORK,)))
    assert words(found) == [
        "maintenance of team payments (new switches) ends in 10m (10:40): 2 incidents held, paged then"
    ]
    (held,) = held_back(found, NOW, clock)
    assert (held.incidents, held.since, held.by) == (("INC-1", "INC-2"), at("10:00"), HeldBy.MAINTENANCE)
    assert words(known(rules=policy(maintenance=(WORK,))))[0].endswith(": nothing that waits for it")


def test_what_the_next_maintenance_holds_does_not_come_back_with_this_one() -> None:
    longer = Maintenance(at("10:35"), at("12:00"), services=("payments",))
    (held,) = held_back(known(one(), rules=policy(maintenance=(WORK, longer))), NOW, clock)
    assert held.incidents == ()
    assert "1 more held by another one after it" in held.then


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"snoozed_until": at("10:42")}, "snooze of INC-1 ends in 12m (10:42): it still fires"),
        (
            {"snoozed_until": at("10:42"), "firing": 0, "state": State.CLEARED_UNACKED},
            "snooze of INC-1 ends in 12m (10:42): its alerts have cleared",
        ),
        (
            {"held_until": at("10:42")},
            "silence at prod on payments/Unwell (INC-1) ends in 12m (10:42): it still fires",
        ),
        ({"paused_since": at("08:30")}, "the fix clock of INC-1 stands still for 2h, without an end"),
        (
            {"bot_acked_at": at("10:20")},
            "a bot's ack of INC-1 has halted its pages for 10m, without an end",
        ),
    ],
)
def test_each_is_said_with_its_end(facts: dict[str, Any], said: str) -> None:
    assert words(known(one(**facts))) == [said]


def test_a_hold_of_ours_lasts_as_long_as_somebody_has_it() -> None:
    facts = {"state": State.ACKNOWLEDGED, "owner": "asha", "effect": EffectState.DONE}
    rules = policy(abilities=silencing("prod"))
    held = one(effect_text="silenced until 10:45", **facts)
    hold = "hold at prod for Asha's ack of INC-1, prolonged as long as Asha has it"
    assert words(known(held, rules=rules)) == [f"{hold}: last asked upstream: done, silenced until 10:45"]
    assert words(known(held)) == []  # an ack is no hold there
    assert (
        words(known(replace(held, firing=0), rules=rules)) == []
    )  # nothing to hold, and nothing is prolonged


@pytest.mark.parametrize(
    ("effect", "text", "said"),
    [
        (EffectState.DONE, "update posted", "done, update posted"),
        (EffectState.FAILED, "not silenced: 403", "failed, not silenced: 403"),
        (EffectState.PENDING, "update posted", "not answered yet"),
    ],
)
def test_an_answer_to_something_else_is_not_taken_for_the_hold(
    effect: EffectState, text: str, said: str
) -> None:
    held = one(state=State.ACKNOWLEDGED, owner="asha", effect=effect, effect_text=text)
    (line,) = words(known(held, rules=policy(abilities=silencing("prod"))))
    assert line.startswith("hold at prod for Asha's ack of INC-1, ")
    assert line.endswith(f": last asked upstream: {said}")


def test_what_comes_back_first_stands_first_and_what_has_no_end_last() -> None:
    found = known(
        one("INC-1", paused_since=at("08:00")),
        one("INC-2", snoozed_until=at("12:00")),
        one("INC-3", held_until=at("10:31")),
        rules=policy(maintenance=(WORK,)),
    )
    assert [held.by for held in held_back(found, NOW, clock)] == [
        HeldBy.SILENCE, HeldBy.MAINTENANCE, HeldBy.SNOOZE, HeldBy.PAUSE,
    ]  # fmt: skip


def test_a_source_that_is_not_live_makes_its_silences_doubtful() -> None:
    held = one(held_until=at("10:20"))
    assert words(known(held)) == []  # it is over, and its source would say so
    doubt = "not known since 10:02, prod is stale"
    found = known(held, source=STALE)
    assert words(found) == [
        f"silence at prod on payments/Unwell (INC-1) was to end 10:20: it still fires; {doubt}"
    ]
    assert not_known(found, NOW, clock) == (f"silences of prod: {doubt}",)
    assert not_known(known(), NOW, clock) == ()
    assert not_known(Known((), policy(), (), ENGINE), NOW, clock) == (
        "no source is watched: what is silenced there is not known",
    )
    never = SourceHealth("prod", "alertmanager", 15)
    assert not_known(known(source=never), NOW, clock) == (
        "silences of prod: not known, prod has never answered",
    )


def test_the_screen_is_warned_a_quarter_of_an_hour_before() -> None:
    soon, later = one("INC-1", snoozed_until=at("10:45")), one("INC-2", snoozed_until=at("10:46"))
    assert [held.incidents for held in coming_back(known(soon, later), NOW, clock)] == [("INC-1",)]
    early = policy(warn_holds=timedelta(hours=1))
    assert len(coming_back(known(soon, later, rules=early), NOW, clock)) == 2


def test_only_those_who_have_to_do_with_it_are_warned() -> None:
    mine = one("INC-1", snoozed_until=at("10:40"))
    found = known(mine, one("INC-2"), rules=policy(maintenance=(replace(WORK, services=("payments",)),)))
    of = {
        teams: [held.by for held in coming_back(found, NOW, clock, Viewer("budi", teams, teams))]
        for teams in (frozenset({"payments"}), frozenset({"search"}), frozenset[str]())
    }
    both = [HeldBy.MAINTENANCE, HeldBy.SNOOZE]
    assert list(of.values()) == [both, [], both]


def test_a_maintenance_that_nothing_waits_for_warns_nobody() -> None:
    assert coming_back(known(rules=policy(maintenance=(WORK,))), NOW, clock) == ()


def test_a_handover_says_first_which_maintenance_ends_in_the_next_shift() -> None:
    work = Maintenance(shift.NOW - shift.minutes(60), shift.NOW + shift.minutes(90), teams=("payments",))
    made = build(shift.inputs(shift.unacked(), policy=replace(shift.POLICY, maintenance=(work,))))
    assert ("INC-1", "its maintenance ends, it pages then", work.end) in [
        (line.incident, line.what, line.due_at) for line in made.do_first
    ]
    assert [(muted.incident, muted.until, muted.reason) for muted in made.muted] == [
        ("INC-1", work.end, "maintenance")
    ]
    far = replace(work, end=shift.NOW + timedelta(hours=13))
    made = build(shift.inputs(shift.unacked(), policy=replace(shift.POLICY, maintenance=(far,))))
    assert [line.what for line in made.do_first] == ["nobody has acked it"]
