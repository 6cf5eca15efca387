"""Clocks and rigs for the outlet tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.web import retry
from tests.outlets.rigs import RIGS, Rig
from tests.servers.vendors import vendor_mocks, vendors
from tests.sources.conftest import HeldClock

__all__ = ["vendor_mocks", "vendors"]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(params=sorted(RIGS))
async def rig(request: pytest.FixtureRequest, tmp_path: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    """Each kind of outlet in turn, with what is behind it."""
    async with RIGS[request.param](tmp_path, clock) as made:
        yield made
        await made.outlet.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once where it would be after half a second, and through no proxy of this machine."""
    monkeypatch.setattr(retry, "_FIRST_PAUSE", 0.01)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
