from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.notify.channels import Channel
from console.domain.notify.heard import hearings
from console.domain.notify.matching import About, not_before, rooms, ways
from console.domain.notify.notification import Topic
from console.domain.notify.rules import Quiet, Rule
from console.domain.notify.saying import Saying, notifications
from console.domain.people import Person
from console.domain.priority import Priority
from console.domain.walltime import Hours
from console.domain.zones import zone_of
from tests.domain.world import JAKARTA, POLICY, at

CHAT = Channel("chat", "slack", "slack", "#ops")
MAIL = Channel("mail", "smtp", "email")
HOOK = Channel("hook", "webhook", "", "all")
PEOPLE = {
    "asha": Person("asha", "Asha", (("slack", "U1"), ("email", "asha@team.example"))),
    "budi": Person("budi", "Budi", (("slack", "U2"),), ZoneInfo("Europe/Berlin")),
    "dewi": Person("dewi", "Dewi", (("phone", "1"),)),
}
RULES = replace(POLICY, people=PEOPLE, channels=(CHAT, MAIL, HOOK))
NIGHT = Quiet(Hours(time(22), time(7)))


def reached(about: About, *rules: Rule) -> set[tuple[str, str]]:
    return {(way.channel.name, way.address) for way in ways(about, replace(RULES, rules=rules), at("10:00"))}


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        (Topic.PAGED, {("chat", "U1"), ("mail", "asha@team.example"), ("hook", "all")}),
        (Topic.OPENED, {("chat", "#ops"), ("hook", "all")}),
        (Topic.BREACH, {("chat", "U1"), ("chat", "#ops"), ("mail", "asha@team.example"), ("hook", "all")}),
    ],
)
def test_without_rules_people_hear_what_concerns_them_and_rooms_the_rest(
    topic: Topic, expected: set[tuple[str, str]]
) -> None:
    assert reached(About(topic, ("asha", "dewi"), Priority.P1, "payments")) == expected


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ((), {("chat", "#ops")}),
        (("budi",), {("chat", "U2")}),
        (("primary",), {("chat", "U1")}),
        (("payments",), {("chat", "U1"), ("chat", "U2")}),
        (("paged",), {("chat", "U2")}),
        (("dewi",), set()),
    ],
)
def test_whom_a_rule_names(to: tuple[str, ...], expected: set[tuple[str, str]]) -> None:
    rule = Rule(frozenset({Topic.ACKED}), ("chat",), to=to)
    assert reached(About(Topic.ACKED, ("budi",), Priority.P1, "payments"), rule) == expected


def test_a_rule_is_about_its_topics_priorities_and_teams_only() -> None:
    about = About(Topic.PAGED, ("asha",), Priority.P2, "payments")
    rule = Rule(frozenset({Topic.PAGED}), ("mail",))
    assert reached(about, rule)
    assert not reached(replace(about, topic=Topic.NUDGE), rule)
    assert not reached(about, replace(rule, priorities=frozenset({Priority.P1})))
    assert not reached(about, replace(rule, teams=frozenset({"search"})))
    assert reached(replace(about, priority=None, team=""), replace(rule, priorities=frozenset({Priority.P1})))


def test_of_several_rules_the_soonest_counts_once() -> None:
    late = Rule(frozenset({Topic.PAGED}), ("mail",), after=timedelta(minutes=5))
    rules = replace(RULES, rules=(late, replace(late, after=timedelta(minutes=1))))
    (way,) = ways(About(Topic.PAGED, ("asha",), Priority.P1), rules, at("10:00"))
    assert way.after == timedelta(minutes=1)


@pytest.mark.parametrize("turned", [False, True])
def test_quiet_hours_of_one_rule_do_not_hold_back_what_another_tells_at_night(turned: bool) -> None:  # noqa: FBT001 - pytest's
    calm = Rule(frozenset({Topic.BREACH}), ("chat",), to=("asha",), quiet=NIGHT)
    late = replace(calm, after=timedelta(minutes=5), quiet=None)
    rules = replace(RULES, rules=(late, calm) if turned else (calm, late))
    about = About(Topic.BREACH, ("asha",), Priority.P3, "payments")
    (way,) = ways(about, rules, at("16:00"))  # 23:00 in Jakarta
    assert not_before(way, about, rules, at("16:00")) == at("16:05")


def test_a_room_that_a_level_names_is_told_at_once_whatever_a_rule_delays() -> None:
    late = Rule(frozenset({Topic.PAGED}), ("hook",), after=timedelta(minutes=5), quiet=NIGHT)
    rules = replace(RULES, rules=(late,))
    about = About(Topic.PAGED, ("asha",), Priority.P3, "payments")
    saying = Saying("INC-1/2/paged", about, "P3 INC-1 slow", "You are paged.", incident="INC-1")
    (told,) = notifications(saying, rules, at("16:00"), rooms(("hook",), rules))
    (heard,) = [one for one in hearings(rules, about, at("16:00"), ("hook",)) if one.channel]
    assert told.due_at == heard.at == at("16:00")


@pytest.mark.parametrize(
    ("topic", "priority", "person", "due"),
    [
        (Topic.PAGED, Priority.P1, "asha", at("16:00")),
        (Topic.NUDGE, Priority.P2, "asha", at("16:00")),  # gets through: but
        (Topic.PAGED, Priority.P3, "asha", at("00:00", day=1)),  # 07:00 in Jakarta
        (Topic.PAGED, Priority.P3, "budi", at("16:00")),  # 17:00 in Berlin
    ],
)
def test_quiet_hours_are_each_persons_own(topic: Topic, priority: Priority, person: str, due: object) -> None:
    about = About(topic, (person,), priority, "payments")
    rules = replace(RULES, rules=(Rule(frozenset({topic}), ("chat",), quiet=NIGHT),))
    (way,) = ways(about, rules, at("16:00"))
    assert not_before(way, about, rules, at("16:00")) == due
    assert zone_of("asha", "payments", rules) == JAKARTA


def test_a_page_of_a_p1_gets_through_whatever_a_rule_says() -> None:
    quiet = replace(NIGHT, but=frozenset())
    about = About(Topic.PAGED, ("asha",), Priority.P1, "payments")
    rules = replace(RULES, rules=(Rule(frozenset({Topic.PAGED}), ("chat",), quiet=quiet),))
    (way,) = ways(about, rules, at("16:00"))
    assert not_before(way, about, rules, at("16:00")) == at("16:00")


def test_rooms_are_found_by_name_where_there_is_one() -> None:
    assert [way.address for way in rooms(("chat", "mail", "nowhere"), RULES)] == ["#ops"]
