from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.incident import Epoch, Pause
from console.domain.records import replace
from console.domain.vocabulary import PauseReason

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOMENTS = st.integers(0, 10_000).map(lambda seconds: NOON + timedelta(seconds=seconds))
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "first_human_ack": MOMENTS,
        "first_human": st.sampled_from(["asha", "budi"]),
        "resolved_at": MOMENTS,
    },
)


@given(CHANGES)
def test_it_is_what_dataclasses_would_make(changes: dict[str, object]) -> None:
    before = Epoch(NOON, first_human="rina")
    after = replace(before, **changes)  # type: ignore[arg-type]  # the names are those of the fields
    assert after == dataclasses.replace(before, **changes)  # type: ignore[arg-type]  # as above
    assert hash(after) == hash(dataclasses.replace(before, **changes))  # type: ignore[arg-type]  # as above
    assert before == Epoch(NOON, first_human="rina")


def test_it_stays_frozen_and_knows_its_fields() -> None:
    copy = replace(Pause(PauseReason.SCHEDULED, NOON), text="lunch")
    with pytest.raises(dataclasses.FrozenInstanceError):
        copy.text = "dinner"  # type: ignore[misc]  # that is the point
    with pytest.raises(KeyError):
        replace(copy, reasn=1)  # type: ignore[call-arg]  # that, too
