"""Clocks and proxies for the feeds' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from console.feeds import registry
from tests.feeds.rigs import Rig, rig_of
from tests.sources.conftest import HeldClock, _no_proxy

__all__ = ["_no_proxy"]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(params=[*registry.kinds(), "fake"])
async def rig(request: pytest.FixtureRequest, clock: HeldClock) -> AsyncIterator[Rig]:
    """Each kind of feed in turn, with the strings to pull behind it."""
    with rig_of(request.param, clock) as made:
        yield made
        await made.feed.close()


@pytest.fixture(params=registry.kinds())
async def served(request: pytest.FixtureRequest, clock: HeldClock) -> AsyncIterator[Rig]:
    """Each kind of feed that speaks to a server."""
    with rig_of(request.param, clock) as made:
        yield made
        await made.feed.close()
