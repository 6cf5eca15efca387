"""Deployments at GitLab: what is asked, what has ended, and what went back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from console.domain.change import Change, ChangeKind
from console.ports.feeds import ChangeFeed
from tests.fakes.feeds import FakeGitLab, job, written
from tests.fakes.http import serving
from tests.feeds.rigs import build
from tests.sources.conftest import NOW, HeldClock

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY_AGO = NOW - timedelta(days=1)
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def fake() -> Iterator[FakeGitLab]:
    with serving(FakeGitLab()) as server:
        yield server


@pytest.fixture
async def feed(fake: FakeGitLab, clock: HeldClock) -> AsyncIterator[ChangeFeed]:
    made = build("gitlab", f"{fake.url}/api/v4", clock, services={"acme/shop": "orders"})
    yield made
    await made.close()


async def test_all_that_it_says(fake: FakeGitLab, feed: ChangeFeed) -> None:
    fake.items = [job(41, NOW - 5 * MINUTE, NEW, ref="v42")]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert one == Change(
        "ci:41", NOW - 5 * MINUTE, "orders", "v42 (bbbbbbbb) to production: Charge cards twice never",
        ChangeKind.DEPLOY, "Asha", "https://gitlab.example/acme/shop/-/pipelines/41", "ci",
    )  # fmt: skip
    (asked,) = fake.requests
    wanted = {"order_by": "updated_at", "sort": "desc", "environment": "production", "per_page": "100"}
    assert {name: asked.one(name) for name in wanted} == wanted
    assert asked.one("updated_after") == "2025-12-28T00:00:00Z"  # the same all day


async def test_one_that_was_made_by_the_api_has_no_job(fake: FakeGitLab, feed: ChangeFeed) -> None:
    fake.items = [job(41, NOW - MINUTE, NEW, deployable=None)]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert (one.at, one.what, one.url) == (NOW - MINUTE, "main (bbbbbbbb) to production", "")


async def test_only_what_has_ended_counts(fake: FakeGitLab, feed: ChangeFeed) -> None:
    states = ["created", "running", "blocked", "canceled", "skipped", "failed"]
    fake.items = [job(n, NOW - MINUTE, status=state) for n, state in enumerate(states)]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert (one.id, one.kind) == ("ci:5/failed", ChangeKind.OTHER)
    assert one.what.startswith("deployment of main (99d03678) to production failed")


async def test_going_back_to_an_older_commit_is_a_rollback(fake: FakeGitLab, feed: ChangeFeed) -> None:
    fake.items = [
        job(5, NOW - HOUR, OLD),
        job(4, NOW - 2 * HOUR, NEW),
        job(3, NOW - 3 * HOUR, NEW),
        job(2, NOW - timedelta(days=3), "c" * 40, status="failed"),
        job(1, NOW - timedelta(days=5), OLD),
    ]
    poll = await feed.fetch(DAY_AGO)
    assert [one.kind for one in poll.changes] == [ChangeKind.DEPLOY, ChangeKind.DEPLOY, ChangeKind.ROLLBACK]


async def test_all_pages_are_read(fake: FakeGitLab, feed: ChangeFeed) -> None:
    fake.items = [job(n, NOW - n * MINUTE) for n in range(1, 251)]
    poll = await feed.fetch(DAY_AGO)
    assert (len(poll.changes), poll.complete) == (250, True)
    assert [request.one("page") for request in fake.requests] == ["", "2", "3"]


async def test_more_than_is_read_is_said(fake: FakeGitLab, feed: ChangeFeed) -> None:
    fake.items = [{"id": n, "updated_at": written(NOW)} for n in range(1, 1102)]
    poll = await feed.fetch(DAY_AGO)
    assert not poll.complete
    assert poll.problems == ("acme/shop production: only the latest deployments were read",)


async def test_a_busy_week_does_not_make_today_incomplete(
    fake: FakeGitLab, feed: ChangeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.feeds.base.asking.PER_PAGE", 2)
    fake.items = [job(n, NOW - n * HOUR) for n in range(1, 40)]
    poll = await feed.fetch(NOW - 10 * HOUR)
    assert (len(poll.changes), poll.complete, poll.problems) == (10, True, ())
    poll = await feed.fetch(DAY_AGO)
    assert (len(poll.changes), poll.complete) == (20, False)
