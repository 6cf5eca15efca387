"""The query language and what a look at the list shows and hides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.filterhints import completed, hint, values_of
from console.domain.filters import FIELDS, GRAMMAR, Circumstances, Filter, FilterError, parse
from console.domain.incident import State
from console.domain.look import Look, Scope, arrange
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Roster
from console.domain.sorting import Sort
from console.domain.standing import Viewer, Want, standing
from tests.ui.rows import row

NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
POLICY = Policy(roster=Roster())
ME = Viewer("asha", frozenset({"payments"}), frozenset({"payments", "search"}))
AROUND = Circumstances(ME, NOW)

ROWS = {
    "pay": row("INC-1", NOW, service="payments", title="5xx 14% on api-gw", priority=Priority.P1),
    "search": row(
        "INC-2", NOW, service="search", team="search", title="IndexStale 4x", priority=Priority.P2,
        state=State.ACKNOWLEDGED, owner="budi", age=timedelta(minutes=80), sources="prod staging",
    ),
    "mailer": row(
        "INC-3", NOW, service="mailer", team="mail", title="QueueDepth > 10k", provisional=Priority.P3,
        state=State.ACKNOWLEDGED, owner="asha", age=timedelta(hours=2), snoozed_until=NOW + timedelta(hours=1),
    ),
    "cdn": row(
        "INC-4", NOW, service="cdn", team="edge", title="CacheHitRatio < 80%", provisional=Priority.P3,
        state=State.CLEARED_UNACKED, age=timedelta(minutes=9), firing=0,
    ),
}  # fmt: skip


def hits(query: str) -> set[str]:
    found = parse(query)
    return {name for name, one in ROWS.items() if found.holds(standing(one, POLICY), AROUND)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"pay", "search", "mailer", "cdn"}),
        ("p:1", {"pay"}),
        ("p:P1,2", {"pay", "search"}),
        ("p:?", {"mailer", "cdn"}),
        ("svc:pay", {"pay"}),
        ("team:MAIL", {"mailer"}),
        ("st:ack", {"search", "mailer"}),
        ("-st:ack", {"pay", "cdn"}),
        ("!st:ack", {"pay", "cdn"}),
        ("st:unacked", {"pay", "cdn"}),
        ("st:firing", {"pay"}),
        ("st:snoozed,cleared", {"mailer", "cdn"}),
        ("own:me", {"mailer"}),
        ("own:budi", {"search"}),
        ("own:nobody", {"pay", "cdn"}),
        ("src:stag", {"search"}),
        ("age>30m", {"search", "mailer"}),
        ("age<10m", {"pay", "cdn"}),
        ("left<5m", {"pay", "cdn"}),
        ("quiet>1h", {"search", "mailer"}),
        ("queue", {"mailer"}),
        ("inc-2", {"search"}),
        ('"> 10k"', {"mailer"}),
        ('"5xx 14%" p:1', {"pay"}),
        ("p:1 st:ack", set()),
        ("service:pay,mail", {"pay", "mailer"}),
        ("source:stag", {"search"}),
        ("-own:nobody", {"search", "mailer"}),
        ("!age>30m", {"pay", "cdn"}),
        ('-"> 10k"', {"pay", "search", "cdn"}),
        ("-queue -svc:cdn", {"pay", "search"}),
        ("snoozed", {"mailer"}),
        ("!snoozed", {"pay", "search", "cdn"}),
        ("is:snoozed,breached", {"mailer", "cdn"}),
        ('"snoozed"', set()),
        ("new<5m", {"pay"}),
        ("level>0", set()),
        ("level<1", {"pay", "search", "mailer", "cdn"}),
        ("firing:0", {"cdn"}),
        ("-firing:0", {"pay", "search", "mailer"}),
        ("#3", {"mailer"}),
        ("#inc-3", {"mailer"}),
        ("-#3", {"pay", "search", "cdn"}),
        ("#X", {"pay", "search", "mailer", "cdn"}),  # the last part of the key, as where an incident is kept
        ("key:cdn/", {"cdn"}),
        ('title:"4x"', {"search"}),
    ],
)
def test_queries(query: str, expected: set[str]) -> None:
    assert hits(query) == expected


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("p:2,1 svc:pay -st:ack", "P1 or P2, service has “pay”, not acked"),
        ("own:me age>30m", "mine, older than 30m"),
        ('"disk full"', "“disk full”"),
    ],
)
def test_a_filter_says_itself_in_words(query: str, words: str) -> None:
    assert parse(query).words == words


@pytest.mark.parametrize(
    ("query", "explained"),
    [
        ("scv:pay", "did you mean svc?"),
        ("p:5", "1, 2, 3, 4"),
        ("st:xyz", "snoozed"),
        ("st:akced", "did you mean acked?"),
        ("is:snozed", "did you mean snoozed?"),
        ("sevice:pay", 'no field "sevice"; did you mean service?'),
        ("level>high", "level>1"),
        ("label:env=prod", "key:"),
        ("-p:9", "1, 2, 3, 4"),
        ("#", "#41"),
        ("age:30m", "age>30m"),
        ("age>soon", "age>30m"),
        ("svc:", "svc:pay"),
        ("svc>pay", "svc:pay"),
        ('"disk full', "left open"),
        ("http://x", "quotes"),
    ],
)
def test_mistakes_are_explained(query: str, explained: str) -> None:
    with pytest.raises(FilterError, match=r".") as caught:
        parse(query)
    assert explained in str(caught.value)
    assert "\n" not in str(caught.value)


VALUES = values_of(replace(POLICY, teams=("payments", "search")), ("prod", "staging"))


@pytest.mark.parametrize(
    ("text", "said", "whole"),
    [
        ("st:", "st: unacked firing acked", None),
        ("p:1 st:a", "st: acked", "p:1 st:acked"),
        ("-team:pay", "team: payments", "-team:payments"),
        ("team:search,p", "team: payments", "team:search,payments"),
        ("src:", "src: prod staging", None),
        ("sv", "svc:", "svc:"),
        ("age", "age>30m", None),
        ("age>1", "age>30m or age<2h", None),
        ("snoo", "snoozed", "snoozed"),
        ("level", "level>1", None),
        ("words ", "", None),
        ('"st:', "", None),
        ("zzz", "", None),
        ("", "", None),
    ],
)
def test_a_word_being_written_is_helped(text: str, said: str, whole: str | None) -> None:
    assert hint(text, VALUES).startswith(said)
    assert bool(hint(text, VALUES)) == bool(said)
    assert completed(text, VALUES) == whole


@given(st.text(alphabet='psvctam:<>-! "1,', max_size=12))
def test_what_is_completed_begins_with_what_was_written(text: str) -> None:
    assert hint(text, VALUES).isprintable()
    assert (completed(text, VALUES) or text).startswith(text)


def test_the_grammar_names_every_field() -> None:
    told = " ".join(f"{what} {means}" for what, means in GRAMMAR)
    assert all(name in told for name in FIELDS if name != "title")


@given(st.text(max_size=40))
def test_any_text_is_a_filter_or_a_clear_error(text: str) -> None:
    item = standing(ROWS["pay"], POLICY)
    found: Filter | None
    try:
        found = parse(text)
    except FilterError as error:
        found = None
        said = str(error)
    else:
        said = ""
        assert found.holds(item, AROUND) in {True, False}
    assert (found is None) == bool(said)


def test_shown_and_hidden_always_add_up() -> None:
    items = [standing(one, POLICY) for one in ROWS.values()]
    for look in (Look(), Look(parse("p:1")), Look(scope=Scope.MINE), Look(scope=Scope.TEAM, faults=True)):
        arranged = arrange(items, look, AROUND)
        assert len(arranged.shown) + arranged.hidden == len(items)
        assert look.plain == (not look.words)


def test_scopes() -> None:
    items = [standing(one, POLICY) for one in ROWS.values()]

    def shown(scope: Scope) -> set[str]:
        return {item.row.service for item in arrange(items, Look(scope=scope), AROUND).shown}

    assert shown(Scope.MINE) == {"payments", "mailer"}
    assert shown(Scope.TEAM) == {"payments", "search", "mailer"}
    assert shown(Scope.ALL) == {"payments", "search", "mailer", "cdn"}
    assert Scope.MINE.next() is Scope.TEAM
    assert Scope.ALL.next() is Scope.MINE


def test_faults_are_what_is_unacked_or_breached() -> None:
    late = row("INC-9", NOW, service="x", state=State.ACKNOWLEDGED, owner="budi", priority=Priority.P1,
               age=timedelta(minutes=91))  # fmt: skip
    items = [standing(one, POLICY) for one in (*ROWS.values(), late)]
    shown = {item.row.id for item in arrange(items, Look(faults=True), AROUND).shown}
    assert shown == {"INC-1", "INC-4", "INC-9"}  # INC-4 cleared with its ack overdue


def test_order_is_unacked_then_worked_on_then_cleared_then_snoozed() -> None:
    items = [standing(one, POLICY) for one in ROWS.values()]
    order = [item.row.service for item in arrange(items, Look(), AROUND).shown]
    assert order == ["payments", "search", "cdn", "mailer"]
    assert [item.want for item in arrange(items, Look(), AROUND).shown] == [
        Want.ACK,
        Want.FIX,
        Want.CLOSE,
        Want.SLEEP,
    ]


def test_least_time_left_comes_first_whatever_the_priority() -> None:
    older = row("INC-5", NOW, service="a", provisional=Priority.P4, age=timedelta(minutes=4))
    newer = row("INC-6", NOW, service="b", provisional=Priority.P1, age=timedelta(minutes=1))
    order = [
        item.row.id
        for item in arrange([standing(newer, POLICY), standing(older, POLICY)], Look(), AROUND).shown
    ]
    assert order == ["INC-5", "INC-6"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.URGENCY, ["INC-1", "INC-2", "INC-4", "INC-3"]),
        (Sort.PRIORITY, ["INC-1", "INC-2", "INC-4", "INC-3"]),
        (Sort.NEWEST, ["INC-1", "INC-4", "INC-2", "INC-3"]),
        (Sort.OLDEST, ["INC-3", "INC-2", "INC-4", "INC-1"]),
        (Sort.QUIET, ["INC-3", "INC-2", "INC-4", "INC-1"]),
        (Sort.SERVICE, ["INC-4", "INC-3", "INC-1", "INC-2"]),
        (Sort.OWNER, ["INC-1", "INC-4", "INC-3", "INC-2"]),
    ],
)
def test_orders(sort: Sort, expected: list[str]) -> None:
    items = [standing(one, POLICY) for one in ROWS.values()]
    assert [item.row.id for item in arrange(items, Look(sort=sort), AROUND).shown] == expected
    assert Look(sort=sort).plain


def test_a_look_says_its_view() -> None:
    assert Look(parse("p:1"), view="night").words == "view “night”, P1"
