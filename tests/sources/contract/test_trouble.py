"""Servers that refuse, stall, or say something else than what was asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from console.errors import SourceError
from console.ports.sources import Provable
from tests.fakes.http import Reply
from tests.sources.conftest import HeldClock
from tests.sources.contract.wire import always, tap
from tests.sources.rigs import Given, Rig, extra
from tests.waiting import PATIENCE

PAGE = b"<!doctype html><html><body>Please sign in</body></html>"


async def failure(rig: Rig, reply: Reply) -> SourceError:
    """Return how a poll fails to which every answer is ``reply``; the one after it must work."""
    rig.fires(Given("A"))
    wire = tap(rig)
    wire.change = always(reply)
    with pytest.raises(SourceError) as caught:
        await rig.source.fetch()
    assert wire.asked
    assert caught.value.hint
    assert str(caught.value).isprintable()
    return caught.value


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_park_it(served: Rig, status: int) -> None:
    error = await failure(served, Reply(status, b"{}"))
    assert (error.parked, error.permanent) == (True, True)


async def test_a_server_in_trouble_is_asked_again(served: Rig) -> None:
    error = await failure(served, Reply(503, b"upstream connect error"))
    assert (error.parked, error.permanent) == (False, False)


async def test_a_wait_that_is_asked_for_is_passed_on(served: Rig) -> None:
    error = await failure(served, Reply(429, b"{}", {"Retry-After": "7"}))
    assert error.retry_after is not None
    assert 7 <= error.retry_after <= 30
    assert not error.parked


async def test_a_web_page_is_named(served: Rig) -> None:
    assert "web page" in (await failure(served, Reply(200, PAGE))).message


@pytest.mark.parametrize("value", [None, 7, "ok", True, {"unexpected": True}, [7], {}, []], ids=json.dumps)
async def test_an_answer_of_another_shape_is_not_taken_for_peace(served: Rig, value: Any) -> None:
    served.fires(Given("A"))
    wire = tap(served)
    await served.source.fetch()
    usual = max((reply.body for reply in wire.said), key=len)
    if (value == [] and usual.startswith(b"[")) or json.dumps(value) == extra(served).peace:
        return  # that is peace
    wire.change = always(Reply.json(value))
    try:
        poll = await served.source.fetch()
    except SourceError as error:
        assert str(error).isprintable()  # noqa: PT017 - an incomplete poll would be as good
    else:
        assert not poll.complete
        assert poll.problems


async def test_a_body_that_stalls_is_given_up(hurry: Callable[[], None], served: Rig) -> None:
    served.fires(Given("A"))
    await served.source.fetch()  # what has to be loaded and opened first takes its time
    hurry()
    async with asyncio.timeout(PATIENCE):
        error = await failure(served, Reply(200, b'{"half": "of it"}', stall=True))
    assert not error.permanent


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_wrong_changes_nothing(served: Rig, clock: HeldClock, hours: int) -> None:
    served.fires(Given("A"), Given("B"))
    before = await served.source.fetch()
    clock.pass_(hours * 3600)
    after = await served.source.fetch()
    assert [alert.ref for alert in after.alerts] == [alert.ref for alert in before.alerts]
    assert [alert.started_at for alert in after.alerts] == [alert.started_at for alert in before.alerts]
    assert after.complete


async def test_credentials_are_proved(served: Rig) -> None:
    source = served.source
    assert isinstance(source, Provable)
    proof = await source.prove()
    assert all(text.isprintable() for text in (proof.identity, *proof.missing, *proof.unproven))
    assert proof.missing == ()


async def test_refused_credentials_are_no_proof(served: Rig) -> None:
    source = served.source
    assert isinstance(source, Provable)
    wire = tap(served)
    wire.change = always(Reply(401, b"{}"))
    with pytest.raises(SourceError) as caught:
        await source.prove()
    assert caught.value.parked
