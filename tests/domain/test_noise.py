"""The tuning list: what each rule did, and what a change would have done, counted a second time by hand."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor
from console.domain.commands import MarkNoise, MergeInto, Open, Resolve, Undo
from console.domain.noise.advice import WAITS, Kind, removal
from console.domain.noise.episodes import BY_HAND, HELD, MERGED
from console.domain.noise.tuning import DEFINITIONS, Noise, Tally
from console.domain.people import Person
from console.domain.policy import Policy
from console.domain.trim import trim
from console.domain.vocabulary import ReporterKind
from tests.domain.world import ASHA, BOT, P2, P4, POLICY, PROD, World, alert, at, minutes, policy

START, END = at("00:00"), at("00:00", day=28)


def counted(*logs: list[ev.Event], rules: Policy = POLICY, team: str = "") -> Noise:
    tally = Tally(rules, START, END, team)
    tally.add(tuple(log) for log in logs)
    return tally.noise()


def story(
    *spans: tuple[float, float | None, float | None], name: str = "INC-1", rule: str = "Unwell"
) -> list[ev.Event]:
    """Return a log of one alert: (fires at, lasts, acked after), minutes; None: not."""
    bodies: list[tuple[datetime, Actor, ev.Body]] = [
        (START, PROD, ev.Opened("t", "payments", "payments", rule, rule, P2, START))
    ]
    for begin, lasts, acked in spans:
        fired = START + minutes(begin)
        bodies.append((fired, PROD, ev.AlertsFired((alert(name=rule),))))
        if acked is not None:
            bodies.append((fired + minutes(acked), ASHA, ev.Acked()))
        if lasts is not None:
            bodies.append((fired + minutes(lasts), PROD, ev.AlertsCleared((alert().ref,))))
        bodies.append((fired + minutes(lasts or 0), ASHA, ev.Unacked()))
    first, *rest = bodies
    ordered = [first, *sorted(rest, key=lambda one: one[0])]
    return [ev.Event(name, n, when, who, body) for n, (when, who, body) in enumerate(ordered, 1)]


def apart(*lasts: float, acked: float | None = None) -> list[list[ev.Event]]:
    """Return incidents of one rule, a day apart."""
    return [story((n * 1440, each, acked), name=f"INC-{n}-{acked}") for n, each in enumerate(lasts, 1)]


def test_the_suggestion_counts_what_it_would_have_done() -> None:
    short, long = apart(*[3.0] * 15, *[4.5] * 3), [story((30_000, 90, 2), name="INC-L")]
    (row,) = counted(*short, *long).rules
    assert (row.fired, row.auto_cleared, row.acked) == (19, 18, 1)
    assert row.advice.kind is Kind.WAIT
    assert (
        row.advice.text == "for: 5m would have removed 18 of 19; 1 other (1 acked) would have come 5m later"
    )


def test_what_a_person_had_and_would_not_have_come_is_said() -> None:
    (row,) = counted(*apart(*[1.5] * 10), *apart(1.5, acked=1)).rules
    assert row.advice.text == "for: 2m would have removed 10 of 11; 1 that a person acked would not have come"


def test_a_long_wait_is_not_suggested_where_it_delays_what_people_acked() -> None:
    (row,) = counted(*apart(*[20] * 9), *apart(120, acked=5)).rules
    assert row.advice.kind is not Kind.WAIT
    (row,) = counted(*apart(*[20] * 9)).rules
    assert row.advice.text == "for: 30m would have removed 9 of 9"


def test_too_few_are_not_judged() -> None:
    (row,) = counted(*apart(1, 1, 1, 1)).rules
    assert row.advice.text == "nothing to suggest: fired 4 times, too few to judge (5 at least)"


def test_what_people_take_is_left_alone() -> None:
    (row,) = counted(*apart(*[30] * 9, acked=3)).rules
    assert row.advice.text == "nothing to suggest: a person acked 9 of 9"


def test_what_is_never_acked_within_an_hour_may_be_a_p4() -> None:
    (row,) = counted(*apart(*[240] * 6, acked=100)).rules
    assert row.advice.text == "lower to P4: never acked within an hour (6 times)"
    done = [
        [*log[:1], *(ev.Event(e.incident, n, e.at, e.actor, e.body) for n, e in enumerate([
            ev.Event(log[0].incident, 0, log[0].at, ASHA, ev.PrioritySet(P4)), *log[1:]], 2))]
        for log in apart(*[240] * 6, acked=100)
    ]  # fmt: skip
    (row,) = counted(*done).rules
    assert row.advice.kind is Kind.NOTHING, "a P4 cannot be lowered"


def test_rules_that_come_together_may_be_grouped() -> None:
    logs = []
    for day in range(1, 7):
        logs.append(story((day * 1440, 90, 10), name=f"INC-A{day}", rule="HighErrorRate"))
        logs.append(story((day * 1440 + 1, 90, 10), name=f"INC-B{day}", rule="SlowCheckout"))
    texts = [row.advice.text for row in counted(*logs).rules]
    assert texts == [
        "group by service: 6 of 6 came within 2m of SlowCheckout, each in an incident of its own",
        "group by service: 6 of 6 came within 2m of HighErrorRate, each in an incident of its own",
    ]


def test_flaps_are_quick_returns_of_the_same_alert() -> None:
    (row,) = counted(story((0, 5, None), (10, 5, None), (40, 5, None))).rules
    assert (row.fired, row.flaps) == (3, 1)
    (row,) = counted(story((0, 5, None)), story((15, 5, None), name="INC-2")).rules
    assert row.flaps == 1, "ten minutes count, also in the next incident"


def test_nights_are_those_of_whoever_was_paged() -> None:
    people = {"asha": Person("asha", "Asha", zone=ZoneInfo("Asia/Jakarta")), "budi": Person("budi", "Budi", zone=ZoneInfo("Europe/Paris"))}  # fmt: skip
    world = World(policy(people=people))
    world.open("16:00", alert())  # 23:00 in Jakarta, 17:00 in Paris
    world.advance("16:00")
    world.advance("16:06")
    (row,) = counted(world.logs["INC-1"], rules=world.policy).rules
    assert row.people == ("asha", "budi")
    assert (row.pages, row.night_pages) == (2, 1)


def test_marks_by_hand_and_by_cause() -> None:
    world = World()
    for n, close in enumerate((MarkNoise("flap"), Resolve("x", "Noise", despite_firing=True), None), 1):
        world.open("10:00", alert(str(n)), name=f"INC-{n}", key=str(n))
        if close is not None:
            world.do("10:05", close, name=f"INC-{n}")
    (row,) = counted(*world.logs.values()).rules
    assert (row.fired, row.marks) == (3, 2)
    assert row.false == pytest.approx(2 / 3)


def test_what_was_taken_back_does_not_count() -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:01")
    world.do("10:05", MarkNoise("flap"), op="a")
    world.do("10:05:05", Undo("a"))
    (row,) = counted(world.logs["INC-1"]).rules
    assert row.marks == 0
    assert row.acked == 1


def test_what_is_left_out_is_said() -> None:
    world = World()
    world.open("10:00", alert())
    world.open("10:00", alert("b"), name="INC-2", key="b")
    world.do("10:05", MergeInto("INC-1"), name="INC-2")
    world.do("10:00", Open("t", "payments", reporter=ReporterKind.CLIENT), name="INC-3")
    world.open("10:00", alert("c", muted_until=at("12:00")), name="INC-4", key="c")
    noise = counted(*world.logs.values())
    assert dict(noise.left_out) == {MERGED: 1, BY_HAND: 1, HELD: 1}
    assert noise.incidents == 1


def test_a_bots_ack_is_no_persons() -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:01", BOT)
    world.clear("10:05", "a")
    (row,) = counted(world.logs["INC-1"]).rules
    assert (row.acked, row.auto_cleared) == (0, 1)


def test_only_the_team_and_the_span() -> None:
    early = story((-60, 5, None))
    assert counted(early).rules == ()
    assert counted(*apart(1), team="search").rules == ()
    assert counted(*apart(1), team="payments").totals.fired == 1


def test_a_cut_log_is_counted_as_before() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    world.clear("10:02", "a")
    world.fire("10:05", alert())
    world.ack("10:06")
    world.do("10:10", MarkNoise("flap"))
    world.do("10:20", Resolve("x", despite_firing=True))
    whole = tuple(world.logs["INC-1"])
    cut = trim(whole, at("00:00", day=500))
    assert cut is not None
    assert counted(list(cut)).rules == counted(list(whole)).rules


def test_every_number_is_defined() -> None:
    assert all(DEFINITIONS.values())


def test_the_costliest_comes_first() -> None:
    def paged(log: list[ev.Event], *hours: int) -> list[ev.Event]:
        pages = [
            ev.Event(log[0].incident, len(log) + n, START + timedelta(hours=hour), ENGINE, ev.Escalated(0, ("asha",), auto=True))
            for n, hour in enumerate(hours, 1)
        ]  # fmt: skip
        return [*log, *pages]

    often = [story((n * 60, 5, None), name=f"INC-{n}", rule="Often") for n in range(5)]
    day = paged(story((0, 600, None), name="INC-D", rule="Day"), 4, 5, 6)  # 11-13 in Jakarta
    night = paged(story((0, 600, None), name="INC-N", rule="Night"), 17)
    noise = counted(*often, day, night)
    assert [row.rule for row in noise.rules] == ["Night", "Day", "Often"]


spans = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.one_of(st.none(), st.integers(0, 80)),
        st.one_of(st.none(), st.integers(0, 100)),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=120)
@given(st.lists(spans, max_size=5))
@example([[(0, 0, 0)]])
def test_a_recount_by_hand_agrees_and_the_sums_are_right(incidents: list[list[tuple[int, int | None, int | None]]]) -> None:  # fmt: skip
    """Each alert is (pause before, how long it fires, ack after); the recount knows nothing of episodes."""
    logs, facts = [], []
    for n, drawn in enumerate(incidents):
        now, made = 0.0, []
        for pause, lasts, acked in drawn:
            now += pause + 1
            made.append((now, lasts, acked if lasts is None or (acked or 0) <= lasts else None))
            facts.append((lasts, made[-1][2]))
            now += lasts or 0
            if lasts is None:
                break  # it fires to the end
        logs.append(story(*made, name=f"INC-{n}"))
    noise = counted(*logs)
    episodes = [one for row in noise.rules for one in row.episodes]
    for wait in WAITS:
        span = wait // timedelta(minutes=1)
        found = removal(episodes, wait)
        assert found.removed == sum(a is None and d is not None and d < span for d, a in facts)
        assert found.lost == sum(a is not None and d is not None and d < span for d, a in facts)
        assert found.delayed == sum(d is None or d >= span for d, a in facts)
        assert found.fired == len(facts)
    totals = noise.totals
    assert totals.fired == len(facts) == len(episodes)
    assert totals.auto_cleared == sum(a is None and d is not None for d, a in facts)
    assert Counter(one.incident for one in episodes).total() == totals.fired
    assert noise.incidents == len({one.incident for one in episodes})
