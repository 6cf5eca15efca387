"""Requests to an Alertmanager, and to Grafana's, against their published APIs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.domain.vocabulary import EffectKind, EffectState
from console.sources.alertmanager import Options, Source
from console.sources.alertmanager.source import Source as AnySource
from console.sources.grafana import Options as GrafanaOptions
from console.sources.grafana import Source as GrafanaSource
from tests.fakes.alertmanager import record
from tests.fakes.grafana import EVERYTHING, RIGHTS
from tests.fakes.http import Reply, Request
from tests.servers.vendors import Vendors, Witness, vendor_mocks, vendors
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

__all__ = ["vendor_mocks", "vendors"]

TABLE = {
    "ack": "silence",
    "snooze": "silence",
    "filter": ['severity="critical"', 'team=~"pay.*"'],
    "receiver": "pay.*",
}
PREFIX = {"alertmanager": "", "grafana": "/api/alertmanager/grafana"}


def source_at(kind: str, witness: Witness, clock: HeldClock) -> AnySource:
    table: dict[str, Any] = {"url": witness.url, **TABLE}
    if kind == "grafana":
        return GrafanaSource("graf", GrafanaOptions.model_validate({**table, "token": "made-up"}), clock)
    return Source("prod", Options.model_validate(table), clock)


def silence(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "status": {"state": "active"},
        "updatedAt": "2026-01-05T09:00:00.000Z",
        "matchers": [{"name": "alertname", "value": "DiskFull", "isRegex": False, "isEqual": True}],
        "startsAt": "2026-01-05T09:00:00.000Z",
        "endsAt": "2026-01-05T10:00:00.000Z",
        "createdBy": "Budi",
        "comment": "maintenance",
        **more,
    }


@pytest.mark.parametrize("kind", ["alertmanager", "grafana"])
async def test_polls_and_silences_are_what_is_specified(
    kind: str, vendors: Vendors, clock: HeldClock
) -> None:
    witness = vendors(kind)
    api = f"{PREFIX[kind]}/api/v2"
    listed = record(status={"inhibitedBy": [], "silencedBy": ["5e1d"], "state": "suppressed"})
    witness.instead["GET", f"{api}/alerts"] = [listed]
    witness.instead["GET", f"{api}/silences"] = [silence("5e1d")]
    source = source_at(kind, witness, clock)
    alerts = (await source.fetch()).alerts
    assert [alert.muted_by for alert in alerts] == ["Budi: maintenance"]
    made = "6a0c2a39-7b1e-4c2f-9a50-0d6a2f5f3b11"
    witness.instead["POST", f"{api}/silences"] = {"silenceID": made}
    acked = await source.act(effect(EffectKind.ACK, text="looking"), incident(*alerts), NOW)
    until = NOW + timedelta(hours=1)
    snoozed = await source.act(effect(EffectKind.SNOOZE, "op-2", until=until), incident(*alerts), NOW)
    assert acked.state is snoozed.state is EffectState.DONE
    assert acked.handle == made
    witness.instead["GET", f"{api}/silences"] = [
        silence(made, comment="ACK! INC-42 by Asha via oncall (op-1)")
    ]
    ended = await source.act(effect(EffectKind.UNACK, "op-3", handle=made), incident(*alerts), NOW)
    assert ended.text == "silence ended"
    await source.close()


@pytest.mark.parametrize("kind", ["alertmanager", "grafana"])
async def test_trying_the_credentials_is_what_is_specified(
    kind: str, vendors: Vendors, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = vendors(kind)
    witness.instead["GET", f"{PREFIX[kind]}/api/v2/alerts"] = []
    witness.instead["GET", f"{PREFIX[kind]}/api/v2/silences"] = []
    usual = witness.answer

    def answer(request: Request) -> Reply:
        """What a token may do is told by another API of Grafana's, which the specification leaves out."""
        return Reply.json(EVERYTHING) if request.path == RIGHTS else usual(request)

    monkeypatch.setattr(witness, "answer", answer)
    source = source_at(kind, witness, clock)
    proof = await source.prove()
    assert proof.missing == ()
    await source.close()
