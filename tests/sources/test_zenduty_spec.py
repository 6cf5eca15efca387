"""Every request to Zenduty is made as its published specification wants it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.errors import SourceError
from console.ports.store import OutboxEntry
from console.sources.zenduty import Options, Source, parse
from tests.fakes.zenduty import FILTER, record
from tests.servers.vendors import Vendors, Witness, vendor_mocks, vendors
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import PEOPLE, effect, incident

__all__ = ["vendor_mocks", "vendors"]

MEMBERS = [{"user": {"username": "u-budi", "email": "budi@ops.example"}}]


@pytest.fixture
def witness(vendors: Vendors) -> Witness:
    """The mock; its example of a list names page 4 as the next for ever, so ours is given instead."""
    found = vendors("zenduty")
    found.instead["POST", FILTER] = {"results": [record("zA", 3)], "next": None}
    return found


@pytest.fixture
async def source(witness: Witness) -> AsyncIterator[Source]:
    table = {
        "url": witness.url,
        "token": "made-up",
        "team_ids": ["t-pay", "t-web"],
        "service_ids": ["s-1"],
        "escalation_policy": "ep-night",
    }
    made = Source("zen", Options.model_validate(table), HeldClock())
    yield made
    await made.close()


async def test_a_list_that_points_to_itself(source: Source, witness: Witness) -> None:
    del witness.instead["POST", FILTER]
    with pytest.raises(SourceError, match="does not come to an end"):
        await source.fetch()
    assert [request.one("page") for request in witness.requests] == ["1", "4"]


async def test_the_vendors_own_example_is_read(source: Source, witness: Witness) -> None:
    del witness.instead["POST", FILTER]
    listed = await source.client.send("POST", FILTER, {"status": -1})
    poll = parse(listed, "zen", Options.model_validate({"token": "made-up"}))
    assert poll.complete
    assert [alert.upstream and alert.upstream.reference for alert in poll.alerts] == ["#255", "#254", "#253"]
    assert {alert.service for alert in poll.alerts} == {"Main"}


async def test_one_that_left_the_list(source: Source, witness: Witness) -> None:
    await source.fetch()
    witness.instead["POST", FILTER] = {"results": [], "next": None}
    poll = await source.fetch()
    assert poll.complete
    assert witness.requests[-1].path == "/api/incidents/3/"
    assert len(poll.alerts) + len(poll.ended) == 1


@pytest.mark.parametrize(
    "order",
    [
        effect(EffectKind.ACK),
        effect(EffectKind.RESOLVE, text="disk grown"),
        effect(EffectKind.NOTE, text="the disk grows"),
        effect(EffectKind.ASSIGN, text="Budi"),
        effect(EffectKind.ESCALATE, text="1"),
    ],
    ids=lambda order: order.kind.value,
)
async def test_every_action(source: Source, witness: Witness, order: OutboxEntry) -> None:
    witness.instead["GET", "/api/account/members/"] = MEMBERS
    found = (await source.fetch()).alerts
    settled = await source.act(order, incident(*found), NOW, PEOPLE)
    assert settled.state is EffectState.DONE, settled.text
    last = witness.exchanges[-1]
    assert (last.request.method, last.status) in {("PATCH", 200), ("POST", 201)}


async def test_who_is_on_call_and_what_the_key_may_do(source: Source, witness: Witness) -> None:
    found = await source.on_call(NOW)
    assert found[0].who.email
    assert {one.level for one in found} == {1, 2, 3}
    assert (await source.prove()).missing == ()
    everywhere = Source("zen", Options.model_validate({"url": witness.url, "token": "made-up"}), HeldClock())
    assert len(await everywhere.on_call(NOW)) == len(found)  # the example has two teams as well
    await everywhere.close()
    assert {exchange.status for exchange in witness.exchanges} == {200}
