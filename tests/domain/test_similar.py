"""What counts as similar, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.domain.incident import Incident
from console.domain.similar import LEAST, READ, SHOWN, Earlier, best, similar, words_of
from tests.domain.world import World, alert, at

NOW = at("10:00")


def incident(**facts: Any) -> Incident:
    world = World()
    world.open("10:00", alert(labels=(("alertname", "Unwell"), ("zone", "b"), ("pod", "p1"))))
    return replace(world.incident(), **{"title": "pool of connections exhausted", **facts})


def earlier(name: str, title: str = "", service: str = "", rule: str = "", days: float = 1) -> Earlier:
    return Earlier(name, title, service, rule, NOW - timedelta(days=days))


def why(*others: Earlier, **facts: Any) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {one.earlier.id: (one.score, one.why) for one in best(incident(**facts), others)}


def test_each_reason_is_weighed_and_told() -> None:
    assert why(
        earlier("both", service="payments", rule="Unwell"),
        earlier("alert", service="search", rule="Unwell"),
        earlier("service", service="payments", rule="Other"),
        earlier("words", "connections of the POOL gone", "search", "Other"),
        earlier("nothing", "disk full", "search", "Other"),
        earlier("INC-1", service="payments", rule="Unwell"),
    ) == {
        "both": (6, ("same alert", "same service")),
        "alert": (4, ("same alert on another service",)),
        "service": (2, ("same service",)),
        "words": (2, ("2 words in common",)),
    }


def test_nothing_is_alike_by_what_nobody_said() -> None:
    assert why(earlier("a"), service="", alert_name="", title="") == {}


def test_numbers_filling_words_and_the_service_name_are_no_words() -> None:
    assert words_of("CRITICAL: payments is 99 % above the p99 on api-gw.", "payments") == {"p99", "api-gw"}


def test_the_best_come_first_and_of_equals_the_latest() -> None:
    found = best(
        incident(),
        [
            earlier("old", service="search", rule="Unwell", days=9),
            earlier("new", service="search", rule="Unwell", days=2),
            earlier("top", service="payments", rule="Unwell", days=20),
        ],
    )
    assert [one.earlier.id for one in found] == ["top", "new", "old"]


def test_labels_count_and_little_likeness_is_not_shown() -> None:
    asked = incident()
    matches = best(
        asked, [earlier("a", service="search", rule="Unwell"), earlier("b", service="payments", rule="Other")]
    )
    bare = replace(asked, members=())
    whole = {"a": replace(asked, id="a", service="search"), "b": replace(bare, id="b")}
    (one,) = similar(asked, matches, whole)
    assert (one.past.id, one.score, one.why) == (
        "a", 6, ("same alert on another service", "2 labels in common"),
    )  # fmt: skip
    both = similar(asked, matches, {**whole, "b": replace(asked, id="b")})
    assert [(one.past.id, one.score) for one in both] == [("a", 6), ("b", LEAST)]


def test_one_that_comes_every_day_leaves_room_for_others() -> None:
    asked = incident()
    daily = [earlier(f"d{n}", service="payments", rule="Unwell", days=n) for n in range(1, 10)]
    matches = best(asked, [*daily, earlier("other", service="search", rule="Unwell")])
    whole = {one.earlier.id: replace(asked, id=one.earlier.id, members=()) for one in matches}
    assert [one.past.id for one in similar(asked, matches, whole)] == ["d1", "d2", "other"]


ROWS = st.lists(
    st.builds(
        earlier,
        st.integers(1, 99).map(str),
        st.text("pool conectis", max_size=30),
        st.sampled_from(["payments", "search", ""]),
        st.sampled_from(["Unwell", "Other", ""]),
        st.floats(0, 90),
    ),
    max_size=60,
    unique_by=lambda one: one.id,
)


@given(ROWS)
def test_the_answer_is_short_ordered_and_always_explained(rows: list[Earlier]) -> None:
    asked = incident()
    matches = best(asked, rows)
    assert len(matches) <= READ
    assert all(one.why and one.score > 0 for one in matches)
    assert set(matches) == set(best(asked, reversed(rows))) or len(matches) == READ
    shown = similar(asked, matches, {one.id: replace(asked, id=one.id) for one in rows})
    assert len(shown) <= SHOWN
    assert all(one.why and one.score >= LEAST for one in shown)
    assert all(before.score >= after.score for before, after in pairwise(shown))
