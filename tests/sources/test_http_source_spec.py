"""The worked example of the source ``http`` against Keep's own specification."""

from __future__ import annotations

import pytest

from console.domain.priority import Priority
from console.sources.http import Options, Source
from tests.servers.vendors import Vendors, vendor_mocks, vendors
from tests.sources.conftest import HeldClock
from tests.sources.examples import example

__all__ = ["vendor_mocks", "vendors"]


async def test_keep_is_asked_as_it_wants_to_be(
    vendors: Vendors, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = vendors("keep")
    monkeypatch.setenv("KEEP_API_KEY", "made-up")
    table = {**example("http", "keep"), "url": f"{witness.url}/alerts"}
    source = Source("under-test", Options.model_validate(table), clock)
    poll = await source.fetch()
    await source.prove()
    await source.close()
    assert witness.violations == []
    assert [request.query for request in witness.requests] == [{"limit": ["1000"]}] * 2
    assert [(alert.service, alert.priority) for alert in poll.alerts] == [("backend", Priority.P1)]
    assert poll.complete
