"""Client updates on their way: once, in order, told as they are; the clock starts again only once all outlets have it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from console.desk.trying import tries_of
from console.domain import commands as cmd
from console.domain.bodies.work import EffectSettled
from console.domain.comms import outlets
from console.domain.comms.template import prefilled
from console.domain.incident import Effect
from console.domain.policy import Service
from console.domain.priority import Priority
from console.domain.vocabulary import ComponentState, EffectKind, EffectState, Stage
from console.errors import SourceError
from console.ports.desk import Saved
from console.ports.outlets import Publication, Published
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import VirtualClock, run_virtual

BUSY = SourceError("page is in trouble (503)", status=503)
REVOKED = SourceError(
    "page does not accept our credentials (401)", hint="check the token", parked=True, status=401
)


@dataclass
class FakeOutlet:
    """Keeps what clients read by key; ``errors`` are raised first, after publishing where ``answers_lost``."""

    name: str = "page"
    kind: str = "statuspage"
    asked: list[Publication] = field(default_factory=list)
    read: dict[str, Publication] = field(default_factory=dict)
    errors: list[SourceError] = field(default_factory=list)
    hang: bool = False
    answers_lost: bool = False

    async def publish(self, publication: Publication) -> Published:
        self.asked.append(publication)
        if self.answers_lost or not self.errors:
            self.read.setdefault(publication.key, publication)
        if self.hang:
            await asyncio.Event().wait()
        if self.errors:
            raise self.errors.pop(0)
        return Published("update added", "i1")

    async def prove(self) -> str:
        return "page"

    async def close(self) -> None:
        return


def office(clock: VirtualClock) -> Office:
    made = Office(clock)
    made.policy = policy(
        services={"payments": Service("payments", "payments", public_name="Card payments")},
        outlets=(outlets.Outlet("page", "statuspage"), outlets.Outlet("chat", "slack")),
    )
    return made


def firing() -> FakeSource:
    source = FakeSource()
    source.fires(alert("A"))
    return source


def tell(office: Office, now: datetime, *names: str, stage: Stage = Stage.INVESTIGATING) -> None:
    incident = next(one for one in office.incidents() if one.id == "INC-1")
    draft = prefilled(incident, stage, office.policy, now)
    draft = replace(draft, impact="Some payments fail.", components=("payments",))
    assert isinstance(office.do("INC-1", cmd.PostUpdate(draft=draft, outlets=names)), Saved)


async def opened(office: Office) -> None:
    await asyncio.sleep(1)
    assert isinstance(office.do("INC-1", cmd.Ack()), Saved)
    assert isinstance(office.do("INC-1", cmd.SetPriority(Priority.P1)), Saved)


def published(office: Office) -> list[Effect]:
    return [one for one in office.incident().effects if one.kind is EffectKind.PUBLISH]


def test_the_first_opens_a_series_and_the_next_belong_to_it_until_it_is_over() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, made = FakeOutlet(), office(clock)
        async with made.running(made.engine(firing(), outlets=(page,))):
            await opened(made)
            for stage in (Stage.INVESTIGATING, Stage.RESOLVED, Stage.INVESTIGATING):
                tell(made, clock.now(), "page", stage=stage)
                await asyncio.sleep(2)
        first, over, again = page.asked
        assert (first.title, first.handle) == ("Card payments: partly unavailable", "")
        assert first.components == (("payments", ComponentState.PARTIAL),)
        assert (over.series, over.handle) == (first.series, "i1")
        assert over.components == (("payments", ComponentState.OPERATIONAL),)
        assert again.series != first.series, "what is over is not opened again"
        assert again.handle == ""
        assert "alert" not in first.title.casefold()

    run_virtual(scenario)


def test_a_crash_between_asking_and_the_answer_publishes_once() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, made = FakeOutlet(hang=True), office(clock)
        first = made.engine(firing(), outlets=(page,))
        running = asyncio.create_task(first.run(asyncio.Event()))
        await opened(made)
        tell(made, clock.now(), "page")
        await asyncio.sleep(2)
        assert len(page.read) == 1
        running.cancel()  # killed: nothing was settled
        await asyncio.gather(running, return_exceptions=True)
        assert [one.state for one in published(made)] == [EffectState.PENDING]
        page.hang = False
        async with made.running(made.engine(firing(), name="two", outlets=(page,))):
            await asyncio.sleep(20)
        assert len(page.asked) == 2
        assert {one.key for one in page.asked} == set(page.read), "asked again under the same key"
        assert len(page.read) == 1
        assert [one.state for one in published(made)] == [EffectState.DONE]

    run_virtual(scenario)


def test_the_clock_starts_again_only_once_every_outlet_has_it() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, chat, made = FakeOutlet(), FakeOutlet("chat", "slack", errors=[BUSY]), office(clock)
        async with made.running(made.engine(firing(), outlets=(page, chat))):
            await opened(made)
            tell(made, clock.now(), "page", "chat")
            await asyncio.sleep(2)
            assert {one.source: one.state for one in published(made)} == {
                "page": EffectState.DONE,
                "chat": EffectState.PENDING,
            }
            assert made.incident().updated_at is None
            await asyncio.sleep(10)
            assert made.incident().updated_at is not None
            assert len(chat.asked) == 2

    run_virtual(scenario)


def test_an_outlet_that_is_not_reached_says_why_once_for_each_reason() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, made = FakeOutlet(hang=True, errors=[BUSY, BUSY]), office(clock)
        async with made.running(made.engine(firing(), outlets=(page,))):
            await opened(made)
            tell(made, clock.now(), "page")
            await asyncio.sleep(60)
            assert len(page.asked) > 2, "it was tried again"
            (effect,) = published(made)
            assert (effect.state, effect.text) == (EffectState.PENDING, "waits: no answer within 14 s")
            ((tried, again),) = tries_of(made.store, made.incident())
            assert tried == effect.id
            assert again > clock.now() - timedelta(seconds=20)
            page.hang = False
            await asyncio.sleep(600)
        told = [
            (one.body.state, one.body.text)
            for one in made.store.log("INC-1")
            if isinstance(one.body, EffectSettled) and one.body.kind is EffectKind.PUBLISH
        ]
        assert told == [
            (EffectState.PENDING, "waits: no answer within 14 s"),
            (EffectState.PENDING, f"waits: {BUSY}"),
            (EffectState.DONE, "update added"),
        ]
        assert tries_of(made.store, made.incident()) == ()

    run_virtual(scenario)


def test_refused_credentials_are_asked_once_and_told_and_a_person_posts_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, made = FakeOutlet(errors=[REVOKED]), office(clock)
        async with made.running(made.engine(firing(), outlets=(page,))):
            await opened(made)
            tell(made, clock.now(), "page")
            await asyncio.sleep(600)
            assert len(page.asked) == 1
            (effect,) = published(made)
            assert effect.state is EffectState.FAILED
            assert effect.text.endswith("check the token; then post the update again")
            assert made.incident().updated_at is None
            tell(made, clock.now(), "page")
            await asyncio.sleep(2)
            assert made.incident().updated_at is not None

    run_virtual(scenario)


def test_what_waited_too_long_is_not_published_any_more() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, made = FakeOutlet(), office(clock)
        async with made.running(made.engine(firing(), outlets=(page,))):
            await opened(made)
        tell(made, clock.now(), "page")
        await asyncio.sleep(timedelta(minutes=31).total_seconds())
        async with made.running(made.engine(firing(), name="two", outlets=(page,))):
            await asyncio.sleep(20)
        assert page.asked == []
        assert "not published: it waited for 31m" in published(made)[0].text

    run_virtual(scenario)


def test_the_last_word_on_what_is_closed_or_merged_is_published_and_sets_the_components_back() -> None:
    async def scenario(clock: VirtualClock) -> None:
        for ending in ("closed", "merged"):
            page, made = FakeOutlet(), office(clock)
            async with made.running(made.engine(firing(), outlets=(page,))):
                await opened(made)
                tell(made, clock.now(), "page")
                await asyncio.sleep(2)
                if ending == "merged":
                    other = cmd.Open("Checkout fails", "payments", "other", "Other")
                    assert isinstance(made.do("INC-2", other), Saved)
                    assert isinstance(made.do("INC-1", cmd.MergeInto("INC-2")), Saved)
                else:
                    assert isinstance(made.do("INC-1", cmd.Resolve("gone", despite_firing=True)), Saved)
                    assert isinstance(made.do("INC-1", cmd.Close()), Saved)
                await asyncio.sleep(2)
                assert [row.id for row in made.store.followed()] == ["INC-1"]
                tell(made, clock.now(), "page", stage=Stage.RESOLVED)
                await asyncio.sleep(2)
            assert made.store.followed() == ()
            first, over = page.asked
            assert over.series == first.series
            assert over.components == (("payments", ComponentState.OPERATIONAL),)
            assert ("part of another problem" in over.title) == (ending == "merged")
            assert over.text.startswith("This is part" if ending == "merged" else "This is over.")

    run_virtual(scenario)


def test_a_last_word_that_failed_is_wanted_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        page, made = FakeOutlet(), office(clock)
        async with made.running(made.engine(firing(), outlets=(page,))):
            await opened(made)
            tell(made, clock.now(), "page")
            await asyncio.sleep(2)
            assert isinstance(made.do("INC-1", cmd.Resolve("gone", despite_firing=True)), Saved)
            page.errors = [REVOKED]
            tell(made, clock.now(), "page", stage=Stage.RESOLVED)
            await asyncio.sleep(2)
            assert [row.id for row in made.store.followed()] == ["INC-1"]
            assert "check the token" in made.store.followed()[0].effect_text
            tell(made, clock.now(), "page", stage=Stage.RESOLVED)
            await asyncio.sleep(2)
            assert made.store.followed() == ()

    run_virtual(scenario)
