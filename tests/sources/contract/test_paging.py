"""Lists in pages: read to the end, never silently cut, and never read for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from console.domain.alert import Poll
from console.errors import SourceError
from tests.fakes.http import Reply, Request
from tests.sources.contract.wire import given, place, tap
from tests.sources.rigs import Rig, extra

MOST_REQUESTS = 500  # for two and a half pages; no cap of a product is further away


def names(poll: Poll) -> list[str]:
    return sorted(alert.name for alert in poll.alerts)


def two_and_a_half(rig: Rig) -> int:
    assert rig.page is not None
    return rig.page * 2 + rig.page // 2


@pytest.mark.parametrize("pages", ["two and a half", "exactly two"])
async def test_every_page_is_read(paged: Rig, pages: str) -> None:
    assert paged.page is not None
    wanted = given(two_and_a_half(paged) if pages == "two and a half" else paged.page * 2)
    paged.fires(*wanted)
    poll = await paged.source.fetch()
    assert names(poll) == [one.name for one in wanted]
    assert (poll.complete, poll.problems) == (True, ())


async def test_a_page_that_fails_fails_the_poll(paged: Rig) -> None:
    wanted = given(two_and_a_half(paged))
    paged.fires(*wanted)
    wire = tap(paged)
    await paged.source.fetch()
    second = [number for number, one in enumerate(wire.asked) if place(one) == wire.listing()][1]
    wire.clear()
    wire.change = lambda number, _request, meant: Reply(503) if number >= second else meant
    with pytest.raises(SourceError):
        await paged.source.fetch()
    wire.clear()
    assert names(await paged.source.fetch()) == [one.name for one in wanted]


async def test_pages_may_shift_while_they_are_read(paged: Rig) -> None:
    """One more comes in on top after the first page: the last of that page is on the second one again."""
    wanted = given(two_and_a_half(paged), start=1)
    paged.fires(*wanted)
    wire = tap(paged)
    await paged.source.fetch()
    listing, shifted = wire.listing(), False

    def shift(_number: int, request: Request, meant: Reply) -> Reply:
        nonlocal shifted
        if place(request) == listing and not shifted:
            shifted = True
            paged.fires(*given(1), *wanted)
        return meant

    wire.change = shift
    poll = await paged.source.fetch()
    assert shifted
    assert {one.name for one in wanted} <= set(names(poll))
    assert len({alert.ref for alert in poll.alerts}) == len(poll.alerts)


async def test_a_short_page_is_not_the_last(paged: Rig) -> None:
    if extra(paged).short_page_ends:
        pytest.skip("for products whose list does not end with a short page")
    wanted = given(two_and_a_half(paged))
    paged.fires(*wanted)
    wire = tap(paged)
    await paged.source.fetch()
    listing, dropped = wire.listing(), False

    def shorten(_number: int, request: Request, meant: Reply) -> Reply:
        nonlocal dropped
        if place(request) != listing or dropped:
            return meant
        dropped = True
        value = json.loads(meant.body)
        longest(value).pop()
        return replace(meant, body=json.dumps(value).encode())

    wire.change = shorten
    poll = await paged.source.fetch()
    assert dropped
    assert len(poll.alerts) >= len(wanted) - 1


def longest(value: Any) -> list[Any]:
    """Return the longest list in an answer: the records of the page."""
    found = [value] if isinstance(value, list) else []
    inner = value.values() if isinstance(value, dict) else ()
    found += [longest(one) for one in inner if isinstance(one, dict | list)]
    return max(found, key=len, default=[])


async def test_a_list_that_never_ends_is_given_up(paged: Rig) -> None:
    """Whatever page is asked for, the first one comes, and says that there is a next."""
    paged.fires(*given(two_and_a_half(paged)))
    wire = tap(paged)
    await paged.source.fetch()
    listing, usual = wire.listing(), len(wire.asked)
    first = next(
        reply for request, reply in zip(wire.asked, wire.said, strict=True) if place(request) == listing
    )
    wire.clear()
    wire.change = lambda _number, request, meant: first if place(request) == listing else meant
    try:
        poll = await paged.source.fetch()
    except SourceError as error:
        assert error.hint  # noqa: PT017 - an incomplete poll would be as good
    else:
        assert not poll.complete or len(wire.asked) <= usual  # a total that is counted up ends it, too
    assert len(wire.asked) <= MOST_REQUESTS
