"""Every request is what the product's own published specification allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.domain.alert import AlertRef
from console.domain.vocabulary import ComponentState
from console.errors import SourceError
from console.outlets import registry
from console.ports.outlets import Outlet
from tests.channels.messages import HOSTILE
from tests.fakes.http import Reply, Request
from tests.fakes.intercom import conversation, ticket
from tests.outlets.rigs import FIRST, OVER
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import HeldClock


def made(kind: str, clock: HeldClock, **table: Any) -> Outlet:
    options = registry.options_of(kind).model_validate({"token": "made-up", **table})
    return registry.build(kind, "under-test", options, clock)


class Refusing:
    """A witness whose mock answers writes with a status of the specification."""

    def __init__(self, witness: Witness, code: int) -> None:
        self._usual = witness.answer
        self._witness = witness
        self._code = code

    def __call__(self, request: Request) -> Reply:
        self._witness.prefer = f"code={self._code}" if request.method != "GET" else ""
        return self._usual(request)


@pytest.mark.parametrize("text", [FIRST.text, HOSTILE.replace("\ud800", "")], ids=["plain", "hostile"])
async def test_statuspage(vendors: Vendors, clock: HeldClock, text: str) -> None:
    witness = vendors("statuspage")
    witness.instead["GET", "/v1/pages/p1/incidents"] = []
    witness.instead["POST", "/v1/pages/p1/incidents"] = {"id": "i1"}
    witness.instead["GET", "/v1/pages/p1/incidents/i1"] = {"id": "i1", "metadata": {}}
    components = {"payments": "c1"}
    outlet = made("statuspage", clock, url=f"{witness.url}/v1", page="p1", components=components)
    first = await outlet.publish(replace(FIRST, text=text))
    assert first.handle == "i1"
    await outlet.publish(replace(OVER, handle=first.handle))
    witness.instead["GET", "/v1/pages/p1/components"] = [{"id": "c1"}]
    assert "page" in await outlet.prove()
    await outlet.close()
    assert [(one.method, one.path) for one in witness.requests if one.method != "GET"] == [
        ("POST", "/v1/pages/p1/incidents"),
        ("PATCH", "/v1/pages/p1/incidents/i1"),
    ]


async def test_statuspage_with_two_components_sets_both_and_resets_both(
    vendors: Vendors, clock: HeldClock
) -> None:
    witness = vendors("statuspage")
    witness.instead["GET", "/v1/pages/p1/incidents"] = []
    witness.instead["POST", "/v1/pages/p1/incidents"] = {"id": "i1"}
    witness.instead["GET", "/v1/pages/p1/incidents/i1"] = {"id": "i1", "metadata": {}}
    outlet = made(
        "statuspage", clock, url=f"{witness.url}/v1", page="p1", components={"payments": "c1", "cart": "c2"}
    )
    both = tuple((one, ComponentState.MAJOR) for one in ("payments", "cart"))
    well = tuple((one, ComponentState.OPERATIONAL) for one in ("payments", "cart"))
    first = await outlet.publish(replace(FIRST, components=both))
    await outlet.publish(replace(OVER, handle=first.handle, components=well))
    await outlet.close()
    told = [one.body["incident"]["components"] for one in witness.requests if one.method != "GET"]
    assert told == [{"c1": "major_outage", "c2": "major_outage"}, {"c1": "operational", "c2": "operational"}]


@pytest.mark.parametrize(("code", "parked"), [(401, True), (404, False), (422, False)])
async def test_what_statuspage_refuses_is_final(
    vendors: Vendors, clock: HeldClock, code: int, *, parked: bool
) -> None:
    witness = vendors("statuspage")
    witness.instead["GET", "/v1/pages/p1/incidents"] = []
    witness.instead["GET", "/v1/pages/p1/components"] = [{"id": "c1"}]
    outlet = made("statuspage", clock, url=f"{witness.url}/v1", page="p1", components={"payments": "c1"})
    refusing = Refusing(witness, code)
    witness.answer = refusing  # type: ignore[method-assign]
    with pytest.raises(SourceError) as caught:
        await outlet.publish(FIRST)
    await outlet.close()
    assert (caught.value.permanent, caught.value.parked) == (True, parked)
    assert sum(one.method == "POST" for one in witness.requests) == 1, "what is refused is not asked again"


async def test_too_many_requests_wait_as_long_as_statuspage_says(vendors: Vendors, clock: HeldClock) -> None:
    witness = vendors("statuspage")
    outlet = made("statuspage", clock, url=f"{witness.url}/v1", page="p1")
    witness.replies.append(Reply(429, b'{"error": "Too many requests"}', {"Retry-After": "31"}))
    with pytest.raises(SourceError) as caught:
        await outlet.publish(FIRST)
    await outlet.close()
    assert (caught.value.permanent, caught.value.retry_after) == (False, 31)


async def test_slack(vendors: Vendors, clock: HeldClock) -> None:
    witness = vendors("slack")
    sent = {"ok": True, "channel": "C0CLIENTS", "ts": "1767603600.000100"}
    witness.instead["POST", "/api/chat.postMessage"] = sent
    witness.instead["GET", "/api/conversations.history"] = {"ok": True, "messages": [], "has_more": False}
    outlet = made("slack", clock, url=f"{witness.url}/api", channel="C0CLIENTS")
    assert (await outlet.publish(replace(FIRST, text=HOSTILE.replace("\ud800", "")))).handle == sent["ts"]
    await outlet.prove()
    await outlet.close()
    (posted,) = [one for one in witness.requests if one.method == "POST"]
    assert "<!here>" not in posted.body["text"]


async def test_intercom(vendors: Vendors, clock: HeldClock) -> None:
    witness = vendors("intercom")
    witness.instead["GET", "/me"] = {"type": "admin", "id": "900", "name": "On call"}
    for number in (12, 13):
        witness.instead["GET", f"/conversations/{number}"] = conversation(number)
        witness.instead["POST", f"/conversations/{number}/reply"] = conversation(number)
    outlet = made("intercom", clock, url=witness.url, source="inbox")
    witness.instead["GET", "/tickets/512"] = ticket(512)
    witness.instead["POST", "/tickets/512/reply"] = ticket(512)
    told = replace(FIRST, refs=(*FIRST.refs, AlertRef("inbox", "ticket-512")))
    assert "3 conversations" in (await outlet.publish(told)).said
    await outlet.prove()
    await outlet.close()
    written = [one.body for one in witness.requests if one.method == "POST"]
    assert [one["message_type"] for one in written] == ["note"] * 3, "never an answer to a customer"
