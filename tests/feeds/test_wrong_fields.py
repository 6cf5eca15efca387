"""Whatever stands in a field instead of what should: the other changes are told, and nothing is raised."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from console.errors import SourceError
from console.feeds import registry
from console.ports.feeds import FeedPoll
from console.web.exchange import Answer, Params
from tests.fakes import feeds
from tests.feeds.rigs import build
from tests.sources.conftest import NOW, HeldClock
from tests.sources.contract.fixtures import MISSING
from tests.sources.contract.mutations import JUNK, ODD, Place, at, places

BEFORE = NOW - timedelta(minutes=5)
GOOD = NOW - timedelta(minutes=1)
RECORDS: dict[str, tuple[Any, Any]] = {
    "argocd": (
        feeds.application(
            "shop",
            feeds.sync(1, BEFORE),
            status={
                "history": [feeds.sync(1, BEFORE)],
                "operationState": {
                    "phase": "Failed",
                    "finishedAt": feeds.written(BEFORE),
                    "message": "no such image",
                    "syncResult": {"revision": "abcdef0123"},
                    "operation": {"initiatedBy": {"automated": True}},
                },
            },
        ),
        feeds.application("orders", feeds.sync(2, GOOD)),
    ),
    "github": (feeds.deployment(1, BEFORE), feeds.deployment(2, GOOD)),
    "gitlab": (feeds.job(1, BEFORE), feeds.job(2, GOOD)),
    "grafana": (feeds.annotation(1, BEFORE), feeds.annotation(2, GOOD)),
}


class Canned:
    """A client that needs no server: it answers with ``listed``, statuses with ``statuses``."""

    place = "ci.example"

    def __init__(self, listed: Any, statuses: list[Any]) -> None:
        self._listed = listed
        self._statuses = statuses

    async def ask(self, _method: str, path: str, _params: Params = ()) -> Answer:
        return Answer(200, {}, await self.get(path), self.place)

    async def get(self, path: str, _params: Params = ()) -> bytes:
        value = self._statuses if path.endswith("/statuses") else self._listed
        return json.dumps(value, allow_nan=True).encode("utf-8", "surrogatepass")

    async def get_json(self, path: str, _params: Params = ()) -> Any:
        return json.loads(await self.get(path))


async def told(
    kind: str, clock: HeldClock, records: list[Any], statuses: list[Any] | None = None
) -> FeedPoll:
    feed: Any = build(kind, "https://ci.example", clock)
    listed = {"items": records} if kind == "argocd" else records
    feed.client = Canned(listed, statuses or [feeds.deployment_status(5, GOOD)])
    try:
        poll: FeedPoll = await feed.fetch(NOW - timedelta(days=1))
    except SourceError as error:  # no digits of that length can be read as a number
        assert "not JSON" in error.message  # noqa: PT017 - no other reason is allowed
        return FeedPoll(())
    return poll


def changed(record: Any, place: Place, value: Any) -> Any:
    made = copy.deepcopy(record)
    inner = at(made, place[:-1])
    if value is MISSING:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return made


def odd(record: Any) -> Iterator[tuple[Place, str, Any]]:
    """Yield a third of the wrong values of every field, another third of the next."""
    names = [name for name in ODD if name != "deep"]  # JSON is not even read at that depth
    for number, place in enumerate(places(record, 5)):
        for name in names[number % 3 :: 3]:
            yield place, name, changed(record, place, ODD[name])


@pytest.mark.parametrize("kind", registry.kinds())
async def test_a_wrong_field_hides_no_other_change(kind: str, clock: HeldClock) -> None:
    first, second = RECORDS[kind]
    (good,) = (await told(kind, clock, [second])).changes
    tried = 0
    for place, name, wrong in odd(first):
        poll = await told(kind, clock, [second, wrong] if kind != "github" else [wrong, second])
        same = place[-1] == "id" and wrong.get("id") == second.get("id")
        assert same or good.at in {one.at for one in poll.changes}, (place, name)
        for one in poll.changes:
            assert all(text.isprintable() for text in (one.id, one.what, one.actor, one.service, one.url))
        assert all(text.isprintable() for text in poll.problems)
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("kind", registry.kinds())
async def test_junk_in_the_list_is_named(kind: str, clock: HeldClock) -> None:
    _, second = RECORDS[kind]
    poll = await told(kind, clock, [*JUNK.values(), second])
    assert len(poll.changes) == 1
    assert poll.complete
    assert len(poll.problems) == 2
    assert all(" cannot be read: it " in text for text in poll.problems)


async def test_wrong_statuses_of_a_deployment_are_passed_over(clock: HeldClock) -> None:
    good = feeds.deployment_status(5, GOOD)
    for place, name, wrong in odd(feeds.deployment_status(6, BEFORE, "in_progress")):
        poll = await told("github", clock, [feeds.deployment(1, BEFORE)], [wrong, *JUNK.values(), good])
        assert len(poll.changes) == 1, (place, name)
    poll = await told("github", clock, [feeds.deployment(1, BEFORE)], [{**good, "created_at": None}])
    assert poll.changes == ()
    assert poll.problems == ("deployment cannot be read: it has no time",)
