"""Annotations: which tags count and what they say, what is made of HTML, how many come at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from console.domain.change import Change, ChangeKind
from console.ports.feeds import ChangeFeed
from tests.fakes.feeds import FakeAnnotations, annotation
from tests.fakes.http import Reply, serving
from tests.feeds.rigs import build
from tests.sources.conftest import NOW, HeldClock

LATELY = NOW - timedelta(minutes=4)
DAY_AGO = NOW - timedelta(days=1)


@pytest.fixture
def fake() -> Iterator[FakeAnnotations]:
    with serving(FakeAnnotations()) as server:
        yield server


@pytest.fixture
async def feed(fake: FakeAnnotations, clock: HeldClock) -> AsyncIterator[ChangeFeed]:
    made = build(
        "grafana",
        f"{fake.url}/api",
        clock,
        tags=["deploy", "rollout"],
        service_tags=["service", "app"],
        services={"card-api": "shop"},
    )
    yield made
    await made.close()


async def only(fake: FakeAnnotations, feed: ChangeFeed, **said: Any) -> Change:
    fake.items = [annotation(7, LATELY, **said)]
    (one,) = (await feed.fetch(DAY_AGO)).changes
    return one


async def test_all_that_it_says(fake: FakeAnnotations, feed: ChangeFeed) -> None:
    assert await only(fake, feed) == Change(
        "ci:7", LATELY, "shop", "v42 canary 5 %", ChangeKind.DEPLOY, "asha",
        f"{fake.url}/d/uGlb_lG7z?viewPanel=2", "ci",
    )  # fmt: skip
    asked = fake.asked("/api/annotations")[0]
    assert (asked.one("type"), asked.one("limit")) == ("annotation", "1000")
    assert int(asked.one("to")) == int(NOW.timestamp() * 1000)


async def test_each_tag_is_asked_for_alone_and_an_annotation_with_both_counts_once(
    fake: FakeAnnotations, feed: ChangeFeed
) -> None:
    fake.items = [annotation(1, LATELY), annotation(2, LATELY, tags=["rollout", "deploy"])]
    assert [one.id for one in (await feed.fetch(DAY_AGO)).changes] == ["ci:1", "ci:2"]
    assert [request.query["tags"] for request in fake.requests] == [["deploy"], ["rollout"]]


@pytest.mark.parametrize(
    ("tags", "service", "kind"),
    [
        (["deploy", "service:orders"], "orders", ChangeKind.DEPLOY),
        (["deploy", "app=orders"], "orders", ChangeKind.DEPLOY),
        (["deploy", "service:card-api"], "shop", ChangeKind.DEPLOY),
        (["deploy", "card-api"], "shop", ChangeKind.DEPLOY),
        (["deploy", "orders"], "orders", ChangeKind.DEPLOY),  # the config has a service of that name
        (["deploy", "payments"], "", ChangeKind.DEPLOY),
        (["deploy", "Rollback"], "", ChangeKind.ROLLBACK),
        (["rollout", "service:"], "", ChangeKind.FLAG),
        (["deploy", "config"], "", ChangeKind.CONFIG),
    ],
)
async def test_tags_say_the_service_and_what_sort_of_change(
    fake: FakeAnnotations, feed: ChangeFeed, tags: list[str], service: str, kind: ChangeKind
) -> None:
    one = await only(fake, feed, tags=tags)
    assert (one.service, one.kind) == (service, kind)


@pytest.mark.parametrize(
    ("text", "what", "url"),
    [
        ("<b>v42</b><br>canary &amp; more<script>x()</script>", "v42 canary & more", None),
        ('<a href="https://ci.example/42">v42</a> is out', "v42 is out", "https://ci.example/42"),
        ('<a href="javascript:alert(1)">v42</a>', "v42", None),
        ("v42 https://ci.example/42", "v42", "https://ci.example/42"),
        ("https://ci.example/42", "https://ci.example/42", "https://ci.example/42"),
        ("v42 https://asha@ci.example/42", "v42", None),
    ],
)
async def test_of_a_text_with_markup_the_words_and_the_first_address_count(
    fake: FakeAnnotations, feed: ChangeFeed, text: str, what: str, url: str | None
) -> None:
    one = await only(fake, feed, text=text)
    assert one.what == what
    dashboard = f"{fake.url}/d/uGlb_lG7z?viewPanel=2"
    assert one.url in ({url} if url else {dashboard, ""})


async def test_one_of_the_whole_organization_has_no_dashboard(
    fake: FakeAnnotations, feed: ChangeFeed
) -> None:
    assert (await only(fake, feed, dashboardUID=None, panelId=0)).url == ""
    assert (await only(fake, feed, panelId=0)).url == f"{fake.url}/d/uGlb_lG7z"


async def test_more_than_are_told_at_once_is_said(fake: FakeAnnotations, feed: ChangeFeed) -> None:
    many = [annotation(number, LATELY) for number in range(1, 1001)]
    fake.replies.append(Reply.json(many))
    poll = await feed.fetch(DAY_AGO)
    assert len(poll.changes) == 1000
    assert (poll.complete, poll.problems) == (
        False,
        ("tag deploy: only the latest 1000 annotations were told",),
    )
