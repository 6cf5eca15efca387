"""An incident that fires and clears by turns stays one calm incident, and is never silent for it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.commands import Ack, MergeInto, Note, Resolve, SetPriority, Snooze, Unack
from console.domain.decide import Accepted
from console.domain.due import next_due
from console.domain.flapping import flapping_words, held_down_until
from console.domain.handover_incidents import open_block
from console.domain.incident import State
from console.domain.policy import Flapping, Grouping
from console.domain.priority import Priority
from console.domain.standing import Want, wanted
from tests.domain.story import Polled
from tests.domain.world import P1, P2, P3, P4, POLICY, World, acked, alert, at, minutes, opened, policy

RULE = Flapping()


def flaps(world: World, times: int, *, every: float = 2, priority: Priority = P2) -> datetime:
    """Let the alert clear and fire again, one minute after it cleared; return when it fired last."""
    now = world.now
    for _ in range(times):
        world.clear(now + minutes(every - 1), "a")
        world.advance(world.now)
        now += minutes(every)
        world.fire(now, alert(priority=priority))
        world.advance(world.now)
    return now


def test_it_flaps_once_it_has_fired_four_times_in_half_an_hour() -> None:
    world = acked()
    flaps(world, 2)
    assert world.row().flapping_since is None
    flaps(world, 1)
    assert world.row().flapping_since == at("10:00")
    assert world.count(ev.FlappingBegan) == 1
    assert flapping_words(world.incident(), RULE, str) == (
        "flapping: fired 4 times in 7m; counts as cleared after 15m of quiet"
    )


def test_four_times_in_a_day_is_no_flapping_and_a_rule_may_be_off() -> None:
    world = acked()
    flaps(world, 10, every=11)
    assert world.count(ev.FlappingBegan) == 0
    world = World(policy(grouping=Grouping(flapping=Flapping(changes=0))))
    world.open("10:00", alert())
    flaps(world, 10)
    assert world.count(ev.FlappingBegan) == 0


def test_a_cleared_one_is_held_down_and_its_pages_and_clocks_go_on() -> None:
    world = opened()
    world.advance("10:00")
    last = flaps(world, 3, every=1.5)  # 10:04:30
    world.clear(last + minutes(0.5), "a")
    row = world.row()
    assert (row.state, row.firing, wanted(row)) == (State.TRIGGERED, 0, Want.ACK)
    assert held_down_until(row, RULE) == at("10:20")
    assert flapping_words(world.incident(), RULE, lambda then: f"{then:%H:%M}") == (
        "cleared, held down: it flaps, until 10:20 (fired 4 times in 4m 30s)"
    )
    world.advance("10:05")
    assert world.incident().paged == ("asha", "budi")  # five minutes after the first page, though it is clear
    world.ack("10:06")
    assert world.row().state is State.ACKNOWLEDGED  # taken, not closed: it will be back
    assert wanted(world.row()) is Want.PRIORITY


def test_nobody_is_asked_to_resolve_what_is_held_down() -> None:
    world = acked()
    world.do("10:01", SetPriority(P2))
    last = flaps(world, 3)
    world.clear(last + minutes(1), "a")
    assert wanted(world.row()) is Want.FIX
    world.advance(last + minutes(16))
    assert world.row().flapping_since is None
    assert wanted(world.row()) is Want.RESOLVE
    assert world.bodies()[-1] == ev.FlappingEnded(4)
    world.do(world.now, Resolve())
    assert world.row().state is State.RESOLVED


@pytest.mark.parametrize("priority", [P3, P4])
def test_a_minor_one_resolves_by_itself_once_it_has_been_quiet(priority: Priority) -> None:
    world = acked(priority)
    last = flaps(world, 4, every=4, priority=priority)
    world.clear(last + minutes(1), "a")
    world.advance(last + minutes(15.9))
    assert world.row().state is State.ACKNOWLEDGED
    assert next_due(world.incident(), world.policy) == last + minutes(16)
    world.advance(last + minutes(16))
    assert (world.row().state, world.incident().auto_resolved) == (State.RESOLVED, True)
    assert world.incident().resolution == "all alerts clear for 15m"


def test_one_that_nobody_took_waits_for_a_look_once_it_is_quiet() -> None:
    world = opened()
    last = flaps(world, 4)
    world.clear(last + minutes(1), "a")
    world.advance(last + minutes(16))
    assert world.row().state is State.CLEARED_UNACKED


def test_what_fires_on_ends_its_flapping_and_goes_on_as_ever() -> None:
    world = acked()
    world.do("10:01", SetPriority(P2))
    last = flaps(world, 4)
    world.advance(last + minutes(15))
    assert (world.row().flapping_since, world.row().state) == (None, State.ACKNOWLEDGED)
    assert wanted(world.row()) is Want.FIX
    world.clear(last + minutes(20), "a")
    assert wanted(world.row()) is Want.RESOLVE


def test_a_snooze_holds_while_it_flaps_and_wakes_with_its_end() -> None:
    world = acked()
    last = flaps(world, 4)
    world.do(last, Snooze(last + timedelta(hours=1)))
    last = flaps(world, 3)
    assert world.row().snoozed_until is not None
    world.clear(last + minutes(1), "a")
    world.advance(last + minutes(16))
    assert world.row().snoozed_until is None
    assert world.bodies()[-2:] == [ev.FlappingEnded(8), ev.Woke("cleared")]


def test_a_severity_that_goes_up_and_down_is_flapping_too_and_raised_once() -> None:
    world = acked(P3)
    for n in range(6):
        world.fire(at("10:02") + minutes(2 * n), alert(priority=P1))
        world.fire(at("10:03") + minutes(2 * n), alert(priority=P3))
    assert world.count(ev.SeverityRaised) == 1
    assert world.count(ev.FlappingBegan) == 1


def test_a_storm_that_grows_is_no_flapping() -> None:
    world = opened(priority=P4)
    for n, priority in enumerate((P3, P2, P1)):
        world.fire(at("10:01") + minutes(n), alert(f"b{n}", priority))
    world.fire("10:05", alert("c", P1))
    assert len(world.incident().changes) == 1


def test_resolved_by_hand_it_pages_when_it_comes_back_and_flaps_at_once() -> None:
    world = acked()
    last = flaps(world, 3)
    world.clear(last + minutes(1), "a")
    world.do(last + minutes(2), Resolve())
    assert world.row().flapping_since is None
    Polled(last + minutes(3), (alert(),)).play(world)
    world.advance(last + minutes(3))
    assert (world.row().epoch, world.row().state) == (2, State.TRIGGERED)
    assert world.row().flapping_since is not None
    assert world.row().paged_now == ("asha",)  # somebody said that it was over, and it is not


def test_a_slow_one_is_reopened_but_twice_before_it_is_held_down() -> None:
    world = acked(P3)
    for n in range(1, 8):
        start = at("10:00") + minutes(8 * n)
        Polled(start - minutes(7), ()).play(world) if world.row().firing else None
        world.advance(start - minutes(1))
        Polled(start, (alert(priority=P3),)).play(world)
        world.advance(start)
        if not world.incident().is_acked:
            world.ack(start + minutes(0.5))
    assert world.row().epoch == 3
    assert Counter(person for _, person in world.incident().pages) == {"asha": 3}


steps = st.lists(
    st.tuples(st.sampled_from([20, 60, 90, 240, 420, 840]), st.booleans(), st.sampled_from([P2, P3])),
    min_size=5,
    max_size=30,
)


@settings(deadline=None, max_examples=25)
@given(story=steps, priority=st.sampled_from(Priority), ack=st.one_of(st.none(), st.integers(0, 10)))
def test_however_often_it_flaps_nobody_is_paged_for_it_again(
    story: list[tuple[int, bool, Priority]], priority: Priority, ack: int | None
) -> None:
    world = World()
    world.open("10:00", alert(priority=priority))
    world.advance("10:00")
    held: list[ev.Escalated] = []
    incident = world.incident()
    for n, (wait, fires, severity) in enumerate(story):
        flapped = incident.flapping_since is not None
        known = len(world.bodies())
        now = world.now + timedelta(seconds=wait)
        world.advance(now)
        Polled(now, (alert(priority=severity),) if fires else ()).play(world)
        if n == ack and isinstance(world.decide(now, Ack()), Accepted):
            world.ack(now)
        world.advance(now)
        incident = world.incident()
        assert not (incident.firing and not incident.is_open)
        assert list(world.logs) == ["INC-1"]
        fresh = world.bodies()[known:]
        if flapped and incident.flapping_since is not None:
            assert not any(isinstance(body, ev.Resolved | ev.Reopened) for body in fresh)
            held += [body for body in fresh if isinstance(body, ev.Escalated)]
        if any(isinstance(body, ev.Reopened | ev.SeverityRaised | ev.FlappingEnded) for body in fresh):
            held.clear()
        again = Counter((body.round, body.level, body.to) for body in held)
        assert max(again.values(), default=1) == 1


@settings(deadline=None, max_examples=8)
@given(times=st.integers(4, 30), priority=st.sampled_from([P1, P2, P3, P4]))
def test_an_acked_one_pages_once_however_often_it_flaps(times: int, priority: Priority) -> None:
    world = acked(priority)
    last = flaps(world, times, priority=priority)
    world.clear(last + minutes(1), "a")
    world.advance(last + minutes(15.5))
    assert world.incident().is_open
    assert len(world.incident().changes) == min(times + 1, 20)
    world.advance(last + minutes(16))
    assert world.count(ev.FlappingEnded) == 1
    kinds = [type(body) for body in world.bodies()]
    before = kinds[: kinds.index(ev.Unacked)] if ev.Unacked in kinds else kinds  # a nudge was not answered
    assert before.count(ev.Escalated) == 1
    assert ev.Reopened not in kinds


def test_a_slow_one_is_held_down_as_long_as_a_fast_one_and_not_resolved_in_between() -> None:
    world = acked(P3)
    now = flaps(world, 4, priority=P3)
    for _ in range(4):  # quiet for seven minutes each time: stable_for is five, quiet is fifteen
        world.clear(now + minutes(7), "a")
        world.advance(now + minutes(13.9))
        assert (world.row().state, world.row().epoch) == (State.ACKNOWLEDGED, 1)
        now += minutes(14)
        Polled(now, (alert(priority=P3),)).play(world)
        world.advance(now)
    assert world.row().flapping_since is not None
    assert Counter(person for _, person in world.incident().pages) == {"asha": 1}


def test_what_its_source_silences_is_not_paged_in_the_gaps_between_its_firings() -> None:
    world = opened()
    world.advance("10:00")
    for n in range(4):
        world.fire(at("10:00:30") + minutes(n), alert(muted_until=at("13:00")))
        world.clear(at("10:01") + minutes(n), "a")
        world.advance(world.now)
    assert world.row().flapping_since is not None
    assert world.row().held_until == at("13:00")
    world.advance("10:10")
    assert world.incident().paged == ("asha",)
    world.fire("10:11", alert())  # the silence is gone
    world.advance("10:16")
    assert world.incident().paged == ("asha", "budi")


def test_a_rule_that_is_switched_off_lets_go_of_what_it_holds_down() -> None:
    world = acked()
    last = flaps(world, 4)
    world.clear(last + minutes(1), "a")
    world.policy = policy(grouping=Grouping(flapping=Flapping(changes=0)))
    world.advance(last + minutes(1.1))
    assert world.row().flapping_since is None
    assert world.bodies()[-1] == ev.FlappingEnded(5)


def test_part_of_another_it_does_not_flap_itself() -> None:
    world = acked()
    last = flaps(world, 4)
    world.open(last, alert("b"), name="INC-2")
    world.do(last, MergeInto("INC-2"))
    assert world.row().flapping_since is None
    assert flapping_words(world.incident(), RULE, str) == ""


def test_a_clock_that_was_a_day_ahead_for_once_holds_nothing_down_for_a_day() -> None:
    world = acked()
    last = flaps(world, 3)
    world.clear(last + minutes(1), "a")
    world.fire(last + timedelta(days=1), alert())
    world.clear(last + minutes(2), "a")
    assert (
        next_due(world.incident(), world.policy) == held_down_until(world.row(), RULE) == last + minutes(17)
    )
    world.advance(last + minutes(17))
    assert world.row().flapping_since is None


def test_the_handover_says_why_what_is_clear_is_still_open() -> None:
    world = acked()
    last = flaps(world, 4)
    world.clear(last + minutes(1), "a")
    now = last + minutes(2)
    told = "cleared, held down: it flaps, until 10:25 (fired 5 times in 9m)"
    assert open_block(world.incident(), tuple(world.logs["INC-1"]), POLICY, now, UTC).why_open == told
    world.do(now, Note("the probe is loose"))
    both = open_block(world.incident(), tuple(world.logs["INC-1"]), POLICY, now, UTC).why_open
    assert both == f"{told}; last note: the probe is loose"
    world.do(now, Unack())
    nobodys = open_block(world.incident(), tuple(world.logs["INC-1"])[:-2], POLICY, now, UTC).why_open
    assert nobodys == f"{told}; nobody has it"
