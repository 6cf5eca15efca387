"""The store's time on a machine with another clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clockskew import Sample, is_worth_a_warning, reckon, skew
from tests.domain.world import at

NOON = at("12:00")


def test_the_shortest_round_trip_is_believed() -> None:
    slow = Sample(10.0, 10.5, NOON + timedelta(seconds=10.1))
    quick = Sample(20.0, 20.01, NOON + timedelta(seconds=20.005))
    found = reckon([slow, quick])
    assert found.server == quick.server
    assert found.error == pytest.approx(0.005)
    assert found.now(30.005) == NOON + timedelta(seconds=30.005)


@given(
    offset=st.floats(-1e6, 1e6),
    trips=st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 1)), min_size=1, max_size=8),
)
def test_the_error_is_never_more_than_claimed(offset: float, trips: list[tuple[float, float]]) -> None:
    samples = []
    for number, (trip, share) in enumerate(trips):
        true = 100.0 * number
        samples.append(
            Sample(true + offset, true + offset + trip, NOON + timedelta(seconds=true + trip * share))
        )
    found = reckon(samples)
    told = (found.now(5000.0 + offset) - NOON).total_seconds()
    assert abs(told - 5000.0) <= found.error + 1e-6


def test_a_skew_is_said_once_it_is_more_than_small_and_sure() -> None:
    found = reckon([Sample(0.0, 0.2, NOON)])
    ahead = skew(found, 0.1, NOON + timedelta(minutes=7))
    assert ahead == timedelta(minutes=7)
    assert is_worth_a_warning(ahead, found.error)
    assert is_worth_a_warning(-ahead, found.error)
    assert not is_worth_a_warning(timedelta(seconds=2.1), found.error)
    assert is_worth_a_warning(timedelta(seconds=2.2), found.error)


def test_readings_that_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="ran backwards"):
        reckon([Sample(1.0, 0.5, NOON)])
    with pytest.raises(ValueError, match="empty"):
        reckon([])
