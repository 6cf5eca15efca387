"""Argo CD's syncs: the history, what failed, what went back, and which applications count."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.domain.change import Change, ChangeKind
from console.feeds import argocd
from console.feeds.base.reading import change
from console.ports.feeds import ChangeFeed
from tests.fakes.feeds import FakeArgoCD, application, sync, written
from tests.fakes.http import serving
from tests.feeds.rigs import build
from tests.sources.conftest import NOW, HeldClock

MINUTE = timedelta(minutes=1)
DAY_AGO = NOW - timedelta(days=1)
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def fake() -> Iterator[FakeArgoCD]:
    with serving(FakeArgoCD()) as server:
        yield server


@pytest.fixture
async def feed(fake: FakeArgoCD, clock: HeldClock) -> AsyncIterator[ChangeFeed]:
    made = build("argocd", f"{fake.url}/api/v1", clock, projects=["shop", "web"], selector="env=prod")
    yield made
    await made.close()


async def test_all_that_it_says(fake: FakeArgoCD, feed: ChangeFeed) -> None:
    fake.items = [application("shop-api", sync(3, NOW - MINUTE, NEW))]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    seconds = int((NOW - MINUTE).timestamp())
    assert one == Change(
        f"ci:argocd/shop-api/3/{seconds}", NOW - MINUTE, "shop-api", "main (bbbbbbbb)", ChangeKind.DEPLOY,
        "asha", f"{fake.url}/applications/argocd/shop-api", "ci",
    )  # fmt: skip
    (asked,) = fake.requests
    assert asked.query == {"projects": ["shop", "web"], "selector": ["env=prod"]}


async def test_reading_a_large_answer_does_not_hold_up_the_loop(
    fake: FakeArgoCD, feed: ChangeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[datetime | None, bool]] = []

    def noting(*parts: Any) -> Change:
        made.append((parts[2], threading.current_thread() is threading.main_thread()))
        return change(*parts)

    monkeypatch.setattr(argocd, "change", noting)
    fake.items = [application("shop", *(sync(n, NOW - timedelta(days=n)) for n in range(1, 10)))]
    assert len((await feed.fetch(DAY_AGO)).changes) == 1
    assert made == [(DAY_AGO, False)], "what is too old is passed over"


async def test_a_revision_that_was_left_before_is_a_rollback(fake: FakeArgoCD, feed: ChangeFeed) -> None:
    days = [sync(n, NOW - timedelta(days=9 - n), sha) for n, sha in enumerate([OLD, NEW, NEW], 1)]
    fake.items = [application("shop", *reversed(days), sync(4, NOW - MINUTE, OLD))]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert one.kind is ChangeKind.ROLLBACK


async def test_a_sync_that_failed_is_told(fake: FakeArgoCD, feed: ChangeFeed) -> None:
    state: dict[str, Any] = {
        "phase": "Failed",
        "message": "one or more objects failed to apply",
        "startedAt": written(NOW - 3 * MINUTE),
        "finishedAt": written(NOW - MINUTE),
        "operation": {"initiatedBy": {"automated": True}},
        "syncResult": {"revision": NEW, "source": {"targetRevision": "HEAD"}},
    }
    fake.items = [application("shop", status={"history": None, "operationState": state})]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert (one.kind, one.actor, one.at) == (ChangeKind.OTHER, "auto-sync", NOW - MINUTE)
    assert one.what == "sync of bbbbbbbb failed: one or more objects failed to apply"
    for phase in ("Running", "Succeeded", "Terminating", None):
        state["phase"] = phase
        assert (await feed.fetch(DAY_AGO)).changes == ()


async def test_several_sources_are_all_named(fake: FakeArgoCD, feed: ChangeFeed) -> None:
    entry = sync(
        1,
        NOW - MINUTE,
        "",
        revisions=["1.2.3", NEW],
        sources=[{"targetRevision": "1.2.3"}, {"targetRevision": "main"}],
        initiatedBy={"automated": True},
    )
    fake.items = [application("shop", entry)]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    assert (one.what, one.actor) == ("1.2.3 and main (bbbbbbbb)", "auto-sync")


async def test_names_and_labels_choose_applications_and_name_services(
    fake: FakeArgoCD, clock: HeldClock
) -> None:
    fake.items = [application(name, sync(1, NOW - MINUTE)) for name in ("shop-eu", "shop-us", "tools")]
    feed = build(
        "argocd",
        fake.url,
        clock,
        applications=["shop-eu", "shop-us"],
        service_label="service",
        services={"shop-us": "orders"},
    )
    assert {one.service for one in (await feed.fetch(DAY_AGO)).changes} == {"shop", "orders"}
    await feed.close()


async def test_one_made_anew_under_its_old_name_counts_again(fake: FakeArgoCD, feed: ChangeFeed) -> None:
    found = set()
    for minutes in (9, 2):
        fake.items = [application("shop", sync(0, NOW - minutes * MINUTE))]
        found |= {one.id for one in (await feed.fetch(DAY_AGO)).changes}
    assert len(found) == 2
