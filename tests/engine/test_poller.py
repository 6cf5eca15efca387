from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from console.domain.alert import Poll
from console.domain.health import SourceHealth, SourceStatus, status
from console.domain.policy import Policy
from console.domain.watchdogs import Watchdogs
from console.engine.poller import Poller
from console.engine.settings import Settings
from console.errors import FenceLost, SourceError, StoreError
from tests.engine.kits import STEADY, kit, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

DOWN = SourceError("connection refused", hint="is it running?")


@dataclass
class Watched:
    """A poller and everything it told."""

    source: FakeSource
    clock: VirtualClock
    settings: Settings = STEADY
    before: SourceHealth | None = None
    delivered: list[Poll] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    healths: list[SourceHealth] = field(default_factory=list)
    refuse: Exception | None = None
    rules: Policy = field(default_factory=policy)

    def __post_init__(self) -> None:
        self.poller = Poller(
            self.source,
            kit(self.clock, settings=self.settings, policy_of=lambda: self.rules),
            deliver=self.deliver,
            journal=self.journal,
            changed=lambda: self.healths.append(self.poller.health),
        )
        if self.before is not None:
            self.poller.go_on_from(self.before)

    async def deliver(self, poll: Poll) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.delivered.append(poll)

    async def journal(self, kind: str, subject: str, text: str) -> None:
        self.told.append((kind, subject, text))

    async def run_for(self, seconds: float) -> None:
        running = asyncio.create_task(self.poller.run())
        await asyncio.sleep(seconds)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


def test_polls_at_its_interval_give_or_take_a_tenth() -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(interval=15), clock, settings=Settings())
        delays = [watched.poller.delay() for _ in range(200)]
        assert 13.5 <= min(delays) < 14
        assert 16 < max(delays) <= 16.5
        await watched.run_for(600)
        assert 38 <= watched.source.polls <= 43
        assert len(watched.delivered) == watched.source.polls
        assert len(watched.healths) == 1  # told once that it lives, then nothing new to say

    run_virtual(scenario)


def test_v21_blind_after_three_misses_and_a_gap_report_at_the_end() -> None:
    async def scenario(clock: VirtualClock) -> None:
        first, late = alert("Up"), alert("Late", started_at=START + timedelta(minutes=5))
        source = FakeSource(answers=[Poll("prod", (first,)), DOWN])
        watched = Watched(source, clock)
        running = asyncio.create_task(watched.poller.run())
        await asyncio.sleep(1)
        assert status(watched.poller.health, None, clock.now()) is SourceStatus.STALE  # no engine, no trust
        await asyncio.sleep(20 * 60)
        health = watched.poller.health
        assert health.misses > 3
        assert (health.error, health.hint) == ("connection refused", "is it running?")
        assert health.last_success == START
        assert watched.told == [("source_blind", "prod", "prod blind since 10:00 UTC: connection refused")]
        assert watched.delivered == [Poll("prod", (first,))]  # nothing was cleared, nothing invented

        source.fires(first, late)
        watched.poller.poll_soon()
        await asyncio.sleep(1)
        running.cancel()
        assert watched.poller.health.misses == 0
        assert watched.poller.health.error == ""
        gap = "prod was blind 10:00–10:20 UTC (20m 01s); 1 alert arrived late"
        assert watched.told[1:] == [("source_back", "prod", gap)]
        await asyncio.gather(running, return_exceptions=True)

    run_virtual(scenario)


def test_backs_off_to_five_minutes() -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(answers=[DOWN]), clock)
        delays = []
        for _ in range(9):
            await watched.poller.poll_once()
            delays.append(watched.poller.delay())
        assert delays == [5, 10, 20, 40, 80, 160, 300, 300, 300]

    run_virtual(scenario)


def test_a_wrong_address_is_asked_rarely_and_retry_after_is_honoured() -> None:
    async def scenario(clock: VirtualClock) -> None:
        refused = SourceError("404 Not Found", hint="is url right?", permanent=True)
        busy = SourceError("429 Too Many Requests", retry_after=77)
        source = FakeSource(answers=[refused, busy])
        watched = Watched(source, clock)
        await watched.poller.poll_once()
        assert [health.permanent for health in watched.healths] == [True]
        assert watched.poller.delay() == 300
        await watched.poller.poll_once()
        assert [health.permanent for health in watched.healths] == [True, False]
        assert watched.poller.delay() == 77
        running = asyncio.create_task(watched.poller.run())
        await asyncio.sleep(1)
        polls = source.polls
        watched.poller.poll_soon()  # a person is impatient; the source has said when
        await asyncio.sleep(1)
        assert source.polls == polls
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run_virtual(scenario)


REFUSED = SourceError("401 Unauthorized", hint="check the token", parked=True)


def test_a_source_that_refuses_our_credentials_is_parked_until_somebody_asks() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeSource(answers=[Poll("prod", ()), REFUSED])
        watched = Watched(source, clock)
        running = asyncio.create_task(watched.poller.run())
        await asyncio.sleep(1 + 15)
        assert (source.polls, watched.poller.health.parked, watched.poller.health.permanent) == (
            2,
            True,
            True,
        )
        assert watched.told == [("source_blind", "prod", "prod blind since 10:00 UTC: 401 Unauthorized")]
        await asyncio.sleep(29 * 60)
        assert source.polls == 2
        await asyncio.sleep(60)
        assert source.polls == 3
        watched.poller.poll_soon()
        await asyncio.sleep(1)
        assert source.polls == 4
        source.answers = [Poll("prod", ())]
        watched.poller.poll_soon()
        await asyncio.sleep(1)
        assert (watched.poller.health.parked, watched.poller.health.permanent) == (False, False)
        assert [kind for kind, _, _ in watched.told] == ["source_blind", "source_back"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run_virtual(scenario)


def test_a_parked_source_that_then_fails_otherwise_is_told_of_once() -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(answers=[REFUSED, DOWN]), clock)
        for _ in range(5):
            await watched.poller.poll_once()
        assert [kind for kind, _, _ in watched.told] == ["source_blind"]
        assert watched.poller.delay() == 80
        next_one = Watched(FakeSource(answers=[REFUSED]), clock, before=watched.poller.health)
        await next_one.poller.poll_once()
        assert next_one.told == []
        assert next_one.poller.delay() == 1800

    run_virtual(scenario)


def test_a_source_may_take_longer_than_others() -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(hang=True, deadline=90), clock)
        await watched.poller.poll_once()
        assert clock.ticks() == 90
        assert watched.poller.health.error == "no answer within 90 s"

    run_virtual(scenario)


def test_a_source_that_hangs_is_given_up_and_asked_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeSource(hang=True)
        watched = Watched(source, clock)
        await watched.poller.poll_once()
        assert clock.ticks() == 30
        assert watched.poller.health.error == "no answer within 30 s"
        source.hang = False
        await watched.poller.poll_once()
        assert watched.poller.health.misses == 0

    run_virtual(scenario)


def test_a_bug_in_a_source_is_recorded_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(answers=[KeyError("labels"), Poll("prod", ())]), clock)
        await watched.run_for(60)
        assert watched.healths[0].error == "KeyError in the source itself"
        assert watched.poller.health.misses == 0

    run_virtual(scenario)
    assert "broke its promise" in caplog.text


def test_a_store_that_refuses_is_not_the_sources_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(), clock, refuse=StoreError("the disk is full"))
        await watched.run_for(40)
        assert watched.source.polls == 3
        assert watched.poller.health.misses == 0

    run_virtual(scenario)
    assert "the disk is full" in caplog.text


def test_a_bug_of_ours_is_recorded_and_polling_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(), clock, refuse=ZeroDivisionError("ours"))
        await watched.run_for(40)
        assert watched.source.polls == 3

    run_virtual(scenario)
    assert "handling the answer of prod failed" in caplog.text


def test_the_loss_of_the_lease_ends_it() -> None:
    async def scenario(clock: VirtualClock) -> None:
        watched = Watched(FakeSource(), clock, refuse=FenceLost("taken over"))
        with pytest.raises(FenceLost):
            await watched.poller.run()

    run_virtual(scenario)


def test_an_incomplete_answer_is_told() -> None:
    async def scenario(clock: VirtualClock) -> None:
        partial = Poll("prod", (alert("Up"),), complete=False, problems=("peer b is down",))
        watched = Watched(FakeSource(answers=[partial]), clock)
        await watched.poller.poll_once()
        assert not watched.poller.health.complete
        assert watched.poller.health.problems == ("peer b is down",)
        assert watched.poller.health.alerts == 1

    run_virtual(scenario)


def test_a_new_engine_goes_on_from_what_the_last_one_saw() -> None:
    async def scenario(clock: VirtualClock) -> None:
        before = SourceHealth(
            "prod", "old", 60, last_success=START - timedelta(hours=1), misses=5, error="connection refused"
        )
        watched = Watched(FakeSource(), clock, before=before)
        assert watched.poller.health.misses == 5
        assert (watched.poller.health.kind, watched.poller.health.interval) == ("fake", 15)
        await watched.poller.poll_once()
        assert watched.told == [
            ("source_back", "prod", "prod was blind 09:00–10:00 UTC (1h); no alert arrived late")
        ]

    run_virtual(scenario)


def test_a_watchdog_that_is_missing_is_delivered_as_an_alert_also_across_engines() -> None:
    async def scenario(clock: VirtualClock) -> None:
        rule = Watchdogs(("Watchdog",), timedelta(minutes=5))
        first = Watched(FakeSource(), clock, rules=policy(watchdogs={"prod": rule}))
        first.source.fires(alert("Watchdog"), alert("A"))
        await first.poller.poll_once()
        assert [one.name for one in first.delivered[-1].alerts] == ["A"]
        await asyncio.sleep(240)
        next_one = Watched(FakeSource(), clock, before=first.poller.health, rules=first.rules)
        next_one.source.fires(alert("A"))
        await next_one.poller.poll_once()
        assert [one.name for one in next_one.delivered[-1].alerts] == ["A"]
        await asyncio.sleep(61)
        await next_one.poller.poll_once()
        assert [one.name for one in next_one.delivered[-1].alerts] == ["A", "WatchdogMissing"]

    run_virtual(scenario)
