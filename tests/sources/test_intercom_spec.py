"""Every request of the Intercom source is what Intercom's own spec allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.sources.intercom import Options, Source
from tests.fakes.intercom import ADMINS, ASHA, conversation, ticket
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import NOW, HeldClock
from tests.sources.incidents import effect, incident

PEOPLE = {"Asha": Person("Asha", "Asha", (("email", "asha@ops.example"),))}


@pytest.fixture
def intercom(vendors: Vendors) -> Witness:
    witness = vendors("intercom")
    witness.instead["GET", "/admins"] = {"admins": ADMINS}
    witness.instead["POST", "/conversations/search"] = {"conversations": [conversation(11)]}
    witness.instead["POST", "/tickets/search"] = {"tickets": [ticket(611)]}
    return witness


def made(intercom: Witness, clock: HeldClock, **more: Any) -> Source:
    return Source("prod", Options.model_validate({"url": intercom.url, "token": "made-up", **more}), clock)


async def test_reading_intercoms_own_examples(vendors: Vendors, clock: HeldClock) -> None:
    source = made(vendors("intercom"), clock)
    poll = await source.fetch()
    assert [one.ref.fingerprint for one in poll.alerts] == ["ticket-633"]  # its conversation is closed
    await source.close()


async def test_reading_pages_with_filters(intercom: Witness, clock: HeldClock) -> None:
    source = made(intercom, clock, teams=[7, 8], tags=[3, 4])
    pages = [
        {"conversations": [conversation(11)], "pages": {"next": {"starting_after": "x"}}},
        {"conversations": [conversation(12)]},
    ]
    intercom.instead["POST", "/conversations/search"] = lambda _request: pages.pop(0)
    assert len((await source.fetch()).alerts) == 3
    intercom.instead["POST", "/conversations/search"] = {"conversations": []}
    intercom.instead["POST", "/tickets/search"] = {"tickets": []}
    closed: dict[str, Any] = {"open": False, "state": "closed"}
    intercom.instead["GET", "/conversations/11"] = conversation(11, **closed)
    intercom.instead["GET", "/conversations/12"] = conversation(12, **closed)
    intercom.instead["GET", "/tickets/611"] = ticket(611, open=False)
    assert len((await source.fetch()).ended) == 3
    await source.close()


async def test_proving(intercom: Witness, clock: HeldClock) -> None:
    source = made(intercom, clock)
    assert (await source.prove()).missing == ()
    await source.close()


@pytest.mark.parametrize("what", ["conversation", "ticket"])
async def test_every_action(intercom: Witness, clock: HeldClock, what: str) -> None:
    source = made(intercom, clock, resolved_state="8")
    alerts = (await source.fetch()).alerts
    alert = next(one for one in alerts if one.ref.fingerprint.startswith(what))
    make, number = (conversation, 11) if what == "conversation" else (ticket, 611)
    later = int((NOW + timedelta(hours=1)).timestamp())
    states: dict[EffectKind, dict[str, Any]] = {
        EffectKind.ACK: {},
        EffectKind.UNACK: {"admin_assignee_id": ASHA},
        EffectKind.SNOOZE: {},
        EffectKind.WAKE: {"state": "snoozed", "snoozed_until": later},
        EffectKind.NOTE: {},
        EffectKind.ASSIGN: {},
        EffectKind.RESOLVE: {},
        EffectKind.REOPEN: {"open": False, "state": "closed"},
    }
    for kind, state in states.items():
        intercom.instead["GET", f"/{what}s/{number}"] = make(number, **state)
        before = len(intercom.requests)
        entry = effect(kind, text="Asha", handle=f"{what}-{number}={ASHA}", until=NOW + timedelta(hours=2))
        settled = await source.act(entry, incident(alert), NOW, PEOPLE)
        assert settled.state is EffectState.DONE, f"{kind}: {settled.text}"
        assert any(one.method != "GET" for one in intercom.requests[before:]), kind
    await source.close()
