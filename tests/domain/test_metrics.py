"""The numbers, by their definitions."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from console.domain.commands import MergeInto, PauseClock, Reopen, Resolve, ResumeClock, SetPriority
from console.domain.measures import measure_of
from console.domain.metrics import DEFINITIONS, Load, Metrics, Stats, measure
from console.domain.roster import Roster
from console.domain.vocabulary import PauseReason
from tests.domain.world import BOT, P1, P3, World, alert, at, minutes, policy

DAY = (at("00:00"), at("00:00", day=1))


def numbers(world: World, start: datetime = DAY[0], end: datetime = DAY[1]) -> Metrics:
    return measure(map(world.incident, world.logs), start, end, world.policy)


def acked_after(*spans: float) -> World:
    world = World()
    for number, span in enumerate(spans, 1):
        name = f"INC-{number}"
        world.open("10:00", alert(), name=name, key=f"k{number}", alert_name=f"Rule{number}")
        world.ack(at("10:00") + minutes(span), name=name)
    return world


def test_nothing_is_not_zero() -> None:
    empty = numbers(World())
    assert empty.tta == Stats(0)
    assert (empty.incidents, empty.recurrence, empty.false_positives) == (0, None, None)


def test_the_mean_the_percentiles_and_the_share_within_target() -> None:
    tta = numbers(acked_after(1, 2, 3, 4, 10)).tta
    assert tta == Stats(5, minutes(4), minutes(3), minutes(10), 0.8)


def test_a_percentile_is_a_value_that_occurred() -> None:
    tta = numbers(acked_after(1, 2)).tta
    assert (tta.p50, tta.p90) == (minutes(1), minutes(2))


def test_only_a_persons_ack_counts() -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:01", BOT)
    assert (numbers(world).tta.n, numbers(world).unacked) == (0, 1)
    world.ack("10:03")
    assert (numbers(world).tta.mean, numbers(world).unacked) == (minutes(3), 0)


def test_what_was_resolved_without_an_ack_counts_only_in_the_strict_line() -> None:
    world = acked_after(2)
    world.open("10:00", alert(), name="INC-2", key="k2")
    world.do("10:08", Resolve(despite_firing=True), name="INC-2")
    found = numbers(world)
    assert (found.tta.n, found.tta.mean) == (1, minutes(2))
    assert (found.strict.n, found.strict.mean) == (2, minutes(5))
    assert found.unacked == 0


def test_what_was_acked_only_after_it_was_opened_again_is_not_unacked_any_more() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:08", Resolve(despite_firing=True))
    world.do("10:20", Reopen())
    assert numbers(world).unacked == 1
    assert measure_of(world.incident()).unacked
    world.ack("10:22")
    assert (numbers(world).unacked, numbers(world).tta.n) == (0, 0)
    assert not measure_of(world.incident()).unacked


def test_only_the_first_stretch_counts_for_the_ack() -> None:
    world = acked_after(2)
    world.do("10:30", Resolve(despite_firing=True))
    world.do("11:00", Reopen())
    world.ack("11:40")
    found = numbers(world)
    assert found.tta.mean == minutes(2)
    assert found.ttr_first.mean == minutes(30)
    assert found.ttr_total.n == 0  # it is open again


def test_pauses_are_taken_out_of_the_stretch_they_lie_in() -> None:
    world = World()
    world.open("10:00", alert(priority=P3))
    world.do("10:10", PauseClock(PauseReason.SCHEDULED))
    world.do("10:20", ResumeClock())
    world.do("10:30", Resolve(despite_firing=True))
    world.do("11:00", Reopen())
    world.do("11:05", PauseClock(PauseReason.SCHEDULED))
    world.do("11:20", Resolve(despite_firing=True))
    found = numbers(world)
    assert found.ttr_first.mean == minutes(20)
    assert found.ttr_total.mean == minutes(20 + 5)


def test_merged_incidents_are_in_no_number() -> None:
    world = acked_after(1, 2)
    world.advance("10:01", name="INC-2")
    world.do("10:05", MergeInto("INC-1"), name="INC-2")
    assert (numbers(world).incidents, numbers(world).tta.n) == (1, 1)


def test_the_window_is_by_report_and_half_open() -> None:
    world = acked_after(1)
    assert numbers(world, at("10:00"), at("10:01")).incidents == 1
    assert numbers(world, at("09:00"), at("10:00")).incidents == 0


def test_recovery_is_known_where_alerts_cleared() -> None:
    world = acked_after(1, 1)
    world.clear("10:20", "a")
    assert numbers(world).recovery == Stats(1, minutes(20), minutes(20), minutes(20), 1.0)


def test_cleared_before_anybody_looked_is_counted_apart() -> None:
    world = acked_after(30)
    world.open("10:00", alert(), name="INC-2", key="k2")
    world.clear("10:10", "a", name="INC-2")
    assert (numbers(world).auto_cleared, numbers(world).false_positives) == (1, 0.5)


def test_recurrence_looks_thirty_days_back_and_not_at_other_rules() -> None:
    def reported(*days: int) -> Metrics:
        world = World()
        for number, day in enumerate(days, 1):
            world.open(at("10:00", day), alert(), name=f"INC-{number}", key=f"k{number}")
        world.open(at("11:00"), alert(), name="INC-9", key="other", alert_name="Slow")
        return numbers(world)

    assert reported(0).recurrence == 0
    assert reported(-31, 0).recurrence == 0
    assert reported(-30, 0).recurrence == 0.5
    assert reported(-1, 0).incidents == 2


def test_pages_are_counted_for_each_person_and_at_night_by_the_teams_zone() -> None:
    world = World()
    world.open("14:58", alert())  # 21:58 in Jakarta
    world.advance("14:58")
    world.advance("15:03")  # 22:03
    found = numbers(world)
    assert found.load == (Load("asha", 1, 0), Load("budi", 1, 1))
    assert (found.pages, found.night_pages) == (2, 1)
    assert numbers(world, at("15:00"), at("16:00")).pages == 1


def test_without_a_rotation_night_is_by_utc() -> None:
    world = World(policy(roster=Roster()))
    world.open("22:00", alert())
    world.advance("22:00")
    assert numbers(world).load == (Load("dewi", 1, 1),)


def test_causes_are_counted() -> None:
    world = acked_after(1, 2, 3)
    for name, cause in (("INC-1", "deploy"), ("INC-2", "deploy"), ("INC-3", "")):
        world.do("11:00", Resolve(cause=cause, despite_firing=True), name=name)
    assert numbers(world).causes == (("deploy", 2),)


def test_the_target_is_that_of_the_final_priority() -> None:
    world = acked_after(1)
    world.do("10:05", SetPriority(P1))
    world.do("12:00", Resolve(despite_firing=True))
    assert numbers(world).ttr_total.within == 0


def test_every_number_has_its_definition() -> None:
    named = {
        "incidents": "window", "tta": "tta", "strict": "strict", "unacked": "unacked", "auto_cleared": "auto_cleared",
        "ttr_first": "ttr_first", "ttr_total": "mttr", "recovery": "recovery", "recurrence": "recurrence",
        "false_positives": "false_positives", "pages": "pages", "night_pages": "pages", "load": "pages",
        "causes": "window",
    }  # fmt: skip
    assert {field.name for field in fields(Metrics)} == set(named)
    assert set(named.values()) <= set(DEFINITIONS)
    assert timedelta(0) == numbers(acked_after(0)).tta.mean
