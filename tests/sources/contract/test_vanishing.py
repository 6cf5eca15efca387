"""Products that keep incidents: what leaves their list is looked up, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.alert import AlertRef, Ending
from console.ports.sources import Remembering
from tests.fakes.http import Reply, Request
from tests.sources.conftest import HeldClock
from tests.sources.contract.wire import Tap, given, place
from tests.sources.rigs import Given, Rig, rig_of

MOST_AT_ONCE = 20  # look-ups in one poll
MANY = 30


@pytest.mark.parametrize("how", Ending)
async def test_it_is_told_what_became_of_one(owning: Rig, how: Ending) -> None:
    owning.fires(Given("A"), Given("B"))
    before = {alert.name: alert.ref for alert in (await owning.source.fetch()).alerts}
    owning.ends("A", how)
    poll = await owning.source.fetch()
    assert [alert.name for alert in poll.alerts] == ["B"]
    assert [(ended.ref, ended.how) for ended in poll.ended] == [(before["A"], how)]
    assert poll.complete
    said = poll.ended[0]
    assert said.at is None or said.at.tzinfo is not None
    assert all(text.isprintable() for text in (said.text, said.by.name, said.by.id, said.by.email))
    assert (await owning.source.fetch()).ended == ()


@pytest.mark.parametrize("how", Ending)
async def test_it_is_told_what_became_of_one_that_ended_while_nobody_asked(
    owning: Rig, how: Ending, tmp_path: Path, clock: HeldClock
) -> None:
    """An engine that begins tells what it knows to be open."""
    wanted = (Given("A"), Given("B"))
    owning.fires(*wanted)
    known = (await owning.source.fetch()).alerts
    (again := tmp_path / "again").mkdir()
    with rig_of(owning.source.kind, again, clock) as fresh:
        assert isinstance(fresh.source, Remembering)
        fresh.fires(*wanted)
        fresh.ends("A", how)
        fresh.source.remember(known)
        poll = await fresh.source.fetch()
        await fresh.source.close()
    assert [alert.name for alert in poll.alerts] == ["B"]
    lost = next(alert.ref for alert in known if alert.name == "A")
    assert [(ended.ref, ended.how) for ended in poll.ended] == [(lost, how)]


async def test_a_look_up_that_fails_clears_nothing(owning: Rig) -> None:
    if owning.server is None:
        pytest.skip("for sources that ask over HTTP; others bring this themselves")
    owning.fires(Given("A"), Given("B"))
    refs = {alert.name: alert.ref for alert in (await owning.source.fetch()).alerts}
    wire = Tap(owning.server)
    await owning.source.fetch()
    usual = [place(request) for request in wire.asked]
    wire.clear()
    refused: list[Request] = []

    def refuse(number: int, request: Request, meant: Reply) -> Reply:
        if number < len(usual) and place(request) == usual[number]:
            return meant
        refused.append(request)
        return Reply(503)

    wire.change = refuse
    owning.ends("A", Ending.RESOLVED)
    poll = await owning.source.fetch()
    assert refused
    assert {alert.ref for alert in poll.alerts} == set(refs.values())
    assert poll.ended == ()
    assert not poll.complete
    assert poll.problems
    wire.clear()
    poll = await owning.source.fetch()
    assert [ended.ref for ended in poll.ended] == [refs["A"]]
    assert [alert.ref for alert in poll.alerts] == [refs["B"]]
    assert poll.complete


async def test_many_at_once_have_their_turn(owning: Rig) -> None:
    """A few each poll, and those that still wait are reported as they were."""
    wanted = given(MANY)
    owning.fires(*wanted)
    everything = {alert.ref for alert in (await owning.source.fetch()).alerts}
    for one in wanted:
        owning.ends(one.name, Ending.RESOLVED)
    told: list[AlertRef] = []
    for _ in range(3):
        poll = await owning.source.fetch()
        told += [ended.ref for ended in poll.ended]
        assert len(poll.ended) <= max(MOST_AT_ONCE, MANY * poll.complete)
        assert {alert.ref for alert in poll.alerts} == everything - set(told)
        assert poll.complete == (not poll.alerts)
    assert len(told) == MANY
    assert set(told) == everything
