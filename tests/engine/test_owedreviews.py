"""Who owes a review hears of it once a day, whichever engine works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from console.domain import commands as cmd
from console.domain.notify.notification import Topic
from console.domain.vocabulary import ReviewState
from console.engine.kit import Result
from console.engine.owedreviews import EVERY, OwedReviews
from console.ports.channels import Message
from console.ports.desk import Saved
from tests.engine.kits import ASHA, BUDI, Office, kit
from tests.engine.notifying import firing, telling_office
from tests.fakes.channels import FakeChannel
from tests.fakes.virtualtime import InlineWorker, VirtualClock, run_virtual


def of_reviews(chat: FakeChannel) -> list[Message]:
    return [one for one in chat.sent if one.topic is Topic.REVIEW]


def resolve(office: Office, clock: VirtualClock) -> None:
    """Take and resolve the incident, and let its review be due at the end of the next day."""
    end = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    for command in (
        cmd.Ack(take=True),
        cmd.Resolve(despite_firing=True),
        cmd.StartReview("budi", due=end),
    ):
        assert isinstance(office.do("INC-1", command, ASHA), Saved)


def test_the_owner_is_told_once_a_day_whichever_engine_works() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(2)
        resolve(office, clock)
        for name in ("two", "three"):
            async with office.running(office.engine(firing("A"), channels=(chat,), name=name)):
                await asyncio.sleep(30)
            (told,) = of_reviews(chat)
            assert (told.address, told.title) == ("@budi", "RCA of INC-1 due tomorrow")
            assert "oncall postmortem INC --edit" in told.text

    run_virtual(scenario)


def test_a_review_that_is_closed_is_not_told_of() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(2)
        resolve(office, clock)
        closed = cmd.MoveReview(ReviewState.CLOSED, despite_gaps=True)
        assert isinstance(office.do("INC-1", closed, BUDI), Saved)
        async with office.running(office.engine(firing("A"), channels=(chat,), name="two")):
            await asyncio.sleep(30)
        assert of_reviews(chat) == []

    run_virtual(scenario)


class Counting(InlineWorker):
    """Counts what the store is asked."""

    asked = 0

    async def run(self, fn: Callable[..., Result], *args: Any, deadline: float = 2.0) -> Result:
        self.asked += 1
        return await super().run(fn, *args, deadline=deadline)


def test_the_store_is_asked_a_week_at_a_time_and_again_only_after_a_while() -> None:
    async def scenario(clock: VirtualClock) -> None:
        worker = Counting()
        asked = kit(clock, worker=worker)
        reviews = OwedReviews(asked)
        assert await reviews.due(asked.policy_of()) == ()
        assert worker.asked == 13
        await asyncio.sleep(EVERY - 1)
        assert await reviews.due(asked.policy_of()) == ()
        assert worker.asked == 13
        await asyncio.sleep(2)
        assert await reviews.due(asked.policy_of()) == ()
        assert worker.asked == 26

    run_virtual(scenario)
