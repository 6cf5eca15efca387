"""Many at once, and the same again: the very same alerts, and no growth from poll to poll."""

from __future__ import annotations

import gc
import tracemalloc
from importlib import import_module
from itertools import pairwise

import pytest

from tests.sources.contract.wire import given
from tests.sources.rigs import Rig, extra

MANY = 800
"""Several pages of each; ``python -m benchmarks sources`` reads ten thousand."""
SMALLER = 10
"""A cap is reached with a tenth of the records where both sides know it by a number of their own."""

FEW = 250
GROWTH = 32_000  # bytes from one poll of so many to the next: less than one small object for each of them


async def test_many_are_read_or_what_is_missing_is_said(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = extra(rig).bounds
    for bound in bounds:
        module, _, name = bound.rpartition(".")
        monkeypatch.setattr(bound, getattr(import_module(module), name) // SMALLER)
    count = min(MANY, extra(rig).most) if rig.cap is None else rig.cap // (SMALLER if bounds else 1) + 7
    rig.fires(*given(count))
    poll = await rig.source.fetch()
    if rig.cap is None:
        assert (poll.complete, poll.problems) == (True, ())
        assert len(poll.alerts) == count
    else:
        assert not poll.complete
        assert len(poll.problems) == 1
        assert poll.problems[0].isprintable()
        assert any(letter.isdigit() for letter in poll.problems[0])
        assert 0 < len(poll.alerts) <= count


async def test_what_stays_takes_no_more_memory_with_every_poll(rig: Rig) -> None:
    rig.fires(*given(min(FEW, extra(rig).most)))
    first = poll = await rig.source.fetch()
    gc.collect()
    gc.freeze()  # what is there by now need not be looked through each time, now or later
    tracemalloc.start()
    try:
        kept = []
        for _ in range(3):
            poll = await rig.source.fetch()
            if rig.server is not None:
                rig.server.requests.clear()
            gc.collect()
            kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert poll.alerts == first.alerts
    assert poll.alerts
    if extra(rig).remembers:
        assert all(one is other for one, other in zip(first.alerts, poll.alerts, strict=True))
    # Whatever else goes on in the process may take some once; what is kept of a poll is kept of each.
    assert min(after - before for before, after in pairwise(kept)) < GROWTH
