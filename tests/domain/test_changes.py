"""Changes: what sort they are, which have to do with an incident, which is likeliest, and that in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.change import Change, ChangeKind
from console.domain.changes.correlated import (
    DEEPEST,
    EVERYTHING,
    began,
    best,
    correlate,
    distances,
    ranked,
    span,
)
from console.domain.changes.kinds import guess, named
from console.domain.changes.words import gap_words, in_a_sentence, links_of_changes, on_a_line, told_late
from console.domain.incident import Epoch, Incident, State
from console.domain.people import Person
from console.domain.policy import Grouping, Policy, Service
from console.domain.roster import Roster

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
NOW = START + timedelta(hours=1)
STANDS_ON = {
    "orders": ("orders-db", "cache"),
    "orders-db": ("disks",),
    "disks": ("orders",),  # a circle
    "cache": (),
    "search": ("disks",),
}
POLICY = Policy(
    Roster(),
    people={"asha": Person("asha", "Asha")},
    services={name: Service(name, "shop", below) for name, below in STANDS_ON.items()},
)
INCIDENT = Incident(
    "INC-1", 1, "5xx", "orders", "shop", "orders/5xx", "5xx", State.TRIGGERED, START, (Epoch(START),)
)


def change(minutes: float, service: str = "orders", what: str = "v42", **fields: object) -> Change:
    """Return a deployment so many minutes after the start."""
    at = START + timedelta(minutes=minutes)
    known: dict[str, object] = {"kind": ChangeKind.DEPLOY, **fields}
    return Change(f"cli:{service}/{minutes}/{what}", at, service, what, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("v42 canary 5 %", "deploy"),
        ("deploy feature/basket", "deploy"),
        ("1.2.3", "deploy"),
        ("rollout of orders", "deploy"),
        ("Rollback v41", "rollback"),
        ("rolled back to v41", "rollback"),
        ("flag new-checkout on", "flag"),
        ("rollout 50 %", "flag"),
        ("firewall 10.0.0.1 open", "config"),
        ("ipv6 switched off", "other"),
        ("", "other"),
    ],
)
def test_the_kind_is_guessed_from_the_words(what: str, kind: str) -> None:
    assert guess(what) == kind


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (change(-3, actor="asha"), "started 3 min after deploy v42 of orders (Asha)"),
        (change(-0.5), "started 30 s after deploy v42 of orders"),
        (change(0), "started within a second of deploy v42 of orders"),
        (change(0.01), "started within a second of deploy v42 of orders"),
        (change(-1 / 60), "started 1 s after deploy v42 of orders"),
        (change(-119), "started 1 h 59 min after deploy v42 of orders"),
        (
            change(-3, "orders-db", actor="ci"),
            "started 3 min after deploy v42 of orders-db, on which it depends (ci)",
        ),
        (change(-3, "", "network work", kind=ChangeKind.OTHER), "started 3 min after network work of all services"),
        (
            change(11, what="v41", kind=ChangeKind.ROLLBACK),
            "rollback v41 of orders, 11 min after it started",
        ),
    ],
)  # fmt: skip
def test_a_coincidence_is_said_as_one(one: Change, words: str) -> None:
    (found,) = correlate(INCIDENT, [one], POLICY, NOW)
    assert in_a_sentence(found, POLICY) == words
    assert "cause" not in words


def test_a_kind_that_the_words_say_is_not_said_twice() -> None:
    assert named(change(0, what="deployed v42")) == "deployed v42"
    assert named(change(0, what="revert of v42", kind=ChangeKind.ROLLBACK)) == "revert of v42"
    assert named(change(0, what="basket 5 %", kind=ChangeKind.FLAG)) == "flag basket 5 %"
    assert named(change(0, what="pool = 5", kind=ChangeKind.CONFIG)) == "config pool = 5"


def test_lines_links_and_when_we_were_told() -> None:
    late = replace(change(-3, url="https://ci.example/7"), seen_at=START + timedelta(minutes=31))
    found = correlate(INCIDENT, [late, change(5, url="https://ci.example/7"), change(6)], POLICY, NOW)
    assert [on_a_line(one) for one in found] == [
        "deploy v42 of orders, 3 min before it started",
        "deploy v42 of orders, 5 min after it started",
        "deploy v42 of orders, 6 min after it started",
    ]
    assert told_late(late, NOW, UTC) == "told us 10:31"
    assert told_late(replace(late, seen_at=late.at + timedelta(seconds=30)), NOW, UTC) == ""
    assert [link.url for link in links_of_changes(found)] == ["https://ci.example/7"]
    assert gap_words(timedelta(hours=2)) == "2 h"


RANKS = [
    change(-20, what="own, long before"),
    change(-30, what="own, longer before"),
    change(-5, "orders-db"),
    change(-2, "disks"),
    change(-1, ""),
    change(1, what="own, during"),
    change(2, "cache"),
]


def test_the_nearest_service_then_the_shortest_gap_and_what_came_before_first() -> None:
    found = correlate(INCIDENT, reversed(RANKS), POLICY, NOW)
    assert [one.change for one in ranked(found)] == RANKS
    assert [one.change for one in found] == sorted(RANKS, key=lambda one: one.at)
    assert best(found) is ranked(found)[0]
    assert best(()) is None


@pytest.mark.parametrize(
    "one", [change(-3, "search"), change(-3, "basket"), change(-121), change(61)], ids=lambda one: one.id
)
def test_what_is_far_in_kind_or_time_is_left_out(one: Change) -> None:
    assert correlate(INCIDENT, [one], POLICY, NOW) == ()


def test_the_window_is_the_config_s_and_the_start_the_source_s() -> None:
    short = replace(POLICY, grouping=Grouping(change_window=timedelta(minutes=1)))
    assert correlate(INCIDENT, [change(-3)], short, NOW) == ()
    earlier = replace(INCIDENT, source_started_at=START - timedelta(minutes=2))
    (found,) = correlate(earlier, [change(-3)], short, NOW)
    assert found.gap == timedelta(minutes=1)


def test_a_merged_one_ends_there() -> None:
    merged = replace(INCIDENT, merged_into="INC-2", merged_at=START + timedelta(minutes=5))
    assert len(correlate(merged, [change(4), change(6)], POLICY, NOW)) == 1
    split = replace(merged, merged_into="")
    assert len(correlate(split, [change(4), change(6)], POLICY, NOW)) == 2


RESOLVED, AGAIN = START + timedelta(minutes=30), START + timedelta(hours=5)
REOPENED = replace(INCIDENT, epochs=(Epoch(START, resolved_at=RESOLVED), Epoch(AGAIN)))


def test_what_came_before_a_reopening_is_told_by_that() -> None:
    told = [
        change(-2),
        change(10, what="v41"),
        change(40, what="v43"),
        change(297, what="v44"),
        change(303, what="v45"),
    ]
    found = correlate(REOPENED, told, POLICY, AGAIN + timedelta(minutes=9))
    assert [on_a_line(one) for one in found] == [
        "deploy v42 of orders, 2 min before it started",
        "deploy v41 of orders, 10 min after it started",
        "deploy v44 of orders, 3 min before it was reopened",
        "deploy v45 of orders, 3 min after it was reopened",
    ], "v43 came while it was resolved, and long before it came back"
    assert [one.change.what for one in ranked(found)] == ["v44", "v42", "v45", "v41"]
    assert in_a_sentence(ranked(found)[0], POLICY) == "was reopened 3 min after deploy v44 of orders"
    assert in_a_sentence(found[3], POLICY) == "deploy v45 of orders, 3 min after it was reopened"


def test_one_resolved_by_mistake_is_told_by_its_first_start() -> None:
    moment = timedelta(minutes=1)
    again = replace(
        INCIDENT, epochs=(Epoch(START, resolved_at=START + 9 * moment), Epoch(START + 10 * moment))
    )
    found = correlate(again, [change(-3), change(5, what="v41")], POLICY, NOW)
    assert [on_a_line(one) for one in found] == [
        "deploy v42 of orders, 3 min before it started",
        "deploy v41 of orders, 5 min after it started",
    ]


def test_what_was_told_within_the_same_second_is_said_so() -> None:
    found = correlate(INCIDENT, [change(0), change(0.01)], POLICY, NOW)
    assert [on_a_line(one) for one in found] == ["deploy v42 of orders, as it started"] * 2


NAMES = st.sampled_from([*STANDS_ON, "basket", ""])
CHANGES = st.lists(
    st.builds(change, st.integers(-300, 300), NAMES, st.sampled_from(["v1", "v2"])), max_size=12
)


@settings(deadline=None)
@given(CHANGES, NAMES, st.none() | st.integers(0, 200), st.integers(0, 300))
def test_never_after_the_end_and_never_of_an_unrelated_service(
    changes: list[Change], service: str, ended: int | None, minutes: int
) -> None:
    now = START + timedelta(minutes=minutes)
    end = START + timedelta(minutes=ended) if ended is not None else None
    state = State.TRIGGERED if end is None else State.RESOLVED
    incident = replace(INCIDENT, service=service, epochs=(Epoch(START, resolved_at=end),), state=state)
    found = correlate(incident, changes, POLICY, now)
    near = distances([service], POLICY)
    first, last = span(incident, POLICY, now)
    for one in found:
        assert one.change.service in {"", *near}
        assert one.change.at <= min(end or now, now)
        assert one.change.at >= began(incident) - POLICY.grouping.change_window
        assert one.before == (one.change.at <= START)
    left_out = set(changes) - {one.change for one in found}
    assert not any(one.service in {"", *near} and first <= one.at < last for one in left_out)


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=4)), st.integers(0, 12))
def test_the_graph_is_followed_a_few_steps_and_circles_end(graph: dict[int, list[int]], begin: int) -> None:
    known = {str(name): Service(str(name), "t", tuple(map(str, below))) for name, below in graph.items()}
    near = distances([str(begin)], Policy(Roster(), services=known))
    assert near[str(begin)] == 0
    assert max(near.values()) <= DEEPEST < EVERYTHING
    for name, step in near.items():
        below = known[name].depends_on if name in known and step < DEEPEST else ()
        assert all(near[other] <= step + 1 for other in below)


def test_the_least_distance_counts_where_an_incident_has_several_services() -> None:
    assert distances(["search", "orders"], POLICY) == {
        "search": 0,
        "orders": 0,
        "disks": 1,
        "orders-db": 1,
        "cache": 1,
    }


def test_the_probable_root_of_a_storm_is_as_near_as_its_own_services() -> None:
    storm = replace(INCIDENT, root="disks")
    (found,) = correlate(storm, [change(-3, "disks")], POLICY, NOW)
    assert in_a_sentence(found, POLICY) == "started 3 min after deploy v42 of disks"
