"""Which checklists are due when, what an answer holds for, and who is ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.people import Person
from console.domain.policy import Policy, Service
from console.domain.priority import Priority
from console.domain.roster import Override, Roster, Rotation
from console.domain.team.access import answer, op_of, report, with_incident
from console.domain.team.builtin import builtin
from console.domain.team.checklist import Checklist, Item, ItemKind, When
from console.domain.team.facts import ItemAnswered, ItemState
from console.domain.team.readiness import ListStatus, Ready, due, pressing, readiness, readiness_words
from console.domain.team.state import Answer, TeamState

JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 1, 5, 2, tzinfo=UTC)  # 09:00 in Jakarta, Asha's first shift; then Budi's
CITRA = MONDAY + 7 * DAY

PRE = Checklist(
    "before", "pre-shift checklist", When.PRE_SHIFT,
    (
        Item("vpn", "VPN", ItemKind.COMMAND, command=("true",), access=True),
        Item("tools", "tools", expires=90 * DAY),
        Item("read", "handover read", required=False),
    ),
)  # fmt: skip
DAILY = Checklist("daily", "daily checklist", When.DAILY, (Item("smoke", "smoke tests", required=False),))
END = Checklist("end", "end checklist", When.END, (Item("accepted", "handover accepted"),), team="payments")


def policy(
    *lists: Checklist, overrides: tuple[Override, ...] = (), roles: tuple[str, ...] = ("primary",)
) -> Policy:
    rotations = tuple(
        Rotation("payments", role, ("asha", "budi"), 7 * DAY, time(9), JAKARTA, date(2026, 1, 5), 0)
        for role in roles
    )
    people = {name.lower(): Person(name.lower(), name) for name in ("Asha", "Budi")}
    return Policy(
        Roster(rotations, overrides),
        people=people,
        teams=("payments",),
        checklists=lists or (PRE, DAILY, END),
    )


RULES = policy()
BEFORE = "payments/primary/2026-01-05T02:00Z"


def said(
    item: str,
    at: datetime,
    state: ItemState = ItemState.DONE,
    occasion: str = BEFORE,
    person: str = "asha",
    **more: str,
) -> Answer:
    checklist = next(one.id for one in (PRE, DAILY, END) if any(each.id == item for each in one.items))
    return Answer(at, ItemAnswered(checklist, item, person, occasion, state, **more))


def known(*answers: Answer) -> TeamState:
    return TeamState(n=len(answers), answers=answers)


def names(lists: Iterable[ListStatus]) -> list[str]:
    return [one.checklist.id for one in lists]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MONDAY - 25 * HOUR, []),
        (MONDAY - 24 * HOUR, ["before"]),
        (MONDAY - timedelta.resolution, ["before"]),
        (MONDAY, ["before", "daily"]),
        (MONDAY + 3 * DAY, ["daily", "before"]),  # open items of it stay, so that they can be mended
        (CITRA - 12 * HOUR, ["daily", "end", "before"]),
        (CITRA, ["end"]),
        (CITRA + 12 * HOUR - timedelta.resolution, ["end"]),
        (CITRA + 12 * HOUR, []),
    ],
)
def test_each_list_has_its_time(at: datetime, expected: list[str]) -> None:
    assert names(due(RULES, known(), "asha", at)) == expected


def test_a_finished_pre_shift_list_goes_away_once_its_time_is_over() -> None:
    answers = known(*(said(item.id, MONDAY - HOUR) for item in PRE.items))
    assert names(due(RULES, answers, "asha", MONDAY + HOUR - timedelta.resolution)) == ["before", "daily"]
    assert names(due(RULES, answers, "asha", MONDAY + HOUR)) == ["daily"]


def test_occasions_are_named_for_good() -> None:
    lists = due(RULES, known(), "asha", CITRA - 12 * HOUR)
    assert [one.occasion.key for one in lists] == [
        "2026-01-11", "payments/primary/2026-01-12T02:00Z", BEFORE,
    ]  # fmt: skip


def test_days_are_the_rotations_own() -> None:
    midnight = datetime(2026, 1, 6, 17, tzinfo=UTC)
    found = {}
    for at in (midnight - timedelta(minutes=1), midnight):
        (found[at],) = [one.occasion for one in due(RULES, known(), "asha", at) if one.checklist is DAILY]
    assert [one.key[-10:] for one in found.values()] == ["2026-01-06", "2026-01-07"]
    assert (found[midnight].opens, found[midnight].closes) == (midnight, midnight + DAY)


def test_a_short_cover_makes_no_new_shift() -> None:
    at, covered = MONDAY + 2 * DAY, RULES
    for hours, key in ((7, BEFORE), (9, "payments/primary/2026-01-07T11:00Z")):
        covered = policy(overrides=(Override("payments", "primary", "budi", at, at + hours * HOUR),))
        lists = due(covered, known(), "asha", at + hours * HOUR)
        assert [one.occasion.key for one in lists if one.checklist is PRE] == [key]
    assert set(names(due(covered, known(), "budi", at + HOUR))) == {"before", "daily", "end"}


def test_two_roles_that_begin_together_are_checked_once() -> None:
    both = policy(PRE, roles=("secondary", "primary"))
    assert [one.occasion.key for one in due(both, known(), "asha", MONDAY)] == [BEFORE]


def test_a_list_of_another_team_is_not_asked() -> None:
    other = replace(PRE, team="checkout")
    assert due(policy(other), known(), "asha", MONDAY) == ()


def test_answers_count_for_their_person_list_and_occasion() -> None:
    others = known(
        said("vpn", MONDAY, person="budi"),
        said("vpn", MONDAY, occasion="payments/primary/2025-12-22T02:00Z"),
        Answer(MONDAY, ItemAnswered("another", "vpn", "asha", BEFORE, ItemState.DONE)),
    )
    assert due(RULES, others, "asha", MONDAY)[0].done == 0
    own = due(
        RULES, known(said("vpn", MONDAY, ItemState.FAILED, text="no route", incident="INC-3")), "asha", MONDAY
    )[0]
    assert (own.items[0].state, own.items[0].text, own.items[0].incident) == (
        ItemState.FAILED,
        "no route",
        "INC-3",
    )
    assert (own.open, own.done, own.count(ItemState.FAILED)) == (2, 0, 1)


def test_the_latest_answer_counts_and_can_be_taken_back() -> None:
    answers = known(said("vpn", MONDAY - HOUR, ItemState.FAILED), said("vpn", MONDAY))
    assert due(RULES, answers, "asha", MONDAY)[0].items[0].state is ItemState.DONE
    taken = known(*answers.answers, said("vpn", MONDAY + HOUR, ItemState.TODO))
    assert due(RULES, taken, "asha", MONDAY + HOUR)[0].items[0].state is ItemState.TODO


def test_done_holds_on_later_shifts_until_it_expires() -> None:
    once = known(said("tools", MONDAY), said("vpn", MONDAY))
    second = MONDAY + 14 * DAY
    status = due(RULES, once, "asha", second)[0]
    assert status.occasion.key != BEFORE
    assert [one.state for one in status.items] == [ItemState.TODO, ItemState.DONE, ItemState.TODO]
    assert status.items[1].carried
    assert status.items[1].holds_until == MONDAY + 90 * DAY
    late = due(RULES, once, "asha", MONDAY + 98 * DAY)[0]
    assert (late.items[1].state, late.items[1].expired) == (ItemState.TODO, True)
    failed = known(said("tools", MONDAY, ItemState.FAILED))
    assert due(RULES, failed, "asha", second)[0].items[1].state is ItemState.TODO


def ready(state: TeamState, at: datetime, rules: Policy = RULES) -> str:
    return readiness_words(rules, state, "asha", at, JAKARTA)


def test_what_is_not_done_is_not_green() -> None:
    assert ready(known(), MONDAY - 25 * HOUR) == ""
    assert ready(known(), MONDAY - HOUR) == "checklist open"
    done = known(said("vpn", MONDAY - HOUR), said("tools", MONDAY - HOUR))
    assert ready(done, MONDAY) == "ready"
    assert ready(known(), MONDAY + 2 * HOUR) == ""  # never filled in: nothing is known, nothing is claimed


def test_a_failure_is_said_to_the_end_of_the_shift() -> None:
    failed = known(said("vpn", MONDAY - timedelta(minutes=50), ItemState.FAILED))
    assert ready(failed, MONDAY) == "not ready: VPN failed 08:10"
    assert ready(failed, CITRA - timedelta.resolution) == "not ready: VPN failed 5 Jan 08:10"
    assert ready(failed, CITRA) == ""
    both = known(*failed.answers, said("tools", MONDAY, ItemState.SKIPPED))
    assert ready(both, MONDAY) == "not ready: VPN failed 08:10 and 1 more"
    mended = known(*failed.answers, said("vpn", MONDAY + DAY), said("tools", MONDAY))
    assert (
        ready(mended, MONDAY + DAY) == "ready"
    )  # what is optional is still open, so the list is still there


def test_optional_items_make_nobody_unready() -> None:
    answers = known(said("vpn", MONDAY), said("tools", MONDAY), said("read", MONDAY, ItemState.FAILED))
    assert ready(answers, MONDAY) == "ready"


def test_next_is_told_of_required_items_in_their_time_only() -> None:
    assert list(pressing(due(RULES, known(), "asha", MONDAY - 2 * HOUR), MONDAY - 2 * HOUR)) == [
        "pre-shift checklist: 3 of 3 open, shift begins in 2h"
    ]
    at = MONDAY + timedelta(minutes=5)
    assert list(pressing(due(RULES, known(), "asha", at), at)) == [
        "pre-shift checklist: 3 of 3 open, the shift has begun"
    ]
    at = CITRA - 12 * HOUR
    assert list(pressing(due(RULES, known(), "asha", at), at)) == [
        "end checklist: 1 of 1 open, shift ends in 12h"
    ]
    assert list(pressing(due(RULES, known(), "asha", CITRA), CITRA)) == []


def test_a_failed_access_opens_one_p4_for_the_team() -> None:
    status = due(RULES, known(), "asha", MONDAY)[0]
    command = answer(status, status.items[0], ItemState.FAILED, text="no route to host")
    found = report(status, status.items[0], command, RULES)
    assert found is not None
    assert (found.title, found.service, found.priority) == (
        "Asha cannot get access: VPN",
        "payments",
        Priority.P4,
    )
    assert "no route to host" in found.body
    with_services = replace(RULES, services={"api": Service("api", "payments")})
    assert getattr(report(status, status.items[0], command, with_services), "service", "") == "api"
    assert op_of(command, "asha") == op_of(replace(command, text="again"), "asha") != op_of(command, "budi")
    assert with_incident(command, "INC-9").incident == "INC-9"
    already = due(RULES, known(said("vpn", MONDAY, ItemState.FAILED, incident="INC-9")), "asha", MONDAY)[0]
    again = answer(already, already.items[0], ItemState.FAILED)
    assert (again.incident, report(already, already.items[0], again, RULES)) == ("INC-9", None)
    assert report(status, status.items[1], answer(status, status.items[1], ItemState.FAILED), RULES) is None
    assert report(status, status.items[0], answer(status, status.items[0], ItemState.DONE), RULES) is None


def test_the_built_in_lists_cover_each_occasion_and_run_nothing() -> None:
    lists = builtin()
    assert {one.when for one in lists} == set(When)
    items = [item for one in lists for item in one.items]
    assert not any(item.command or item.kind is ItemKind.COMMAND for item in items)
    for one in lists:
        assert len({item.id for item in one.items}) == len(one.items)
    assert any(item.access and item.required for item in items)


@given(
    at=st.integers(-5 * 24 * 60, 60 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes)),
    states=st.lists(st.sampled_from(list(ItemState)), max_size=3),
)
def test_counts_always_add_up_and_ready_means_that_nothing_required_is_missing(
    at: datetime, states: list[ItemState]
) -> None:
    first = due(RULES, known(), "asha", at)
    answers = [
        Answer(at, ItemAnswered(one.checklist.id, item.item.id, "asha", one.occasion.key, state))
        for one in first
        for item, state in zip(one.items, states, strict=False)
    ]
    for one in (lists := due(RULES, known(*answers), "asha", at)):
        assert one.open + one.done + one.count(ItemState.FAILED, ItemState.SKIPPED) == len(one.items)
        assert one.occasion.open_at(at)
        assert one.overdue in {0, one.open}
    if readiness(lists).ready is Ready.READY:
        assert not any(one.wanting for one in lists if one.checklist.when is When.PRE_SHIFT)


def test_a_list_that_was_missed_gives_way_to_the_next_one() -> None:
    """Asha is secondary in the second week: one list was missed, the next is due."""
    second = Rotation(
        "payments", "secondary", ("budi", "asha"), 7 * DAY, time(9), JAKARTA, date(2026, 1, 5), 0
    )
    rules = replace(RULES, roster=replace(RULES.roster, rotations=(*RULES.roster.rotations, second)))
    late = [one.late for one in due(rules, known(), "asha", CITRA - HOUR) if one.checklist is PRE]
    assert late == [False]
    begun = known(said("vpn", MONDAY, ItemState.FAILED))
    late = [one.late for one in due(rules, begun, "asha", CITRA - HOUR) if one.checklist is PRE]
    assert late == [False, True]
