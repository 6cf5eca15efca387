"""Every request to Datadog is within the specifications that Datadog publishes (v1 and v2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from console.clock import Clock
from console.domain.vocabulary import EffectKind, EffectState
from console.sources.datadog import Options, Source
from tests.fakes.datadog import DOWNTIME, SEARCH, group
from tests.fakes.http import FakeServer, Reply, Request, serving
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import NOW
from tests.sources.incidents import asked_again, done, effect, incident

ACK, UNACK = EffectKind.ACK, EffectKind.UNACK


class Both(FakeServer):
    """One address before the two mocks: Datadog's specification comes in two files."""

    def __init__(self, first: Witness, second: Witness) -> None:
        super().__init__()
        self.first = first
        self.second = second

    def answer(self, request: Request) -> Reply:
        witness = self.second if request.path.startswith("/api/v2/") else self.first
        return witness.answer(request)


@pytest.fixture
def both(vendors: Vendors) -> Iterator[Both]:
    with serving(Both(vendors("datadog1"), vendors("datadog2"))) as server:
        yield server


async def test_its_requests_are_what_datadog_specifies(both: Both, clock: Clock) -> None:
    keys = {"api_key": "made-up", "app_key": "made-up"}
    options = Options.model_validate({"url": both.url, "actions": ["ack", "snooze"], **keys})
    source = Source("prod", options, clock)
    await source.prove()
    await source.fetch()
    held = group(7, "Disk", 'host:db1,path:"/a b"', muted=True)
    both.first.instead["GET", SEARCH] = {"groups": [held], "metadata": {"total_count": 1}}
    (alert,) = (await source.fetch()).alerts

    ack, again = effect(ACK, "op-1"), effect(ACK, "op-2")
    first = await source.act(ack, incident(alert), NOW)
    assert (first.state, bool(first.handle)) == (EffectState.DONE, True)
    whole = incident(alert, effects=[done(ack, first.handle, first.until), asked_again(again, "op-1")])
    listed = {"id": first.handle, "attributes": {"status": "active", "message": "…(op-1)"}}
    both.second.instead["GET", DOWNTIME] = {"data": [listed], "meta": {"page": {"total_filtered_count": 1}}}
    await source.act(again, whole, NOW + timedelta(minutes=13))
    await source.act(effect(UNACK, "op-3", handle=first.handle), whole, NOW)
    both.second.instead["GET", DOWNTIME] = {"data": []}
    await source.act(effect(UNACK, "op-3", handle=first.handle), whole, NOW)
    await source.close()

    asked = {(one.request.method, one.request.path) for one in both.first.exchanges + both.second.exchanges}
    assert asked == {
        ("GET", "/api/v1/validate"),
        ("GET", SEARCH),
        ("GET", "/api/v1/monitor"),
        ("GET", DOWNTIME),
        ("POST", DOWNTIME),
        ("GET", f"{DOWNTIME}/{first.handle}"),
        ("DELETE", f"{DOWNTIME}/{first.handle}"),
    }
    assert not both.first.violations + both.second.violations
