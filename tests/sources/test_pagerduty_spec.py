"""Every request to PagerDuty is made as its published specification wants it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.store import OutboxEntry
from console.sources.pagerduty import Options, Source, parse
from tests.fakes.http import Request
from tests.fakes.pagerduty import record
from tests.servers.vendors import Vendors, Witness, vendor_mocks, vendors
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import PEOPLE, effect, incident

__all__ = ["vendor_mocks", "vendors"]

USERS = {"users": [{"id": "PBUDI", "email": "budi@ops.example"}]}


@pytest.fixture
def witness(vendors: Vendors) -> Witness:
    """The mock; its example of a list is one page of many and all resolved, so ours is given instead."""
    found = vendors("pagerduty")
    found.instead["GET", "/incidents"] = {"incidents": [record("PT4KHLK")], "more": False}
    return found


@pytest.fixture
async def source(witness: Witness) -> AsyncIterator[Source]:
    table = {
        "url": witness.url,
        "token": "made-up",
        "actions": [kind.value for kind in Options.DOES],
        "team_ids": ["PQ9K7I8"],
        "service_ids": ["PIJ90N7", "PSVC1"],
        "urgencies": ["high", "low"],
    }
    made = Source("pd", Options.model_validate(table), HeldClock())
    yield made
    await made.close()


async def test_a_list_of_several_pages(source: Source, witness: Witness) -> None:
    def page(request: Request) -> dict[str, Any]:
        return {"incidents": [record(f"P{request.one('offset')}")], "more": request.one("offset") == "0"}

    witness.instead["GET", "/incidents"] = page
    poll = await source.fetch()
    assert [alert.ref.fingerprint for alert in poll.alerts] == ["P0", "P100"]
    assert poll.complete


async def test_the_last_page_there_can_be(source: Source, witness: Witness) -> None:
    witness.instead["GET", "/incidents"] = {"incidents": [], "more": True, "total": 10_001}
    poll = await source.fetch()
    assert not poll.complete
    assert witness.requests[-1].one("offset") == "9900"


async def test_one_that_left_the_list(source: Source, witness: Witness) -> None:
    await source.fetch()
    witness.instead["GET", "/incidents"] = {"incidents": [], "more": False}
    poll = await source.fetch()
    assert poll.complete
    assert [request.path for request in witness.requests][-1] == "/incidents/PT4KHLK"
    assert len(poll.alerts) + len(poll.ended) == 1


async def test_the_vendors_own_example_is_read(source: Source, witness: Witness) -> None:
    del witness.instead["GET", "/incidents"]
    listed = await source.client.get_json("/incidents")
    for one in listed["incidents"]:
        one["status"] = "acknowledged"
    poll = parse(listed, "pd", Options.model_validate({"token": "made-up"}))
    assert poll.complete
    assert [(alert.title, alert.service, alert.priority) for alert in poll.alerts] == [
        ("The server is on fire.", "My Mail Service", Priority.P2)
    ]


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (effect(EffectKind.ACK), "triggered"),
        (effect(EffectKind.SNOOZE, until=NOW + timedelta(hours=1)), "triggered"),
        (effect(EffectKind.RESOLVE, text="disk grown"), "acknowledged"),
        (effect(EffectKind.REOPEN), "resolved"),
        (effect(EffectKind.NOTE, text="the disk grows"), "triggered"),
        (effect(EffectKind.ASSIGN, text="Budi"), "triggered"),
        (effect(EffectKind.ESCALATE, text="1"), "triggered"),
    ],
    ids=lambda value: value.kind.value if isinstance(value, OutboxEntry) else value,
)
async def test_every_action(source: Source, witness: Witness, order: OutboxEntry, status: str) -> None:
    witness.instead["GET", "/incidents/PT4KHLK"] = {"incident": record("PT4KHLK", status=status)}
    witness.instead["GET", "/users"] = USERS
    found = (await source.fetch()).alerts
    settled = await source.act(order, incident(*found), NOW, PEOPLE)
    assert settled.state is EffectState.DONE, settled.text
    last = witness.exchanges[-1]
    assert (last.request.method, last.status) in {("PUT", 200), ("POST", 200), ("POST", 201)}


async def test_who_is_on_call_and_whose_key_it_is(source: Source, witness: Witness) -> None:
    answer = await source.client.get_json("/oncalls")
    answer["oncalls"][0] |= {"start": "2026-01-05T08:00:00Z", "end": "2026-01-05T20:00:00Z"}
    witness.instead["GET", "/oncalls"] = answer
    assert [(one.who.name, one.level) for one in await source.on_call(NOW)] == [("Tim Wright", 2)]
    proof = await source.prove()
    assert proof.missing == ()
    assert "@" in proof.identity
    assert {exchange.status for exchange in witness.exchanges} == {200}
