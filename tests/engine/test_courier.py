from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest

from console.domain import commands as cmd
from console.domain.notify.channels import Channel
from console.domain.notify.notification import Delivery, Notification, Topic
from console.domain.notify.rules import Limits, Quiet, Rule
from console.domain.priority import Priority
from console.domain.walltime import Hours
from console.engine.messages import Messages
from console.errors import DeliveryError, StoreError
from console.ports.channels import Message, Sent
from console.ports.desk import Saved
from console.ports.store import Lease
from tests.engine.kits import BUDI, STEADY
from tests.engine.notifying import CHAT, by_id, firing, telling_office
from tests.fakes.channels import FakeChannel
from tests.fakes.sources import alert
from tests.fakes.virtualtime import VirtualClock, run_virtual

AWAY = DeliveryError("connection refused", hint="is it running?")
PAGE = "INC-1/3/paged/asha/chat"
MAIL = Channel("mail", "fake", contact="email")
HASTY = replace(STEADY, send_deadline=10.0)
PAGES_ONLY = (Rule(frozenset({Topic.PAGED}), ("chat",)),)


def page_of(office: object) -> object:
    return next(one for one in by_id(office).values() if one.topic is Topic.PAGED)  # type: ignore[arg-type]


def test_a_failure_is_tried_again_later_and_later_under_the_same_key() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(fails=[AWAY, AWAY, AWAY], now=clock.now)
        office = telling_office(clock, rules=PAGES_ONLY)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(60)
            gaps = [(b - a).total_seconds() for a, b in zip(chat.times, chat.times[1:], strict=False)]
            assert [wait <= gap <= wait + 1.5 for wait, gap in zip((5, 10, 20), gaps, strict=True)] == [
                True
            ] * 3
            assert len({message.key for message in chat.tried}) == 1
            assert [message.again for message in chat.tried] == [False, True, True, True]
            (page,) = by_id(office).values()
            assert (page.state, page.attempts, page.said) == (Delivery.SENT, 4, "taken")

    run_virtual(scenario)


def test_how_long_the_product_says_to_wait_is_waited() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(fails=[DeliveryError("slow down", retry_after=40)], now=clock.now)
        office = telling_office(clock, rules=PAGES_ONLY)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(60)
            assert 40 <= (chat.times[1] - chat.times[0]).total_seconds() <= 42

    run_virtual(scenario)


@pytest.mark.parametrize(
    ("error", "tries", "said"),
    [
        (
            DeliveryError("no such channel", hint="invite the bot", permanent=True),
            1,
            "no such channel: invite",
        ),
        (AWAY, 8, "connection refused: is it running? (given up after 8 tries)"),
        (ZeroDivisionError("a bug"), 8, "ZeroDivisionError in the channel itself: a bug of ours"),
    ],
)
def test_what_cannot_be_delivered_ends_on_the_dead_letter_list(
    error: Exception, tries: int, said: str
) -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(fails=[error] * 50)
        office = telling_office(clock, rules=PAGES_ONLY, chains=())
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Assign("budi"))
            await asyncio.sleep(1200)
            (page,) = by_id(office).values()
            assert page.state is Delivery.FAILED
            assert page.attempts == tries
            assert page.said.startswith(said)
            await asyncio.sleep(10)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert (health.dead, health.waiting, health.stuck) == (1, 0, (("budi", 1),))
            assert health.error

            chat.fails.clear()
            assert office.store.retry((page.id,), clock.now()) == 1
            await asyncio.sleep(61)
            assert by_id(office)[page.id].state is Delivery.SENT
            await asyncio.sleep(10)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert (health.dead, health.stuck, health.error) == (0, (), "")

    run_virtual(scenario)


def test_a_channel_that_hangs_delays_only_itself() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat, mail = FakeChannel(hang=True), FakeChannel("mail")
        office = telling_office(clock, CHAT, MAIL)
        async with office.running(office.engine(firing("A"), channels=(chat, mail), settings=HASTY)):
            await asyncio.sleep(1.5)
            assert [one.address for one in mail.sent] == ["asha@team.example"]
            await asyncio.sleep(12)
            assert "no answer within 10 s" in page_of(office).said  # type: ignore[attr-defined]

    run_virtual(scenario)


def test_a_crash_between_sending_and_its_outcome_sends_again_and_says_so() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = telling_office(clock, rules=PAGES_ONLY)
        source = firing("A")
        gone = asyncio.Event()

        class Dying(FakeChannel):
            async def send(self, message: Message) -> Sent:
                sent = await super().send(message)
                gone.set()
                await asyncio.Event().wait()
                return sent

        first, second = Dying(), FakeChannel()
        engine = office.engine(source, channels=(first,))
        stop = asyncio.Event()
        running = asyncio.create_task(engine.run(stop))
        await gone.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        async with office.running(office.engine(source, name="two", channels=(second,))):
            await asyncio.sleep(30)
        (before,), (after,) = first.sent, second.sent
        assert before.key == after.key
        assert (before.again, after.again) == (False, True)

    run_virtual(scenario)


def test_messages_about_one_incident_keep_their_order_in_the_room() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(fails=[AWAY])
        rooms = (Rule(frozenset({Topic.OPENED, Topic.ACKED, Topic.RESOLVED}), ("chat",)),)
        office = telling_office(clock, rules=rooms)
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(0.5)
            office.do("INC-1", cmd.Ack(take=True))
            await asyncio.sleep(1)
            assert isinstance(office.do("INC-1", cmd.Resolve(despite_firing=True)), Saved)
            await asyncio.sleep(60)
            assert chat.topics() == ["opened", "acked", "resolved"]
            assert [message.thread for message in chat.sent] == ["", "h-1", "h-1"]

    run_virtual(scenario)


def test_a_storm_is_told_in_digests_that_name_every_p1_page_and_lose_nothing() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock, rules=PAGES_ONLY)
        source = firing(*(f"A{n}" for n in range(34)), priority=Priority.P3)
        worst = [alert(f"B{n}", priority=Priority.P1) for n in range(9)]
        source.fires(*source.answers[0].alerts, *worst)  # type: ignore[union-attr]
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(3)
            singles = [one for one in chat.sent if one.topic is Topic.PAGED]
            assert len(singles) == Limits().storm
            assert {one.priority for one in singles} == {1}
            (whole,) = [one for one in chat.sent if one.topic is Topic.DIGEST]
            assert whole.title.startswith("38 incidents in ")
            assert ", 4 P1: P1 INC-" in whole.title
            stands = by_id(office)
            digested = [one for one in stands.values() if one.digest]
            assert {one.digest for one in digested} == {whole.key}
            assert {one.state for one in digested} == {Delivery.DROPPED}
            assert all(f"{one.incident}" in whole.text for one in digested)
            named = [line for line in whole.text.splitlines() if line.startswith("P1 INC-")]
            assert len(named) == 4
            pages = [one for one in stands.values() if one.topic is Topic.PAGED]
            assert len(pages) == 43
            assert len(singles) + len(digested) == 43

    run_virtual(scenario)


def test_quiet_hours_hold_back_all_but_what_gets_through_and_end_in_one_digest() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(now=clock.now)
        quiet = Quiet(Hours(time(9), time(10, 20)), but=frozenset({Priority.P1}))
        rules = (replace(PAGES_ONLY[0], quiet=quiet),)
        office = telling_office(clock, rules=rules)
        source = firing("A", "B", "C", priority=Priority.P3)
        source.fires(*source.answers[0].alerts, alert("D", priority=Priority.P1))  # type: ignore[union-attr]
        async with office.running(office.engine(source, channels=(chat,))):
            await asyncio.sleep(290)
            assert [one.title for one in chat.sent] == ["P1 INC-4 D on a"]
            await asyncio.sleep(960)
            late = [one for one in chat.sent[1:] if one.priority == 3]
            assert {one.topic for one in late} == {Topic.DIGEST}
            to_asha = [one for one in late if one.address == "@asha"]
            assert len(to_asha) == 1
            assert to_asha[0].title.startswith("3 incidents in 20m")

    run_virtual(scenario)


def test_a_delayed_rule_is_told_only_where_nobody_acks_in_time() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        late = Rule(frozenset({Topic.OPENED}), ("chat",), after=timedelta(minutes=3))
        office = telling_office(clock, rules=(late,))
        async with office.running(office.engine(firing("A", "B"), channels=(chat,))):
            await asyncio.sleep(60)
            office.do("INC-1", cmd.Ack(take=True), BUDI)
            await asyncio.sleep(300)
            assert [one.incident for one in chat.sent] == ["INC-2"]
            said = {one.incident: one.said for one in by_id(office).values()}
            assert said["INC-1"] == "acked before its time"

    run_virtual(scenario)


def test_what_is_for_a_channel_that_is_gone_is_a_dead_letter() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = telling_office(clock, rules=PAGES_ONLY)
        async with office.running(office.engine(firing("A"))):
            await asyncio.sleep(5)
            page = page_of(office)
            assert page.state is Delivery.FAILED  # type: ignore[attr-defined]
            assert "no channel chat" in page.said  # type: ignore[attr-defined]
            await asyncio.sleep(15)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert (health.name, health.dead, health.stuck) == ("chat", 1, (("asha", 1),))
            assert "not in the engine's config" in health.error
            office.store.dismiss([page.id], clock.now(), "asha")  # type: ignore[attr-defined]
            await asyncio.sleep(15)
            assert office.store.engine().channels == ()  # type: ignore[union-attr]

    run_virtual(scenario)


def test_urgent_pages_that_wait_behind_a_failing_channel_are_seen() -> None:
    async def scenario(clock: VirtualClock) -> None:
        room = Channel("hook", "fake", room="all")
        hook = FakeChannel("hook", fails=[AWAY] * 50)
        office = telling_office(clock, room)
        async with office.running(office.engine(firing("A"), channels=(hook,))):
            await asyncio.sleep(20)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert health.stuck == (("", 1),)
            office.do("INC-1", cmd.Ack(take=True))
            await asyncio.sleep(10)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert health.stuck == ()
            hook.fails.clear()
            await asyncio.sleep(60)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert (health.stuck, health.waiting) == ((), 0)

    run_virtual(scenario)


def test_what_is_sent_again_by_hand_keeps_its_key_and_says_that_it_may_have_arrived() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(fails=[DeliveryError("no such channel", permanent=True)] * 2)
        office = telling_office(clock, rules=PAGES_ONLY, chains=())
        async with office.running(office.engine(firing("A", "B"), channels=(chat,))):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Assign("budi"))
            office.do("INC-2", cmd.Assign("budi"))
            await asyncio.sleep(900)
            failed = [one for one in by_id(office).values() if one.state is Delivery.FAILED]
            office.store.retry([one.id for one in failed], clock.now())
            await asyncio.sleep(30)
            assert sorted(chat.told()) == sorted(one.id for one in failed)
            assert [message.again for message in chat.tried] == [False, False, True, True]

    run_virtual(scenario)


def test_a_bug_with_one_message_does_not_keep_the_others_of_its_channel() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock, rules=PAGES_ONLY)
        engine = office.engine(firing("A", "B"), channels=(chat,))
        real = Messages.message

        async def stumbling(self: Messages, told: Notification, again: bool) -> Message:  # noqa: FBT001 - as there
            if told.incident == "INC-1":
                raise ZeroDivisionError
            return await real(self, told, again)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Messages, "message", stumbling)
            async with office.running(engine):
                await asyncio.sleep(2)
                assert [one.incident for one in chat.sent] == ["INC-2"]
                await asyncio.sleep(900)
        stuck = next(one for one in by_id(office).values() if one.incident == "INC-1")
        assert (stuck.state, stuck.attempts) == (Delivery.FAILED, 8)
        assert "a bug of ours" in stuck.said

    run_virtual(scenario)


def test_urgent_pages_in_a_digest_that_does_not_get_through_are_seen_until_acked() -> None:
    async def scenario(clock: VirtualClock) -> None:
        class NoDigests(FakeChannel):
            async def send(self, message: Message) -> Sent:
                if message.topic is Topic.DIGEST:
                    raise AWAY
                return await super().send(message)

        chat = NoDigests()
        office = telling_office(clock, rules=PAGES_ONLY)
        names = [f"A{n}" for n in range(8)]
        async with office.running(office.engine(firing(*names), channels=(chat,))):
            await asyncio.sleep(40)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert health.stuck == (("asha", 3),)
            for n in range(8):
                office.do(f"INC-{n + 1}", cmd.Ack(take=True))
            await asyncio.sleep(15)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert health.stuck == ()

    run_virtual(scenario)


def test_a_page_that_a_rule_delays_is_not_said_to_be_stuck() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(fails=[AWAY] * 50)
        opened = Rule(frozenset({Topic.OPENED}), ("chat",))
        late = replace(PAGES_ONLY[0], after=timedelta(minutes=2))
        office = telling_office(clock, rules=(opened, late))
        async with office.running(office.engine(firing("A"), channels=(chat,))):
            await asyncio.sleep(60)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert (bool(health.error), health.stuck) == (True, ())
            await asyncio.sleep(90)
            (health,) = office.store.engine().channels  # type: ignore[union-attr]
            assert health.stuck == (("asha", 1),)

    run_virtual(scenario)


def test_a_page_that_quiet_hours_hold_back_goes_out_once_its_incident_is_a_p1() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel(now=clock.now)
        quiet = Quiet(Hours(time(9), time(20)))
        office = telling_office(clock, rules=(replace(PAGES_ONLY[0], quiet=quiet),))
        async with office.running(office.engine(firing("A", priority=Priority.P3), channels=(chat,))):
            await asyncio.sleep(60)
            assert chat.sent == []
            office.do("INC-1", cmd.SetPriority(Priority.P1))
            await asyncio.sleep(5)
            assert [(one.key, one.title, one.urgent) for one in chat.sent] == [
                (PAGE, "P1 INC-1 A on a", True)
            ]
            office.do("INC-1", cmd.SetPriority(Priority.P2))
            await asyncio.sleep(60)
            assert chat.told() == [PAGE]

    run_virtual(scenario)


def test_a_digest_and_what_it_stands_for_are_saved_together() -> None:
    async def scenario(clock: VirtualClock) -> None:
        chat = FakeChannel()
        office = telling_office(clock, rules=PAGES_ONLY)
        real = office.store.deliver
        lost: list[object] = []

        def deliver(changed: Sequence[Notification], lease: Lease) -> None:
            if not lost and all(one.digest for one in changed):
                lost.append(changed)
                raise StoreError("database is locked")
            real(changed, lease)

        office.store.deliver = deliver  # type: ignore[method-assign]
        names = [f"A{n}" for n in range(8)]
        engine = office.engine(firing(*names), channels=(chat,), store=office.store)
        async with office.running(engine):
            await asyncio.sleep(30)
            assert chat.topics().count("paged") == Limits().storm
            assert chat.topics().count("digest") == 1

    run_virtual(scenario)
