"""A check of parallel work comes: the engine says so once, whoever the engine is by then."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from console.domain import events as ev
from console.domain.commands import Ack, SetTrack
from console.domain.notify.notification import Topic
from console.domain.priority import Priority
from console.domain.vocabulary import TrackState
from tests.engine.kits import BUDI
from tests.engine.notifying import by_id, firing, telling_office
from tests.fakes.channels import FakeChannel
from tests.fakes.virtualtime import VirtualClock, run_virtual

HALF_HOUR = 1800


def test_a_check_is_told_once_to_the_tracks_owner_over_a_change_of_engines() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat, source = FakeChannel(), firing("A", priority=Priority.P3)
        office = telling_office(clock)
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(2)
            office.do("INC-1", Ack())
            check_at = clock.now() + timedelta(seconds=HALF_HOUR)
            office.do(
                "INC-1", SetTrack("vendor", TrackState.WAITING, "ticket 123", "budi", check_at=check_at)
            )
            await asyncio.sleep(HALF_HOUR - 60)
            assert office.bodies("INC-1", ev.TrackDue) == []
        await asyncio.sleep(120)  # nobody was there when it came
        for _ in range(2):
            async with office.running(office.engine(source, channels=(chat,))):
                await asyncio.sleep(60)
        assert office.bodies("INC-1", ev.TrackDue) == [ev.TrackDue("vendor", check_at)]
        told = [one for one in by_id(office).values() if one.topic is Topic.TRACK]
        assert [one.person for one in told] == ["budi"]
        assert [one.address for one in chat.sent if one.topic is Topic.TRACK] == ["@budi"]

    run_virtual(scenario)


def test_a_track_that_is_done_in_time_is_never_told_and_a_new_check_is() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A", priority=Priority.P3), channels=(chat,))):
            await asyncio.sleep(2)
            office.do("INC-1", Ack(), BUDI)
            for name in ("vendor", "support"):
                soon = clock.now() + timedelta(seconds=HALF_HOUR)
                office.do("INC-1", SetTrack(name, check_at=soon), BUDI)
            await asyncio.sleep(HALF_HOUR / 2)
            office.do("INC-1", SetTrack("vendor", TrackState.DONE), BUDI)
            later = clock.now() + timedelta(seconds=HALF_HOUR)
            office.do("INC-1", SetTrack("support", check_at=later), BUDI)
            await asyncio.sleep(HALF_HOUR + 60)
            assert office.bodies("INC-1", ev.TrackDue) == [ev.TrackDue("support", later)]
            assert [one.text for one in chat.sent if one.topic is Topic.TRACK] == [
                f"It is time to check support: its check of {later:%H:%M} is due."
            ]

    run_virtual(scenario)
