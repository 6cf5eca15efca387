from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.notify.notification import Topic
from console.errors import DeliveryError
from console.ports.channels import Answer
from tests.engine.kits import Office
from tests.engine.notifying import firing, telling_office
from tests.fakes.channels import LivelyChannel
from tests.fakes.virtualtime import VirtualClock, run_virtual


def page_handle(chat: LivelyChannel) -> str:
    """Return the handle of the page of INC-1."""
    place = next(n for n, one in enumerate(chat.sent, 1) if one.topic is Topic.PAGED)
    return f"h-{place}"


def acks(office: Office) -> list[tuple[str, str, datetime | None]]:
    return [
        (event.actor.name, event.body.via, event.body.made_at)
        for event in office.store.log("INC-1")
        if isinstance(event.body, ev.Acked)
    ]


@pytest.mark.parametrize(
    ("who", "email", "name", "actor"),
    [
        ("budi", "", "", "budi"),
        ("U42", "budi@team.example", "", "budi"),
        ("U42", "", "Budi", "budi"),
        ("U42", "", "Joe Public", "Joe Public"),
    ],
)
def test_a_reaction_acks_once_with_its_person_and_time(who: str, email: str, name: str, actor: str) -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat, other = LivelyChannel(), LivelyChannel()
        office = telling_office(clock)
        source = firing("A")
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(5)
            reacted = clock.now()
            chat.given = [Answer(page_handle(chat), "ack", who, reacted, email, name)]
            await asyncio.sleep(22)
            assert acks(office) == [(actor, "fake reaction", reacted)]
            assert office.incident().owner == actor
            other.given = chat.given
            office.do("INC-1", cmd.Unack("not me"))
            await asyncio.sleep(60)
        async with office.running(office.engine(source, name="two", channels=(other,))):
            await asyncio.sleep(60)
            assert len(acks(office)) == 1

    run_virtual(scenario)


def test_a_reaction_to_a_message_from_before_the_reopening_acks_nothing() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = LivelyChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(2)
            old = page_handle(chat)
            office.do("INC-1", cmd.Ack(take=True))
            office.do("INC-1", cmd.Resolve(despite_firing=True))
            await asyncio.sleep(30)
            office.do("INC-1", cmd.Reopen("it is back"))
            chat.given = [Answer(old, "ack", "budi", clock.now())]
            await asyncio.sleep(45)
            assert [who for who, *_ in acks(office)] == ["asha"]
            assert chat.asked
            assert not any(old in asked for asked in chat.asked[1:])

    run_virtual(scenario)


def test_a_channel_that_says_wait_is_not_asked_before() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = LivelyChannel(refuses=DeliveryError("slow down", retry_after=300))
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(200)
            assert len(chat.asked) == 1

    run_virtual(scenario)


def test_the_first_message_in_the_room_shows_how_it_stands_now() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = LivelyChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(2)
            first = next(n for n, one in enumerate(chat.sent, 1) if one.topic is Topic.OPENED)
            office.do("INC-1", cmd.Ack(take=True))
            await asyncio.sleep(0.1)
            office.do("INC-1", cmd.Unack("no"))
            await asyncio.sleep(0.1)
            office.do("INC-1", cmd.Ack(take=True))
            await asyncio.sleep(4)
            (update,) = chat.updates
            assert (update.thread, update.text) == (f"h-{first}", "acknowledged, Asha has it")
            assert ("Owner", "Asha") in update.card
            office.do("INC-1", cmd.Resolve(despite_firing=True))
            await asyncio.sleep(4)
            assert [one.state for one in chat.updates] == ["acknowledged", "resolved"]
            assert update.at < clock.now() + timedelta(seconds=1)

    run_virtual(scenario)
