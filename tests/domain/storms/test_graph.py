"""Which services stand on which, and which of them explains what fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.book import Book
from console.domain.policy import Grouping, Service
from console.domain.storms.causes import causes
from console.domain.storms.graph import ServiceGraph, graph_of
from tests.domain.storms.test_storms import watched
from tests.domain.storms.weather import outage
from tests.domain.world import at, policy
from tests.paths import needs_shared

NAMES = st.sampled_from([f"s{n}" for n in range(8)])
GRAPHS = st.dictionaries(NAMES, st.frozensets(NAMES, max_size=3), max_size=8)


def graph(on: Mapping[str, Iterable[str]]) -> ServiceGraph:
    return ServiceGraph({name: Service(name, "payments", tuple(below)) for name, below in on.items()})


def test_distances_count_steps() -> None:
    made = graph({"web": ("api",), "api": ("db", "cache"), "jobs": ("db",)})
    assert made.dependencies("web") == {"api": 1, "db": 2, "cache": 2}
    assert made.dependents("db") == {"api": 1, "jobs": 1, "web": 2}
    assert made.dependents("web") == {}
    assert made.dependencies("nobody") == {}


@given(GRAPHS)
def test_both_directions_agree_and_circles_end(on: dict[str, frozenset[str]]) -> None:
    made = graph(on)
    for name in (f"s{n}" for n in range(8)):
        assert name not in made.dependencies(name)
        for other, steps in made.dependencies(name).items():
            assert made.dependents(other)[name] == steps


def test_a_graph_is_made_once_as_long_as_the_services_are_the_same() -> None:
    one = policy(services={"web": Service("web", "payments", ("db",))})
    assert graph_of(one) is graph_of(policy(services=one.services))
    assert graph_of(one) is not graph_of(policy(services=dict(one.services)))


@given(GRAPHS, st.dictionaries(NAMES, st.integers(0, 600)))
def test_each_failing_service_is_explained_once_and_by_what_it_stands_on(
    on: dict[str, frozenset[str]], began: dict[str, int]
) -> None:
    made = graph(on)
    failing = {name: at("10:00") + timedelta(seconds=after) for name, after in began.items()}
    found = causes(failing, made, Grouping())
    explained = [name for cause in found for name in cause.explains]
    assert len(explained) == len(set(explained))
    for cause in found:
        assert cause.explains <= set(failing) & set(made.dependents(cause.service))
        assert cause.silent == (cause.service not in failing)
        assert len(cause.explains) >= 3
        assert cause.why


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ({"db": 0, "a": 40, "b": 50, "c": 60}, "all 3 services that depend on it fail, its first alert came 40s before theirs"),
        ({"db": 90, "a": 0, "b": 50, "c": 60}, "all 3 services that depend on it fail; its own first alert came 1m 30s after the first of theirs"),
        ({"db": 0, "a": 0, "b": 0, "c": 0}, "all 3 services that depend on it fail, and it alerts itself"),
        ({"a": 0, "b": 0, "c": 0}, "all 3 services that depend on it fail; nothing alerts there itself"),
    ],
)  # fmt: skip
def test_the_reasons_are_said_with_their_numbers(seconds: dict[str, int], words: str) -> None:
    made = graph({"a": ("db",), "b": ("db",), "c": ("db",)})
    failing = {name: at("10:00") + timedelta(seconds=after) for name, after in seconds.items()}
    (cause,) = causes(failing, made, Grouping())
    assert (cause.service, cause.why) == ("db", words)


@needs_shared
async def test_a_book_that_was_kept_knows_what_one_made_anew_knows() -> None:
    watch = await watched(outage(4, 200))
    anew = Book(watch.board.incidents.values())
    kept, now, window = watch.board.book, watch.clock.now(), timedelta(minutes=10)
    ours, theirs = kept.troubles.failing(now, window), anew.troubles.failing(now, window)
    assert {name: one.since for name, one in ours.items()} == {
        name: one.since for name, one in theirs.items()
    }
    assert kept.alerts("prod") == anew.alerts("prod")
