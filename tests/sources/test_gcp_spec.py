"""Every request to Google Cloud Monitoring is within Google's own description of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from console.clock import Clock
from console.domain.vocabulary import EffectKind, EffectState
from console.sources.gcp import Options, Source
from tests.fakes.google import FakeGoogle, alert, key_file
from tests.fakes.http import serving
from tests.servers.vendors import Vendors
from tests.sources.conftest import NOW
from tests.sources.incidents import done, effect, incident

BASE = "/v3/projects/p"
NAME = "projects/p/snoozes/1"


@pytest.fixture
def tokens() -> Iterator[FakeGoogle]:
    with serving(FakeGoogle()) as server:
        yield server


async def test_its_requests_are_what_google_specifies(
    vendors: Vendors, tokens: FakeGoogle, tmp_path: Path, clock: Clock
) -> None:
    witness = vendors("gcp")
    key = str(key_file(tmp_path, f"{tokens.url}/token"))
    options = Options.model_validate(
        {"url": witness.url, "projects": ["p"], "credentials": key, "actions": ["snooze"]}
    )
    source = Source("prod", options, clock)
    await source.prove()
    # The mock's own answers name no policy and no next page: what it is asked is checked all the same.
    witness.instead["GET", f"{BASE}/alerts"] = lambda asked: {
        "alerts": [alert(1, "p")],
        "nextPageToken": "" if asked.one("pageToken") else "more",
    }
    witness.instead["GET", f"{BASE}/alerts/0.1"] = alert(1, "p")
    witness.instead["GET", f"{BASE}/alertPolicies"] = {"alertPolicies": []}
    witness.instead["GET", f"{BASE}/snoozes"] = {"snoozes": []}
    witness.instead["POST", f"{BASE}/snoozes"] = {"name": NAME}
    (one,) = (await source.fetch()).alerts

    snooze = effect(EffectKind.SNOOZE, "op-1", until=NOW + timedelta(hours=1))
    settled = await source.act(snooze, incident(one), NOW)
    assert (settled.state, settled.handle) == (EffectState.DONE, NAME)
    sent = next(exchange.request.body for exchange in witness.exchanges if exchange.request.method == "POST")
    witness.instead["GET", f"{BASE}/snoozes"] = {"snoozes": [{**sent, "name": NAME}]}
    whole = incident(one, effects=[done(snooze, NAME)])
    longer = effect(EffectKind.SNOOZE, "op-2", until=NOW + timedelta(hours=2), handle=NAME)
    assert (await source.act(longer, whole, NOW)).handle == NAME
    woken = await source.act(effect(EffectKind.WAKE, "op-3", handle=NAME), whole, NOW)
    assert woken.text == "snooze ended"
    await source.close()

    assert {(one.request.method, one.request.path) for one in witness.exchanges} == {
        ("GET", f"{BASE}/alerts"),
        ("GET", f"{BASE}/alerts/0.1"),
        ("GET", f"{BASE}/alertPolicies"),
        ("GET", f"{BASE}/snoozes"),
        ("POST", f"{BASE}/snoozes"),
        ("PATCH", f"/v3/{NAME}"),
    }
