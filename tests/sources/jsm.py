"""A site of Jira Service Management with one alert, and sources that ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from console.sources.base.operations import deeds
from console.sources.jsm import Options, Source
from tests.fakes.http import serving
from tests.fakes.operations import CLOUD, FakeJsm, record
from tests.sources.conftest import HeldClock

TOKEN = "t0p-s3cret"
API = f"/jsm/ops/api/{CLOUD}/v1"
DISK = "DiskFull-1767603000000"

Opened = Callable[..., Source]
"""Returns a source with these options; it is closed at the end of the test."""


@pytest.fixture
def jsm(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJsm]:
    monkeypatch.setattr(deeds, "WAITS", (0.0, 0.0, 0.0))
    with serving(FakeJsm()) as fake:
        fake.add(record("DiskFull", 12))
        yield fake


@pytest.fixture
async def source(jsm: FakeJsm, clock: HeldClock) -> AsyncIterator[Opened]:
    made: list[Source] = []

    def opened(**more: Any) -> Source:
        made.append(Source("prod", options(jsm, **more), clock))
        return made[-1]

    yield opened
    for one in made:
        await one.close()


def options(fake: FakeJsm, **more: Any) -> Options:
    table = {"url": fake.url, "cloud_id": CLOUD, "username": "asha@ops.example", "token": TOKEN}
    return Options.model_validate({**table, **more})
