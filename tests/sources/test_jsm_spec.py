"""Every request to Jira Service Management's operations, judged by the vendor's own spec."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.sources.jsm import Options, Source
from console.sources.jsm.api import JsmApi
from tests.fakes.operations import ASHA, CLOUD, record
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident
from tests.sources.operations import LATER, PEOPLE

API = f"/jsm/ops/api/{CLOUD}/v1"
DISK = record("DiskFull", 12)
PLACE = f"{API}/alerts/{DISK['id']}"
REQUEST = "r-1"

Opened = Callable[..., Source]


@pytest.fixture
def witness(vendors: Vendors) -> Witness:
    """Return the mock, with answers that a source can go on with: the spec's own are one example each."""
    made = vendors("jsmops")
    accepted = {"result": "Request will be processed", "requestId": REQUEST, "took": 0.1}
    for action in ("acknowledge", "unacknowledge", "close", "snooze", "assign", "escalate"):
        made.instead["POST", f"{PLACE}/{action}"] = accepted
    made.instead["GET", f"{API}/alerts"] = {"values": [DISK], "count": 1, "links": {}}
    made.instead["GET", f"{API}/alerts/requests/{REQUEST}"] = {"isSuccess": True, "status": "done"}
    made.instead["GET", PLACE] = {**DISK, "snoozed": True}
    return made


@pytest.fixture
async def source(witness: Witness, clock: HeldClock) -> AsyncIterator[Opened]:
    made: list[Source] = []

    def opened(**more: Any) -> Source:
        table = {"url": witness.url, "cloud_id": CLOUD, "username": "asha@ops.example", "token": "made-up"}
        made.append(Source("prod", Options.model_validate({**table, "escalation": "esc-1", **more}), clock))
        return made[-1]

    yield opened
    for one in made:
        await one.close()


async def test_listing_and_looking_up(witness: Witness, source: Opened) -> None:
    one = source(query="teams: payments")
    assert len((await one.fetch()).alerts) == 1
    witness.instead["GET", f"{API}/alerts"] = {"values": [], "links": {}}
    witness.instead["GET", PLACE] = {**DISK, "status": "closed"}
    assert len((await one.fetch()).ended) == 1
    assert [exchange.request.path for exchange in witness.exchanges] == [
        f"{API}/alerts",
        f"{API}/alerts",
        PLACE,
        f"{PLACE}/logs",
    ]


async def test_a_full_page_and_the_count(witness: Witness, source: Opened) -> None:
    page = {"values": [DISK], "count": 20_500, "links": {"next": "/v1/alerts?offset=19900&size=100"}}
    last = {"values": [DISK], "count": 20_500, "links": {"next": "/v1/alerts?offset=19999&size=1"}}
    witness.instead["GET", f"{API}/alerts"] = lambda asked: page if asked.one("offset") == "0" else last
    poll = await source().fetch()
    assert poll.problems == (
        "20,498 more alerts are open than the 2 handed out: narrow the search with query",
    )
    assert witness.requests[1].one("size") == "99"


async def test_the_vendors_own_example_can_be_read(vendors: Vendors, source: Opened) -> None:
    witness = vendors("jsmops")
    del witness.instead["GET", PLACE]
    one = source()
    alert = (await one.fetch()).alerts[0]
    witness.instead["GET", f"{API}/alerts"] = {"values": [], "links": {}}
    found = await one._api.one(alert.ref.fingerprint)
    assert found is not None
    assert found.text("tinyId") == "1234"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (EffectKind.ACK, {}),
        (EffectKind.UNACK, {}),
        (EffectKind.SNOOZE, {"until": LATER}),
        (EffectKind.WAKE, {}),
        (EffectKind.RESOLVE, {}),
        (EffectKind.NOTE, {"text": "rebooted db-1"}),
        (EffectKind.NOTE, {"text": "rebooted db-1", "attempts": 1}),
        (EffectKind.ASSIGN, {"text": "Asha"}),
        (EffectKind.ESCALATE, {"text": "0"}),
    ],
)
async def test_actions(witness: Witness, source: Opened, kind: EffectKind, more: dict[str, Any]) -> None:
    one = source(accounts={"Asha": ASHA})
    shown = incident(*(await one.fetch()).alerts)
    settled = await one.act(effect(kind, **more), shown, NOW, PEOPLE)
    assert settled.state is EffectState.DONE
    assert all(exchange.status < 300 for exchange in witness.exchanges)


async def test_who_is_on_call_and_the_credentials(
    witness: Witness, source: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = source(schedules=["s-1"], accounts={"Asha": ASHA})
    witness.instead["GET", f"{API}/schedules/s-1/on-calls"] = {
        "onCallParticipants": [{"id": ASHA, "type": "user"}]
    }
    assert [found.who.name for found in await one.on_call(NOW)] == ["Asha"]
    monkeypatch.setattr(one, "_identity", asha)  # that asks Jira, which has a spec of its own
    assert (await one.prove()).missing == ()


async def asha() -> str:
    return "asha@ops.example"


async def test_who_we_are_is_asked_as_jira_specifies(
    vendors: Vendors, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JsmApi, "JIRA", "/rest/api/3")  # the spec has the site's own address
    jira = vendors("jira")
    table = {"url": jira.url, "cloud_id": CLOUD, "username": "asha@ops.example", "token": "made-up"}
    one = Source("prod", Options.model_validate(table), clock)
    assert await one._identity()
    await one.close()
