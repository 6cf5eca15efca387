"""Weeks, targets that step down, breaches and false alarms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from console.domain.commands import MarkNoise, Reopen, Resolve, SetPriority
from console.domain.reports.report import Scope
from console.domain.reports.rules import ReportRules, TargetStep
from console.domain.reports.weeks import week_after, week_of, weeks_until
from tests.domain.reports.test_numbers import NOW, report_of
from tests.domain.world import P1, P3, World, alert, at, minutes, policy

BERLIN = ZoneInfo("Europe/Berlin")


def test_weeks_are_iso_weeks_of_the_zone() -> None:
    week = week_of(datetime(2026, 1, 4, 23, 30, tzinfo=UTC), BERLIN)  # Monday there
    assert (week.name, week.start) == ("2026-W02", datetime(2026, 1, 4, 23, tzinfo=UTC))
    assert week_of(datetime(2027, 1, 2, tzinfo=UTC), UTC).name == "2026-W53"


def test_a_week_in_which_the_clocks_change_is_an_hour_shorter() -> None:
    week = week_of(datetime(2026, 3, 25, tzinfo=UTC), BERLIN)
    assert (week.end - week.start).total_seconds() == (7 * 24 - 1) * 3600


def test_weeks_follow_each_other_without_a_hole() -> None:
    weeks = weeks_until(week_of(datetime(2026, 4, 1, tzinfo=UTC), BERLIN), 60, BERLIN)
    assert all(one.end == other.start for one, other in pairwise(weeks))
    assert len({one.name for one in weeks}) == 60


def test_empty_is_not_zero_and_unknown_is_neither() -> None:
    world = World()
    world.open(at("10:00", day=-14), alert())
    report = report_of(world)
    assert [one.known for one in report.weeks] == [False, True, True, True, True]
    assert [one.numbers is None for one in report.weeks] == [True, False, True, True, True]
    assert report.unknown_weeks == 1


def test_a_store_without_incidents_knows_nothing() -> None:
    report = report_of(World())
    assert report.unknown_weeks == 5
    assert (report.total.metrics.tta.n, report.total.metrics.recurrence) == (0, None)


STEPS = ReportRules(
    steps=(
        TargetStep(date(2026, 1, 12), minutes(5), minutes(90)),
        TargetStep(date(2025, 12, 29), minutes(30), minutes(180)),
    ),
    priorities=frozenset({P1}),
)


def acked_in_ten(*days: int, priority: object = P1) -> World:
    world = World(policy(reports=STEPS))
    for number, day in enumerate(days, 1):
        name = f"INC-{number}"
        world.open(at("10:00", day), alert(priority=priority), name=name, key=name)  # type: ignore[arg-type]
        world.ack(at("10:10", day), name=name)
    return world


def test_a_week_counts_against_the_target_of_its_time() -> None:
    report = report_of(acked_in_ten(0, 7))
    early, late = report.weeks[-2:]
    assert early.numbers is not None
    assert late.numbers is not None
    assert (early.numbers.metrics.tta.within, late.numbers.metrics.tta.within) == (1.0, 0.0)
    assert [one.line for one in report.weeks[-2:]] == [(minutes(30), minutes(180)), (minutes(5), minutes(90))]
    assert [(one.incident, one.clock, one.late) for one in report.breaches] == [("INC-2", "ack", minutes(5))]


def test_other_priorities_and_earlier_weeks_keep_their_own_targets() -> None:
    assert report_of(acked_in_ten(0, priority=P3)).total.ack_breaches == 1  # five minutes
    report = report_of(acked_in_ten(-14))
    assert report.weeks[1].line == (minutes(5), minutes(90))
    assert report.total.ack_breaches == 1


def test_the_line_is_that_of_p1_also_where_the_steps_are_for_others() -> None:
    rules = ReportRules(steps=STEPS.steps, priorities=frozenset({P3}))
    report = report_of(World(policy(reports=rules)))
    assert {one.line for one in report.weeks} == {(minutes(5), minutes(90))}
    assert not any(one.steps for one in report.weeks)


def test_a_step_within_a_week_is_told_with_its_day() -> None:
    rules = ReportRules(steps=(*STEPS.steps, TargetStep(date(2026, 1, 8), minutes(2), minutes(60))))
    found = report_of(World(policy(reports=rules))).weeks
    assert found[-2].line == (minutes(30), minutes(180))
    (step,) = found[-2].steps
    assert (step.at, step.line) == (at("17:00", day=1), (minutes(2), minutes(60))), "Jakarta"
    assert found[-1].steps == (), "what begins with the week is its line"


def test_only_a_week_that_is_over_is_whole() -> None:
    world = World()
    assert [one.partial for one in report_of(world).weeks] == [False] * 4 + [True]
    ends = report_of(world, Scope(2, until=at("17:00", day=-2)))
    assert [one.partial for one in ends.weeks] == [False, False], "Monday in Jakarta"
    cut = report_of(world, Scope(2, until=at("16:59", day=-2)))
    assert [one.partial for one in cut.weeks] == [False, True]


def test_quarters_end_with_a_week_also_where_the_clocks_change() -> None:
    week = week_of(datetime(2026, 1, 14, tzinfo=UTC), BERLIN)
    later = week_after(week, 13, BERLIN)
    assert (later.name, later.start) == ("2026-W16", datetime(2026, 4, 12, 22, tzinfo=UTC))
    assert weeks_until(later, 14, BERLIN)[0] == week


def test_what_is_not_in_a_mean_is_told_apart() -> None:
    world = World()
    for number in (1, 2, 3, 4):
        name = f"INC-{number}"
        world.open("10:00", alert(), name=name, key=name)
    world.clear("10:01", "a", name="INC-1")
    world.ack("10:04", name="INC-1")  # cleared alone, and acked all the same
    world.do("10:05", Resolve(despite_firing=True), name="INC-2")
    world.ack("10:04", name="INC-3")
    total = report_of(world).total
    assert (total.metrics.tta.n, total.metrics.auto_cleared) == (2, 1)
    assert (total.metrics.unacked, total.unanswered) == (1, 1)


def test_exactly_on_the_target_is_met() -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:05")
    report = report_of(world)
    assert (report.total.metrics.tta.within, report.breaches) == (1.0, ())


def test_a_breach_says_what_the_log_knows_of_why() -> None:
    world = World()
    world.open("10:00", alert())
    for when in ("10:00", "10:05", "10:10"):
        world.advance(when)
    world.ack("10:12")
    world.do("11:00", Resolve(cause="deploy", despite_firing=True))
    world.do("11:30", Reopen())
    world.do("13:30", SetPriority(P1))
    world.do("14:30", Resolve(cause="deploy", despite_firing=True))
    late, ack = sorted(report_of(world).breaches, key=lambda one: one.clock, reverse=True)
    assert ack.reasons == ("3 people were paged before one acked",)
    assert (late.clock, late.taken) == ("fix", minutes(240))
    assert late.reasons[0] == "cause: deploy"
    assert "reopened 1 time" in late.reasons


def test_nobody_paged_is_a_reason() -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:30")
    assert report_of(world).breaches[0].reasons == ("nobody was paged",)


def test_false_alarms_are_counted_once_each() -> None:
    world = World()
    for number in (1, 2, 3):
        name = f"INC-{number}"
        world.open("10:00", alert(), name=name, key=name, alert_name="Slow")
        if number < 3:
            world.clear("10:03", "a", name=name)
        world.ack("10:04", name=name)
    world.do("10:20", MarkNoise("flaps at night"), name="INC-1")
    (rule,) = report_of(world).rules
    assert (rule.incidents, rule.auto_cleared, rule.noise, rule.false) == (3, 2, 1, 2)


def test_tech_ops_is_a_share_of_what_has_a_cause() -> None:
    world = World(policy(reports=ReportRules(tech_ops=frozenset({"deploy"}))))
    for number, cause in enumerate(("Deploy", "vendor", ""), 1):
        name = f"INC-{number}"
        world.open("10:00", alert(), name=name, key=name)
        world.do("10:01", Resolve(cause=cause, despite_firing=True), name=name)
    assert (report_of(world).total.tech_ops, report_of(world).total.caused) == (0.5, 2)
    assert report_of(World()).total.tech_ops is None


def test_scope_and_end() -> None:
    world = acked_in_ten(0, 7)
    assert report_of(world, Scope(5, team="search")).total.metrics.incidents == 0
    assert report_of(world, Scope(5, service="payments")).total.metrics.incidents == 2
    assert report_of(world, Scope(5, until=at("10:00", day=7))).total.metrics.incidents == 1
    assert report_of(world, Scope(1, until=at("17:00", day=-1))).weeks[0].week.name == "2026-W02", "Jakarta"


def test_load_is_told_for_each_person() -> None:
    world = World()
    world.open("14:58", alert())
    world.advance("14:58")
    world.advance("15:03")  # 22:03 in Jakarta
    people = report_of(world, now=NOW).people
    assert [(one.person, one.incidents, one.pages, one.night) for one in people] == [
        ("asha", 1, 1, 0),
        ("budi", 1, 1, 1),
    ]
