"""Feeds of changes: asked at their pace, kept where they are news, and what fails is said."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.domain.alert import Poll
from console.domain.change import Change, ChangeKind
from console.domain.health import EngineReport, SourceHealth, SourceStatus, status
from console.engine import feeds as engine_feeds
from console.engine.feeds import FARTHEST, FIRST, MOST_TOLD, OVERLAP
from console.errors import SourceError, StoreError
from console.ports.feeds import FeedPoll
from console.store.codec import dump, load
from tests.engine.kits import STEADY, Office
from tests.fakes.feeds import FakeFeed
from tests.fakes.sources import FakeSource
from tests.fakes.store import MemoryStore
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

MINUTE = timedelta(minutes=1)


def deploy(name: str, minutes: float = -5) -> Change:
    return Change(f"ci:{name}", START + minutes * MINUTE, "shop", f"v{name}", ChangeKind.DEPLOY, source="ci")


def health(office: Office) -> SourceHealth:
    report = office.store.engine()
    assert report is not None
    return report.feeds[0]


def known(office: Office) -> list[str]:
    return [one.what for one in office.store.changes(START - timedelta(days=9), START + timedelta(days=9))]


def test_the_first_poll_asks_for_a_day_and_the_next_for_what_is_new_and_an_hour() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        feed = FakeFeed(changes=[deploy("1")])
        async with office.running(office.engine(FakeSource(), feeds=[feed])):
            await asyncio.sleep(5)
            assert known(office) == ["v1"]
            first = feed.asked[0]
            assert first - START + FIRST < timedelta(seconds=5)
            feed.changes.append(deploy("2", 1))
            await asyncio.sleep(60)
            assert known(office) == ["v1", "v2"]
            assert feed.asked[1] - first == FIRST - OVERLAP
            assert len(feed.asked) == 2
            assert health(office).last_success == feed.asked[1] + OVERLAP + timedelta(seconds=60)
        assert not feed.closed

    run_virtual(scenario)


def test_a_poll_without_news_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[list[str]] = []
    real = MemoryStore.add_changes

    def noting(store: MemoryStore, changes: list[Change]) -> tuple[str, ...]:
        written.append([one.what for one in changes])
        return real(store, changes)

    monkeypatch.setattr(MemoryStore, "add_changes", noting)
    monkeypatch.setattr(engine_feeds, "AT_ONCE", 2)

    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        feed = FakeFeed(changes=[deploy("1"), deploy("2", -4), deploy("3", -3)])
        async with office.running(office.engine(FakeSource(), feeds=[feed])):
            await asyncio.sleep(130)
            assert len(feed.asked) == 3
            assert written == [["v1", "v2"], ["v3"]]

    run_virtual(scenario)


def test_a_failure_is_said_and_asked_again_soon_and_nothing_in_between_is_lost() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        down = SourceError("ci.example is in trouble (500)", hint="look at its log")
        feed = FakeFeed(answers=[FeedPoll((deploy("1"),)), down, down])
        async with office.running(office.engine(FakeSource(), feeds=[feed])):
            await asyncio.sleep(5)
            good = health(office).last_success
            assert good is not None
            await asyncio.sleep(60)
            found = health(office)
            assert (found.error, found.hint, found.misses) == (down.message, down.hint, 1)
            assert found.last_success == good
            feed.changes.append(deploy("2", 0.5))
            await asyncio.sleep(30)
            assert len(feed.asked) == 4
            assert feed.asked[1:] == [good - OVERLAP] * 3
            assert known(office) == ["v1", "v2"]
            assert (health(office).error, health(office).misses) == ("", 0)

    run_virtual(scenario)


def test_what_is_incomplete_is_stale_and_the_same_time_is_asked_for_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        problems = tuple(f"acme/{n} production: gone" for n in range(MOST_TOLD + 5))
        part = FeedPoll((deploy("1"),), problems, complete=False)
        feed = FakeFeed(answers=[part, part], interval=15.0)
        async with office.running(office.engine(FakeSource(), feeds=[feed])):
            await asyncio.sleep(17)
            found, report = health(office), office.store.engine()
            assert status(found, report, clock.now()) is SourceStatus.STALE
            assert len(found.problems) == MOST_TOLD
            assert found.problems[-1] == "and 6 more"
            assert known(office) == ["v1"]
            await asyncio.sleep(35)
            assert timedelta(seconds=10) < feed.asked[2] - feed.asked[1] < MINUTE  # still a day back
            assert feed.asked[3] == feed.asked[2] + FIRST - OVERLAP
            assert status(health(office), office.store.engine(), clock.now()) is SourceStatus.LIVE

    run_virtual(scenario)


def test_a_wait_that_is_asked_for_is_kept_and_wrong_credentials_are_not_tried_often() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        limited = FakeFeed(answers=[SourceError("too often", retry_after=90.0, status=429)])
        locked = FakeFeed(name="locked", answers=[SourceError("no", parked=True, status=401)] * 2)
        rarely = replace(STEADY, parked_retry=180.0)
        async with office.running(office.engine(FakeSource(), feeds=[limited, locked], settings=rarely)):
            await asyncio.sleep(85)
            assert (len(limited.asked), len(locked.asked)) == (1, 1)
            await asyncio.sleep(20)
            assert (len(limited.asked), len(locked.asked)) == (2, 1)
            await asyncio.sleep(90)
            assert len(locked.asked) == 2

    run_virtual(scenario)


def test_one_that_breaks_its_promise_or_hangs_stops_nobody() -> None:
    class Hanging(FakeFeed):
        async def fetch(self, since: object) -> FeedPoll:
            await asyncio.Event().wait()
            raise AssertionError("not reached")

    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        feeds = [FakeFeed(answers=[RuntimeError("broken")]), Hanging(name="slow"), FakeFeed(name="good")]
        feeds[2].changes = [deploy("1")]
        async with office.running(office.engine(FakeSource(), feeds=feeds)):
            await asyncio.sleep(1)
            assert known(office) == ["v1"]
            await asyncio.sleep(40)
            report = office.store.engine()
            assert report is not None
            assert [one.error for one in report.feeds] == ["", "no answer within 30 s", ""]
            assert len(feeds[0].asked) == 2

    run_virtual(scenario)


def test_the_next_engine_goes_on_where_the_last_one_was_heard() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        async with office.running(office.engine(FakeSource(), feeds=[FakeFeed()])):
            await asyncio.sleep(5)
        good = health(office).last_success
        assert good is not None
        other = FakeFeed(kind="another")
        second = FakeFeed()
        async with office.running(office.engine(FakeSource(), name="two", feeds=[second])):
            await asyncio.sleep(15)
            assert second.asked[0] == good - OVERLAP
        await asyncio.sleep(30 * 86_400)
        late = FakeFeed()
        async with office.running(office.engine(FakeSource(), name="three", feeds=[late])):
            await asyncio.sleep(15)
            assert clock.now() - late.asked[0] < FARTHEST + MINUTE
        async with office.running(office.engine(FakeSource(), name="four", feeds=[other])):
            await asyncio.sleep(15)
            assert clock.now() - other.asked[0] < FIRST + MINUTE  # another product under the old name

    run_virtual(scenario)


def test_what_cannot_be_saved_is_told_and_saved_later(monkeypatch: pytest.MonkeyPatch) -> None:
    real = MemoryStore.add_changes
    failing = [StoreError("disk full")]

    def add(store: MemoryStore, changes: list[Change]) -> tuple[str, ...]:
        if failing:
            raise failing.pop()
        return real(store, changes)

    monkeypatch.setattr(MemoryStore, "add_changes", add)

    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        feed = FakeFeed(changes=[deploy("1")])
        async with office.running(office.engine(FakeSource(), feeds=[feed])):
            await asyncio.sleep(2)
            assert health(office).error == "not saved: disk full"
            await asyncio.sleep(10)
            assert known(office) == ["v1"]

    run_virtual(scenario)


def test_a_single_cycle_asks_them_too() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        good, bad = FakeFeed(changes=[deploy("1")]), FakeFeed(name="bad", answers=[SourceError("gone")])
        engine = office.engine(FakeSource(), feeds=[good, bad])
        cycle = await engine.once()
        await engine.close()
        assert "bad: gone" in cycle.failures
        assert known(office) == ["v1"]
        assert good.closed

    run_virtual(scenario)


def test_a_single_cycle_looks_for_alerts_before_it_waits_for_feeds() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source, seen = FakeSource(), []

        class Slow(FakeFeed):
            async def fetch(self, since: datetime) -> FeedPoll:
                seen.append(office.store.engine())
                return await super().fetch(since)

        engine = office.engine(source, feeds=[Slow()])
        polled, fetch = [], source.fetch

        async def noting() -> Poll:
            polled.append(len(seen))
            return await fetch()

        source.fetch = noting  # type: ignore[method-assign]  # a fake
        await engine.once()
        await engine.close()
        assert (polled, len(seen)) == ([0], 1)

    run_virtual(scenario)


def test_reports_of_older_and_for_older_versions_can_be_read() -> None:
    now = START
    report = EngineReport("one", "db1", 1, 1, now, now, now, feeds=(SourceHealth("ci", "github", 60.0),))
    text = dump(report)
    assert load(EngineReport, text) == report
    without = text.replace('"feeds":', '"unknown_here":')  # as an older version sees it, and as it wrote
    assert load(EngineReport, without).feeds == ()
