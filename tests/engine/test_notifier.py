from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.notify.notification import Delivery, Notification, Topic
from console.domain.policy import DEFAULT_TARGETS
from console.domain.priority import Priority
from console.domain.team.facts import CoverMade, Fact
from console.engine import notifier
from console.errors import SourceError, StoreError
from console.ports.store import Lease
from tests.engine.kits import BUDI, STEADY
from tests.engine.notifying import by_id, firing, telling_office
from tests.fakes.channels import FakeChannel
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual


def test_an_alert_pages_the_primary_and_tells_the_room_within_a_second() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(1.5)
            assert sorted((one.topic, one.address) for one in chat.sent) == [
                (Topic.OPENED, "#oncall"),
                (Topic.PAGED, "@asha"),
            ]
            page = next(one for one in chat.sent if one.topic is Topic.PAGED)
            assert page.title == "P1 INC-1 A on a"
            assert page.text.startswith("You are paged (level 0")
            assert page.urgent
            assert not page.again
            assert ("Owner", "nobody") in page.card
            stands = {one.state for one in by_id(office).values()}
            assert stands == {Delivery.SENT}

    run_virtual(scenario)


def test_the_first_engine_ever_tells_no_history_and_says_so() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = telling_office(clock)
        told = office.policy
        office.policy = replace(told, channels=())
        source = firing("A")
        async with office.running(office.engine(source)):
            await asyncio.sleep(2)
        assert by_id(office) == {}
        assert office.store.notified_until() is None
        office.policy = told
        chat = FakeChannel()
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(2)
            assert chat.sent == []
            assert [one.text for one in office.journal() if one.kind == "notify_begun"] == [
                "notifications begin; what happened before is not told"
            ]
            source.fires(alert("A"), alert("B", priority=Priority.P1))
            await asyncio.sleep(20)
            assert {one.incident for one in chat.sent} == {"INC-2"}

    run_virtual(scenario)


def test_each_deadline_is_told_once_and_a_breach_swallows_its_warning() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(239)
            assert Topic.WARNING not in {one.topic for one in chat.sent}
            await asyncio.sleep(3)
            assert "INC-1/e1/ack/warning/asha/chat" in chat.told()
            await asyncio.sleep(60)
            assert {key for key in chat.told() if "breach" in key} == {
                "INC-1/e1/ack/breach/asha/chat",
                "INC-1/e1/ack/breach/budi/chat",
                "INC-1/e1/ack/breach/room/chat",
            }
            await asyncio.sleep(300)
            assert len(chat.told()) == len(set(chat.told()))

    run_virtual(scenario)


def test_a_priority_that_makes_it_late_at_once_tells_once() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        quick = replace(DEFAULT_TARGETS[Priority.P1], resolve=timedelta(minutes=10))
        office = telling_office(clock, targets={**DEFAULT_TARGETS, Priority.P1: quick})
        async with office.running(office.engine(firing("A", priority=Priority.P3), channels=(chat,))):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack(take=True))
            await asyncio.sleep(660)
            assert not [key for key in chat.told() if "/fix/" in key]
            office.do("INC-1", cmd.SetPriority(Priority.P1))
            await asyncio.sleep(2)
            assert [key for key in chat.told() if "/fix/" in key and "room" not in key] == [
                "INC-1/e1/fix/breach/asha/chat"
            ]
            office.do("INC-1", cmd.SetPriority(Priority.P3))
            await asyncio.sleep(2)
            office.do("INC-1", cmd.SetPriority(Priority.P1))
            await asyncio.sleep(60)
            assert len([key for key in chat.told() if "/fix/" in key and "room" not in key]) == 1

    run_virtual(scenario)


def test_an_engine_that_takes_over_tells_nothing_twice() -> None:
    async def scenario(clock: VirtualClock) -> None:
        first, second = FakeChannel(), FakeChannel()
        office = telling_office(clock)
        source = firing("A", "B")
        async with office.running(office.engine(source, channels=(first,))):
            await asyncio.sleep(400)
        async with office.running(office.engine(source, name="two", channels=(second,))):
            await asyncio.sleep(600)
        keys = first.told() + second.told()
        assert len(keys) == len(set(keys))
        assert second.told()

    run_virtual(scenario)


def test_a_blind_source_is_told_to_the_primary_and_the_room_and_its_return_too() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        source = FakeSource(answers=[SourceError("connection refused")])
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(60)
            assert sorted((one.address, one.title) for one in chat.sent) == [
                ("#oncall", "prod is blind since the start"),
                ("@asha", "prod is blind since the start"),
            ]
            source.fires()
            await asyncio.sleep(320)
            assert [one.title for one in chat.sent][2:] == ["prod sees again"] * 2

    run_virtual(scenario)


def test_who_is_covered_and_who_covers_hear_of_it_but_not_who_did_it() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        cover = CoverMade(
            "c-1", "payments", "primary", "budi", START + timedelta(hours=2), START + timedelta(hours=4)
        )
        async with office.running(office.engine(FakeSource(), channels=(chat,))):
            await asyncio.sleep(1)
            office.store.add_facts((Fact(0, clock.now(), Actor("asha"), cover),), 0)
            await asyncio.sleep(10)
            told = [one for one in chat.sent if one.address.startswith("@")]
            assert [(one.address, one.topic) for one in told] == [("@budi", Topic.ROSTER)]
            assert "Budi covers primary of payments" in told[0].text

    run_virtual(scenario)


def test_a_page_that_nobody_could_be_told_of_yet_is_dropped_once_somebody_acks() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(hang=True)
        office = telling_office(clock)
        hasty = replace(STEADY, send_deadline=10.0)
        async with office.running(office.engine(firing("A"), channels=(chat,), settings=hasty)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack(take=True), BUDI)
            await asyncio.sleep(12)
            chat.hang = False
            await asyncio.sleep(120)
            page = next(one for one in by_id(office).values() if one.topic is Topic.PAGED)
            assert (page.state, page.said) == (Delivery.DROPPED, "acked before its time")
            assert Topic.PAGED not in {one.topic for one in chat.sent}

    run_virtual(scenario)


def test_what_could_not_be_saved_is_told_once_the_store_is_back() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        source = FakeSource(answers=[SourceError("connection refused")])
        real = office.store.notify
        lost: list[object] = []

        def notify(
            notifications: Sequence[Notification],
            until: int | None,
            lease: Lease,
            changed: Sequence[Notification] = (),
        ) -> tuple[str, ...]:
            if notifications and not lost:
                lost.append(notifications)
                raise StoreError("database is locked")
            return real(notifications, until, lease, changed)

        office.store.notify = notify  # type: ignore[method-assign]
        async with office.running(office.engine(source, channels=(chat,), store=office.store)):
            await asyncio.sleep(60)
            assert lost
            assert "prod is blind since the start" in {one.title for one in chat.sent}

    run_virtual(scenario)


@pytest.mark.parametrize("spot", ["tell", "coming", "went_blind"])
def test_a_bug_in_one_kind_of_news_keeps_no_page_back(spot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbling(*_args: object) -> None:
        raise ZeroDivisionError

    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        source = firing("A")
        monkeypatch.setattr(notifier, spot, stumbling)
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(30)
            source.answers.append(SourceError("connection refused"))
            await asyncio.sleep(300)
            assert {one.address for one in chat.sent if one.topic is Topic.PAGED} == {"@asha", "@budi"}

    run_virtual(scenario)


def test_a_page_that_cannot_be_put_into_words_is_told_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbling(*_args: object) -> None:
        raise ZeroDivisionError

    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock)
        monkeypatch.setattr(notifier, "plan", stumbling)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(5)
            assert [(one.key, one.title) for one in chat.sent] == [
                ("INC-1/3/paged/asha/chat", "P1 INC-1 A on a")
            ]

    run_virtual(scenario)
