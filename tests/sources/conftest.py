"""Servers and clocks for the source tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.sources import registry
from console.sources.alertmanager import Options
from tests.fakes.alertmanager import FakeAlertmanager, fake_alertmanager
from tests.servers.alertmanager import alertmanager, alertmanager_server
from tests.servers.vendors import vendor_mocks, vendors
from tests.sources.rigs import Rig, rig_of

__all__ = ["alertmanager", "alertmanager_server", "vendor_mocks", "vendors"]

NOW = datetime(2026, 1, 5, 9, 2, tzinfo=UTC)


class HeldClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(params=registry.kinds())
async def rig(request: pytest.FixtureRequest, tmp_path: Path, clock: HeldClock) -> AsyncIterator[Rig]:
    """Each kind of source in turn, with the strings to pull behind it."""
    with rig_of(request.param, tmp_path, clock) as made:
        yield made
        await made.source.close()


@pytest.fixture
def fake() -> Iterator[FakeAlertmanager]:
    with fake_alertmanager() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def options_for(*urls: str, **more: Any) -> Options:
    """Return the options of an Alertmanager source at these addresses."""
    return Options.model_validate({"urls": urls, **more})
