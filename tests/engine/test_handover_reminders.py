"""Reminders of a hand-off by engines that come and go: each once, late rather than never."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from console.desk.arranger import Arranger
from console.desk.livepolicy import LivePolicy
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.notify.notification import Topic
from console.domain.roster import Override, Roster
from console.domain.team.commands import OfferHandover, ReturnHandover, TeamCommand
from console.domain.team.shifts import shift_at
from console.engine.engine import Engine
from console.ports.desk import Saved
from tests.engine.kits import ASHA, BUDI, Office, rotation
from tests.engine.notifying import firing, telling_office
from tests.fakes.channels import FakeChannel
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

MINUTE = 60.0
END = START + timedelta(minutes=70)
PLACE = ("payments", "primary")


def office_of(clock: VirtualClock) -> Office:
    """Asha has the role until END, then Budi."""
    held = (
        Override(*PLACE, "asha", START - timedelta(hours=9), END),
        Override(*PLACE, "budi", END, END + timedelta(hours=9)),
    )
    return telling_office(clock, roster=Roster((rotation("primary", "dewi"),), overrides=held))


def arrange(office: Office, command: TeamCommand, actor: Actor) -> None:
    live = LivePolicy(office.store, lambda: office.policy)
    assert isinstance(Arranger(office.store, live).arrange(command, actor, ""), Saved)


def offer(office: Office, to: str = "budi") -> str:
    live = LivePolicy(office.store, lambda: office.policy)
    live.refresh()
    one = shift_at(live().roster, live.team, *PLACE, office.store.now())
    assert one is not None
    assert one.start
    assert one.end
    arrange(
        office,
        OfferHandover(one.id, *PLACE, one.start, one.end, to, (("INC-1", "asha"),), "packed"),
        ASHA,
    )
    return one.id


def told(channel: FakeChannel) -> list[tuple[str, str]]:
    """Return what was told of the hand-off: what, and to whom."""
    return [
        (one.key.split("/")[0] + "/" + one.key.split("/")[-3], one.address)
        for one in channel.sent
        if one.topic is Topic.HANDOVER and one.address.startswith("@")
    ]


def test_each_reminder_comes_once_whoever_is_the_engine_and_however_the_handover_stands() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()  # of both engines
        office = office_of(clock)
        source = firing("A")

        async def at(minute: float) -> None:
            """Sleep until so long before (-) or after the end of the shift."""
            await asyncio.sleep((END - START).total_seconds() + minute * MINUTE - clock.ticks())

        def both() -> Iterator[Engine]:
            return (office.engine(name=name, channels=(chat,)) for name in ("one", "two"))

        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(2)
            office.do("INC-1", cmd.Ack(take=True), ASHA)
        await at(-62)
        async with office.running(*both()):
            await at(-61.8)
        assert told(chat) == []
        await at(-50)  # nobody was there when the hour began
        async with office.running(*both()):
            await at(-49.8)
        assert Counter(told(chat)) == {("handoff/60", "@asha"): 1, ("handoff/60", "@budi"): 1}
        await at(-40)
        name = offer(office)
        clock.set_ahead = -timedelta(minutes=10)  # as if it were -50 again
        async with office.running(*both()):
            await at(-39.5)
        clock.set_ahead = timedelta(0)
        await at(-20)
        arrange(office, ReturnHandover(name, "no next step"), BUDI)
        await at(-14.9)
        async with office.running(*both()):
            await at(-14.7)
            offer(office)
            await at(-14.4)
        await at(14.5)
        async with office.running(*both()):
            await at(14.7)
            assert not [key for key, _ in told(chat) if key.endswith("overdue")]
            await at(15.8)
            clock.set_ahead = -timedelta(minutes=10)
            await at(17)
            clock.set_ahead = timedelta(0)
            await at(17.3)
        handoffs = Counter(one for one in told(chat) if not one[0].startswith("team"))
        assert set(handoffs.values()) == {1}, handoffs
        assert {key for key in handoffs if key[0].startswith("handoff")} == {
            (f"handoff/{mark}", who) for mark in ("60", "15") for who in ("@asha", "@budi")
        }
        late = [
            one for one in chat.sent if one.title.endswith("NOT accepted") and one.address.startswith("@")
        ]
        assert sorted(one.address for one in late) == ["@asha", "@budi"]
        offers = [one for one in chat.sent if one.title == "Handover of primary of payments"]
        assert len([one for one in offers if one.address == "@budi"]) == 2, "one for each offer"

    run_virtual(scenario)


def test_whose_offer_goes_to_somebody_else_is_told_once_whoever_is_the_engine() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = office_of(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(2)
            offer(office)
            await asyncio.sleep(20)
            offer(office, "dewi")
            await asyncio.sleep(20)
        async with office.running(office.engine(name="two", channels=(chat,))):
            await asyncio.sleep(20)
        gone = [one for one in chat.sent if "goes to somebody else" in one.title]
        assert [one.address for one in gone if one.address.startswith("@")] == ["@budi"]

    run_virtual(scenario)


def test_an_engine_that_was_down_at_the_time_is_loud_when_it_comes_back_and_only_once() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = office_of(clock)
        source = firing("A")
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(2)
            office.do("INC-1", cmd.Ack(take=True), ASHA)
            await asyncio.sleep(MINUTE)
        await asyncio.sleep(3 * 60 * MINUTE)
        for name in ("two", "three"):
            async with office.running(office.engine(source, name=name, channels=(chat,))):
                await asyncio.sleep(2 * MINUTE)
        late = [one.address for one in chat.sent if one.title.endswith("NOT accepted")]
        assert sorted(late) == sorted(set(late))
        assert {"@asha", "@budi"} <= set(late)
        assert not [key for key, _ in told(chat) if key.startswith("handoff")], "the moment to remind is past"

    run_virtual(scenario)
