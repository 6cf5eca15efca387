"""Every request to Opsgenie, judged by the vendor's own spec."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.sources.opsgenie import Options, Source
from tests.fakes.operations import record
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident
from tests.sources.operations import LATER, PEOPLE

DISK = record("DiskFull", 12)
PLACE = f"/v2/alerts/{DISK['id']}"
REQUEST = "r-1"
META = {"took": 0.1, "requestId": REQUEST}

Opened = Callable[..., Source]


@pytest.fixture
def witness(vendors: Vendors) -> Witness:
    """Return the mock, with answers that a source can go on with: the spec's own say "string" only."""
    made = vendors("opsgenie")
    for action in ("acknowledge", "unacknowledge", "close", "snooze", "assign", "escalate", "notes"):
        made.instead["POST", f"{PLACE}/{action}"] = {"result": "Request will be processed", **META}
    made.instead["GET", "/v2/alerts"] = {"data": [DISK], "paging": {}, **META}
    made.instead["GET", f"/v2/alerts/requests/{REQUEST}"] = {
        "data": {"isSuccess": True, "status": "ok"},
        **META,
    }
    made.instead["GET", PLACE] = {"data": {**DISK, "snoozed": True, "description": "It fills up."}, **META}
    return made


@pytest.fixture
async def source(witness: Witness, clock: HeldClock) -> AsyncIterator[Opened]:
    made: list[Source] = []

    def opened(**more: Any) -> Source:
        table = {"url": witness.url, "token": "made-up", "escalation": "Payments", **more}
        made.append(Source("prod", Options.model_validate(table), clock))
        return made[-1]

    yield opened
    for one in made:
        await one.close()


async def test_listing_details_and_looking_up(witness: Witness, source: Opened) -> None:
    one = source(query="teams: payments")
    assert (await one.fetch()).alerts[0].description == "It fills up."
    witness.instead["GET", "/v2/alerts"] = {"data": [], "paging": {}, **META}
    witness.instead["GET", PLACE] = {"data": {**DISK, "status": "closed"}, **META}
    assert len((await one.fetch()).ended) == 1
    assert [exchange.request.path for exchange in witness.exchanges] == [
        "/v2/alerts",
        PLACE,
        "/v2/alerts",
        PLACE,
    ]


async def test_what_is_beyond_the_window_is_counted(witness: Witness, source: Opened) -> None:
    page = {"data": [DISK], "paging": {"next": "https://api.example/v2/alerts?offset=19999"}, **META}
    witness.instead["GET", "/v2/alerts"] = page
    witness.instead["GET", "/v2/alerts/count"] = {"data": {"count": 20_500}, **META}
    poll = await source(details=False).fetch()
    assert poll.problems == (
        "20,499 more alerts are open than the 1 handed out: narrow the search with query",
    )
    assert not poll.complete


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
        (EffectKind.ASSIGN, {"text": "Budi"}),
        (EffectKind.ESCALATE, {"text": "0"}),
    ],
)
async def test_actions(witness: Witness, source: Opened, kind: EffectKind, more: dict[str, Any]) -> None:
    one = source()
    shown = incident(*(await one.fetch()).alerts)
    settled = await one.act(effect(kind, **more), shown, NOW, PEOPLE)
    assert settled.state is EffectState.DONE
    assert all(exchange.status < 300 for exchange in witness.exchanges)


async def test_who_is_on_call_and_the_key(witness: Witness, source: Opened) -> None:
    ids = "9f3c1d2e-4b5a-4978-8081-02030405060a"
    one = source(schedules=["Payments", ids], escalation=ids)
    for schedule in ("Payments", ids):
        witness.instead["GET", f"/v2/schedules/{schedule}/on-calls"] = {
            "data": {"_parent": {"name": "Payments"}, "onCallRecipients": ["asha@ops.example"]},
            **META,
        }
    assert [found.who.email for found in await one.on_call(NOW)] == ["asha@ops.example"] * 2
    assert (await one.prove()).missing == ()
    shown = incident(*(await one.fetch()).alerts)
    assert (await one.act(effect(EffectKind.ESCALATE), shown, NOW, PEOPLE)).state is EffectState.DONE
