"""Every request is what the product's own published specification allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.outlets import registry
from console.ports.outlets import Outlet
from tests.channels.messages import HOSTILE
from tests.fakes.intercom import conversation
from tests.outlets.rigs import FIRST, OVER
from tests.servers.vendors import Vendors
from tests.sources.conftest import HeldClock


def made(kind: str, clock: HeldClock, **table: Any) -> Outlet:
    options = registry.options_of(kind).model_validate({"token": "made-up", **table})
    return registry.build(kind, "under-test", options, clock)


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
    assert "2 conversations" in (await outlet.publish(FIRST)).said
    await outlet.prove()
    await outlet.close()
    written = [one.body for one in witness.requests if one.method == "POST"]
    assert [one["message_type"] for one in written] == ["note", "note"], "never an answer to a customer"
