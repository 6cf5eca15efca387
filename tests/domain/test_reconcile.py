"""What a poll means for what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.clock import ticks
from console.domain.alert import Alert, AlertRef, Poll
from console.domain.book import Book
from console.domain.commands import Close, MergeInto, ObserveAlerts, Resolve
from console.domain.grouping import ALL_TOGETHER, group_key
from console.domain.incident import State
from console.domain.policy import Grouping
from console.domain.reconcile import Plan, reconcile
from tests.domain.story import Polled
from tests.domain.world import P1, P2, P3, POLICY, World, alert, at, policy


def poll(*alerts: Alert, complete: bool = True, source: str = "prod") -> Poll:
    return Poll(source, alerts, complete)


def plan(world: World, when: str | datetime, *alerts: Alert, **facts: Any) -> Plan:
    now = when if isinstance(when, datetime) else at(when)
    return reconcile(poll(*alerts, **facts), world.book(), world.policy, now)


def seen(*alerts: Alert) -> World:
    world = World()
    Polled("10:00", alerts).play(world)
    return world


def test_new_alerts_of_one_rule_and_service_are_one_incident() -> None:
    found = plan(World(), "10:00", alert("a", P3), alert("b", P1), alert("c", service="search"))
    assert [(one.key, len(one.alerts)) for one in found.opens] == [
        ("payments/Unwell", 2),
        ("search/Unwell", 1),
    ]
    assert found.opens[0].title == "Unwell on b"  # the worst one names it


def test_nothing_new_is_nothing_to_do() -> None:
    assert plan(seen(alert("a"), alert("b")), "10:01", alert("a"), alert("b")).empty


def test_a_new_alert_joins_the_open_incident_of_its_key() -> None:
    found = plan(seen(alert("a")), "10:01", alert("a"), alert("b"))
    assert found == Plan(observe=(("INC-1", ObserveAlerts(fired=(alert("b"),))),))


def test_what_changed_is_told() -> None:
    changed = alert("a", description="20 %")
    assert plan(seen(alert("a")), "10:01", changed).observe == (("INC-1", ObserveAlerts((changed,))),)


def test_what_is_gone_from_a_complete_poll_has_cleared() -> None:
    gone = (AlertRef("prod", "a"), AlertRef("prod", "b"))
    world = seen(alert("a"), alert("b"))
    assert plan(world, "10:01").observe == (("INC-1", ObserveAlerts(cleared=gone)),)
    assert plan(world, "10:01", complete=False).empty
    assert plan(world, "10:01", source="other").empty


def test_what_fires_again_is_told_although_it_looks_the_same() -> None:
    world = seen(alert("a"), alert("b"))
    world.clear("10:01", "a")
    assert plan(world, "10:02", alert("a"), alert("b")).observe == (("INC-1", ObserveAlerts((alert("a"),))),)


def test_an_alert_that_comes_twice_counts_once_and_always_the_same_one() -> None:
    loud, quiet = alert("a", P1), alert("a", P3, muted_until=at("12:00"))
    assert plan(World(), "10:00", quiet, loud).opens[0].alerts == (loud,)
    assert plan(World(), "10:00", loud, quiet).opens[0].alerts == (loud,)


def test_what_is_held_back_opens_nothing_until_it_is_let_go() -> None:
    held = alert("a", muted_until=at("12:00"))
    assert plan(World(), "10:00", held).empty
    assert len(plan(World(), "12:00", held).opens) == 1
    assert len(plan(World(), "10:00", held, alert("b")).opens[0].alerts) == 2


def test_what_is_held_back_has_not_cleared() -> None:
    world = seen(alert("a"))
    held = alert("a", muted_until=at("12:00"), muted_by="planned work")
    Polled("10:01", (held,)).play(world)
    assert world.row().firing == 1
    assert world.row().held_until == at("12:00")


def test_what_is_held_back_reopens_nothing() -> None:
    world = seen(alert("a"))
    Polled("10:10").play(world)
    world.ack("10:11")
    assert plan(world, "10:20", alert("a", muted_until=at("12:00"))).empty


def test_a_recent_incident_is_reopened_and_an_old_one_linked() -> None:
    world = seen(alert("a"))
    Polled("10:10").play(world)
    world.ack("10:11")
    [(name, _, observe)] = plan(world, "10:20", alert("a")).reopens
    assert (name, observe.fired) == ("INC-1", (alert("a"),))
    [opened] = plan(world, at("10:12", day=1), alert("a")).opens
    assert opened.recurrence_of == "INC-1"


def test_a_closed_incident_is_linked_not_reopened() -> None:
    world = seen(alert("a"))
    Polled("10:10").play(world)
    world.ack("10:11")
    world.do("10:12", Close())
    found = plan(world, "10:20", alert("a"))
    assert found.reopens == ()
    assert found.opens[0].recurrence_of == "INC-1"


def test_the_open_incident_of_a_key_counts_over_older_ones() -> None:
    world = seen(alert("a"))
    Polled("10:10").play(world)
    world.ack("10:11")
    later = at("11:00", day=1)
    Polled(later, (alert("a"),)).play(world)
    rows = [world.row("INC-2"), world.row("INC-1")]
    for book in (Book(past=rows), Book(past=rows[::-1]), world.book()):
        found = book.latest("payments/Unwell")
        assert found is not None
        assert found.id == "INC-2"


def test_what_was_resolved_while_it_fired_is_left_alone_until_it_has_cleared() -> None:
    world = seen(alert("a"))
    world.do("10:10", Resolve(despite_firing=True))
    assert plan(world, "10:11", alert("a")).empty
    assert plan(world, "10:11", alert("a", description="changed")).empty
    Polled("10:20").play(world)
    assert (world.row().state, world.row().firing) == (State.RESOLVED, 0)
    assert [one[0] for one in plan(world, "10:30", alert("a")).reopens] == ["INC-1"]


def test_what_was_resolved_while_it_fired_is_heard_again_when_it_gets_worse() -> None:
    world = seen(alert("a", P2))
    world.do("10:10", Resolve(despite_firing=True))
    assert [one[0] for one in plan(world, "10:11", alert("a", P1)).reopens] == ["INC-1"]


def test_a_merged_incidents_alerts_belong_to_its_parent() -> None:
    world = seen(alert("a"), alert("b", name="Slow"))
    world.do("10:01", MergeInto("INC-1"), name="INC-2")
    found = plan(world, "10:02", alert("a"), alert("b", name="Slow"))
    assert found.observe == (("INC-1", ObserveAlerts((alert("b", name="Slow"),))),)
    Polled("10:02", (alert("a"), alert("b", name="Slow"))).play(world)
    assert plan(world, "10:03", alert("a"), alert("b", name="Slow")).empty
    Polled("10:04").play(world)
    assert world.row().firing == 0


def test_a_book_kept_up_to_date_is_the_same_as_one_made_anew() -> None:
    world = World()
    kept = Book()
    for when, alerts in (
        ("10:00", (alert("a"), alert("b"))),
        ("10:01", (alert("b"),)),
        ("10:02", (alert("a"), alert("c", name="Slow"))),
        ("10:03", ()),
        ("10:04", (alert("c", name="Slow"),)),
    ):
        assert reconcile(poll(*alerts), kept, POLICY, at(when)) == plan(world, when, *alerts)
        Polled(when, alerts).play(world)
        for name in world.logs:
            kept.update(world.incident(name))
        assert reconcile(poll(*alerts), kept, POLICY, at(when)).empty


@pytest.mark.parametrize(
    ("by", "key"),
    [
        (("service", "alertname"), "pay\\/ments/Un\\\\well"),
        (("zone",), "eu"),
        (("source", "zone", "none"), "prod/eu/"),
        ((), ALL_TOGETHER),
    ],
)
def test_the_key_is_made_of_what_the_config_says(by: tuple[str, ...], key: str) -> None:
    one = alert("a", service="pay/ments", name="Un\\well", labels=(("zone", "eu"),))
    assert group_key(one, Grouping(by=by)) == key


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), min_size=2, max_size=2, unique=True))
def test_different_values_never_make_the_same_key(pairs: list[tuple[str, str]]) -> None:
    keys = {group_key(alert("a", service=service, name=name), Grouping()) for service, name in pairs}
    assert len(keys) == 2


fires = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([P1, P2, P3]), st.sampled_from(["Unwell", "Slow"])),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(polls=st.lists(st.tuples(fires, st.booleans()), max_size=8), everything=st.booleans())
def test_after_a_poll_the_same_poll_is_nothing_new(
    polls: list[tuple[list[tuple[str, Any, str]], bool]],
    everything: bool,  # noqa: FBT001 - drawn
) -> None:
    rules = policy(grouping=Grouping(by=())) if everything else POLICY
    world = World(rules)
    for minute, (alerts, complete) in enumerate(polls):
        now = at("10:00") + minute * (at("10:01") - at("10:00"))
        firing = tuple(alert(fp, priority, name=name) for fp, priority, name in alerts)
        polled = poll(*firing, complete=complete)
        _carry_out(world, reconcile(polled, world.book(), rules, now), now)
        assert reconcile(polled, world.book(), rules, now).empty
        known = {
            ref.fingerprint
            for name in world.logs
            for ref, one in world.incident(name).members
            if not one.cleared_at
        }
        reported = {one.ref.fingerprint for one in firing}
        assert known == reported if complete else known >= reported
        keys = [world.row(name).key for name in world.logs if world.row(name).is_open]
        assert len(keys) == len(set(keys))


def _carry_out(world: World, found: Plan, now: datetime) -> None:
    for opens in found.opens:
        world.do(now, opens, name=f"INC-{len(world.logs) + 1}")
    for name, reopen, observe in found.reopens:
        world.do(now, reopen, name=name)
        world.do(now, observe, name=name)
    for name, observe in found.observe:
        world.do(now, observe, name=name)


def test_ten_thousand_unchanged_alerts_cost_about_as_much_as_comparing_them() -> None:
    def many() -> tuple[Alert, ...]:
        return tuple(
            replace(
                alert(f"f{n}", name=f"Rule{n % 100}"), labels=tuple((f"l{k}", f"v{k}-{n}") for k in range(8))
            )
            for n in range(10_000)
        )

    world = World()
    Polled("10:00", many()).play(world)
    book, again, other = world.book(), poll(*many()), many()
    best, floor = float("inf"), float("inf")
    for _ in range(3):
        start = ticks()
        assert reconcile(again, book, POLICY, at("10:01")).empty
        best = min(best, ticks() - start)
        start = ticks()
        assert all(one == two for one, two in zip(again.alerts, other, strict=True))
        floor = min(floor, ticks() - start)
    assert best < 3 * floor
