"""Deployments at GitHub: what became of them, what is asked again, and how little that costs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from console.domain.change import Change, ChangeKind
from console.errors import SourceError
from console.feeds.github import Options
from console.ports.feeds import ChangeFeed
from tests.fakes.feeds import FakeGitHub, deployment, deployment_status
from tests.fakes.http import Reply, serving
from tests.feeds.rigs import build
from tests.sources.conftest import NOW, HeldClock

MINUTE = timedelta(minutes=1)
DAY_AGO = NOW - timedelta(days=1)
LIST = "/api/v3/repos/acme/shop/deployments"
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub()) as server:
        yield server


@pytest.fixture
async def feed(fake: FakeGitHub, clock: HeldClock) -> AsyncIterator[ChangeFeed]:
    made = build("github", fake.url, clock)
    yield made
    await made.close()


def ago(minutes: int) -> timedelta:
    return minutes * MINUTE


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("https://github.com", "https://api.github.com"),
        ("https://api.github.com/", "https://api.github.com"),
        ("https://git.shop.example", "https://git.shop.example/api/v3"),
        ("https://git.shop.example/api/v3/", "https://git.shop.example/api/v3"),
        ("https://api.shop.ghe.com", "https://api.shop.ghe.com"),
    ],
)
def test_the_address_of_an_enterprise_server_may_be_that_of_its_pages(said: str, url: str) -> None:
    assert Options.model_validate({"url": said, "repos": ["acme/shop"]}).url == url


@pytest.mark.parametrize("repos", [[], ["shop"], ["a/b/c"], ["../x"], ["acme/.."], ["/x"]])
def test_repositories_are_named_in_full(repos: list[str]) -> None:
    with pytest.raises(ValueError, match="repos"):
        Options.model_validate({"repos": repos})


async def test_it_counts_when_it_succeeded_for_the_first_time(fake: FakeGitHub, feed: ChangeFeed) -> None:
    fake.items = [deployment(42, NOW - ago(9), NEW, ref="v42", description="by hand")]
    fake.statuses[42] = [  # newest first, as GitHub lists them
        deployment_status(4, NOW - ago(1), "inactive"),
        deployment_status(3, NOW - ago(5)),
        deployment_status(2, NOW - ago(7), "in_progress"),
        deployment_status(1, NOW - ago(8), "queued"),
    ]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert one == Change(
        "ci:42", NOW - ago(5), "shop", "v42 (bbbbbbbb) to production: by hand", ChangeKind.DEPLOY, "asha",
        "https://github.example/acme/shop/actions/runs/3", "ci",
    )  # fmt: skip
    assert fake.requests[0].headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert fake.requests[0].one("environment") == "production"


async def test_one_that_failed_is_told_as_such_and_one_under_way_is_asked_again(
    fake: FakeGitHub, feed: ChangeFeed
) -> None:
    fake.items = [deployment(2, NOW - ago(3), NEW), deployment(1, NOW - ago(9), OLD)]
    fake.statuses = {
        1: [deployment_status(1, NOW - ago(8), "error")],
        2: [deployment_status(2, NOW - ago(2), "in_progress")],
    }
    (failed,) = (await feed.fetch(DAY_AGO)).changes
    assert (failed.id, failed.kind, failed.at) == ("ci:1/failed", ChangeKind.OTHER, NOW - ago(8))
    assert failed.what == "deployment of main (aaaaaaaa) to production failed"
    fake.statuses[2].insert(0, deployment_status(3, NOW - ago(1)))
    fake.requests.clear()
    assert [one.id for one in (await feed.fetch(DAY_AGO)).changes] == ["ci:1/failed", "ci:2"]
    assert [request.path for request in fake.requests] == [LIST, f"{LIST}/2/statuses"]


async def test_where_nothing_has_changed_the_limit_is_not_touched(fake: FakeGitHub, feed: ChangeFeed) -> None:
    fake.items = [deployment(1, NOW - ago(9)), deployment(0, NOW - ago(12))]
    fake.statuses = {1: [deployment_status(1, NOW - ago(8))], 0: [deployment_status(1, NOW, "inactive")]}
    first = await feed.fetch(DAY_AGO)
    fake.requests.clear()
    for _ in range(3):
        assert await feed.fetch(DAY_AGO) == first
    assert [request.path for request in fake.requests] == [LIST] * 3
    assert fake.unchanged == 3


async def test_one_that_waited_for_approval_is_still_seen(fake: FakeGitHub, feed: ChangeFeed) -> None:
    since = NOW - ago(10)
    fake.items = [deployment(2, NOW - timedelta(hours=20)), deployment(1, NOW - timedelta(hours=40))]
    fake.statuses = {2: [deployment_status(1, NOW - ago(2))], 1: [deployment_status(2, NOW - ago(1))]}
    assert [one.id for one in (await feed.fetch(since)).changes] == ["ci:2"]


async def test_going_back_to_an_older_commit_is_a_rollback(fake: FakeGitHub, feed: ChangeFeed) -> None:
    fake.items = [
        deployment(5, NOW - ago(5), "d" * 40, task="rollback"),
        deployment(4, NOW - ago(9), OLD),
        deployment(3, NOW - ago(20), NEW),
        deployment(2, NOW - ago(30), NEW),
        deployment(1, NOW - timedelta(days=9), OLD),
    ]
    fake.statuses = {n: [deployment_status(n, NOW - ago(9 - n))] for n in range(2, 6)}
    poll = await feed.fetch(DAY_AGO)
    deploy, rollback = ChangeKind.DEPLOY, ChangeKind.ROLLBACK
    assert {one.id: one.kind for one in poll.changes} == {
        "ci:2": deploy,
        "ci:3": deploy,
        "ci:4": rollback,
        "ci:5": rollback,
    }


async def test_pages_are_read_until_they_are_too_old(
    fake: FakeGitHub, feed: ChangeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.feeds.base.asking.PER_PAGE", 10)
    monkeypatch.setattr("console.feeds.github.MOST_ASKED", 5)
    fake.items = [deployment(n, NOW - timedelta(hours=3 * n)) for n in range(1, 60)]
    fake.statuses = {n: [deployment_status(n, NOW - ago(n))] for n in range(1, 60)}
    poll = await feed.fetch(DAY_AGO)
    assert [request.one("page") for request in fake.asked(LIST)] == ["", "2"]
    assert len(poll.changes) == 5
    assert poll.problems == ("acme/shop production: many deployments, looked at by and by",)
    for number in (10, 15):
        assert not poll.complete
        poll = await feed.fetch(DAY_AGO)
        assert len(poll.changes) == number
    assert (await feed.fetch(DAY_AGO)).complete
    assert len(fake.requests) == 2 * 4 + 16


async def test_those_that_never_end_do_not_keep_others_from_being_seen(
    fake: FakeGitHub, feed: ChangeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.feeds.github.MOST_ASKED", 2)
    fake.items = [deployment(n, NOW - ago(60 - n)) for n in range(9, 0, -1)]
    fake.statuses = {**{n: [] for n in range(1, 9)}, 9: [deployment_status(9, NOW)]}
    polls = [await feed.fetch(DAY_AGO) for _ in range(5)]
    assert [one.id for one in polls[-1].changes] == ["ci:9"]
    assert {request.path for request in fake.requests} == {
        LIST,
        *(f"{LIST}/{n}/statuses" for n in range(1, 10)),
    }


async def test_one_repository_that_is_gone_hides_no_other(fake: FakeGitHub, clock: HeldClock) -> None:
    feed = build(
        "github", fake.url, clock, repos=["acme/gone", "acme/shop"], services={"acme/shop": "orders"}
    )
    fake.items = [deployment(1, NOW - ago(9))]
    fake.statuses[1] = [deployment_status(1, NOW - ago(8))]
    poll = await feed.fetch(DAY_AGO)
    assert [one.service for one in poll.changes] == ["orders"]
    assert not poll.complete
    assert poll.problems[0].startswith("acme/gone production: ")
    fake.replies.extend([Reply(404, b"{}"), Reply(401, b"{}")])
    with pytest.raises(SourceError) as caught:  # credentials are those of the whole server
        await feed.fetch(DAY_AGO)
    assert caught.value.parked
    await feed.close()
