"""Every request of the Slack channel is what Slack's own spec allows."""

from __future__ import annotations

import pytest

from console.channels.slack import Channel, Options
from tests.channels.messages import BUDI, HOSTILE, message
from tests.servers.vendors import Vendors, Witness
from tests.sources.conftest import HeldClock

ROOM, SENT = "C0OPSDESK", "1767603600.000100"


@pytest.fixture
def slack(vendors: Vendors) -> Witness:
    witness = vendors("slack")
    witness.instead["POST", "/api/chat.postMessage"] = {"ok": True, "channel": ROOM, "ts": SENT}
    witness.instead["POST", "/api/chat.update"] = {"ok": True, "channel": ROOM, "ts": SENT}
    return witness


def made(slack: Witness, clock: HeldClock) -> Channel:
    table = {"url": f"{slack.url}/api", "token": "made-up", "room": ROOM}
    return Channel("page", Options.model_validate(table), clock)


async def test_sending_updating_and_replying(slack: Witness, clock: HeldClock) -> None:
    channel = made(slack, clock)
    first = await channel.send(message(address=ROOM, text=HOSTILE))
    assert first.handle == f"{ROOM}:{SENT}"
    await channel.send(message(address=ROOM, key="b", thread=first.handle, person=BUDI))
    await channel.update(message(address=ROOM, thread=first.handle, state="acked"))
    assert [one.path for one in slack.requests] == [
        "/api/chat.postMessage",
        "/api/chat.postMessage",
        "/api/chat.update",
    ]
    await channel.close()


async def test_people_by_id_and_by_address(slack: Witness, clock: HeldClock) -> None:
    channel = made(slack, clock)
    await channel.send(message(address="U0BUDI"))
    await channel.send(message(address="budi@shop.example"))
    assert len(slack.asked("/api/users.lookupByEmail")) == 1
    await channel.close()


@pytest.mark.parametrize("thread", ["", f"{ROOM}:{SENT}"])
async def test_looking_before_sending_again(slack: Witness, clock: HeldClock, thread: str) -> None:
    kept = {"ts": SENT, "metadata": {"event_type": "oncall_message", "event_payload": {"key": message().key}}}
    for method in ("history", "replies"):
        slack.instead["GET", f"/api/conversations.{method}"] = {
            "ok": True,
            "messages": [kept],
            "has_more": False,
        }
    channel = made(slack, clock)
    assert (await channel.send(message(address=ROOM, again=True, thread=thread))).handle == f"{ROOM}:{SENT}"
    assert slack.asked("/api/chat.postMessage", "POST") == []
    await channel.close()


async def test_reading_reactions(slack: Witness, clock: HeldClock) -> None:
    slack.instead["GET", "/api/reactions.get"] = {
        "ok": True,
        "type": "message",
        "message": {"reactions": [{"name": "eyes", "users": ["U0BUDI"], "count": 1}]},
    }
    channel = made(slack, clock)
    (answer,) = await channel.answers([f"{ROOM}:{SENT}"])
    assert (answer.word, answer.who, answer.name) == ("ack", "U0BUDI", "Egon Spengler")  # Slack's own example
    await channel.close()


async def test_proving(slack: Witness, clock: HeldClock) -> None:
    channel = made(slack, clock)
    assert "Slack does not say which scopes it has" in await channel.prove()
    await channel.close()
