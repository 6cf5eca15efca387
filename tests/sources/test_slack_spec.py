"""Every request of the Slack source is what Slack's own spec allows."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.alert import Ending
from console.domain.vocabulary import EffectKind, EffectState
from console.sources.slack import Options, Source
from tests.fakes.slack import CHANNEL, message
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

HISTORY = "/api/conversations.history"


@pytest.fixture
def slack(vendors: Vendors) -> Witness:
    witness = vendors("slack")
    witness.instead["GET", HISTORY] = {"ok": True, "messages": [message(1)]}
    return witness


def made(slack: Witness, clock: HeldClock, **more: Any) -> Source:
    table = {"url": f"{slack.url}/api", "token": "made-up", "channels": [CHANNEL], "prefix": "!incident"}
    return Source("prod", Options.model_validate({**table, **more}), clock)


async def test_reading(slack: Witness, clock: HeldClock) -> None:
    source = made(slack, clock)
    pages = [
        {"ok": True, "messages": [message(1)], "response_metadata": {"next_cursor": "x"}},
        {"ok": True, "messages": [message(2)]},
        {"ok": True, "messages": [message(2)]},
        {"ok": True, "messages": []},
    ]
    slack.instead["GET", HISTORY] = lambda _request: pages.pop(0)
    poll = await source.fetch()
    assert len(poll.alerts) == 2
    assert poll.alerts[0].upstream is not None
    assert poll.alerts[0].upstream.reported_by == "Egon Spengler"  # the name in Slack's own example
    assert [one.how for one in (await source.fetch()).ended] == [Ending.GONE]
    assert len(slack.asked(HISTORY)) == 4
    await source.close()


async def test_proving(slack: Witness, clock: HeldClock) -> None:
    source = made(slack, clock)
    proof = await source.prove()
    assert proof.missing == ()
    assert proof.unproven  # the mock does not say which scopes a token has
    await source.close()


@pytest.mark.parametrize("kind", [EffectKind.ACK, EffectKind.RESOLVE, EffectKind.NOTE])
async def test_every_action(slack: Witness, clock: HeldClock, kind: EffectKind) -> None:
    source = made(slack, clock)
    assert set(source.can) == {EffectKind.ACK, EffectKind.RESOLVE, EffectKind.NOTE}
    (alert,) = (await source.fetch()).alerts
    settled = await source.act(effect(kind, text="we look into it", attempts=1), incident(alert), NOW)
    assert settled.state is EffectState.DONE
    assert any(one.method == "POST" for one in slack.requests)
    await source.close()
