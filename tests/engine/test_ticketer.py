"""Tickets are made once, whatever dies in between; what cannot be done waits and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.fold import fold
from console.domain.tickets.place import Place
from console.domain.vocabulary import EffectState
from console.engine.settings import Settings
from console.errors import SourceError, StoreError
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.ticketdesk import FakeTickets
from tests.fakes.virtualtime import VirtualClock, run_virtual

RULES = policy(
    tickets=(Place("jira", "jira", "OPS", "https://jira.example", mirror_notes=True, transition="Done"),)
)
REVOKED = SourceError("jira.example does not accept our credentials (401)", parked=True, status=401)
FORBIDDEN = SourceError("jira.example forbids this (403)", parked=True, status=403)
BROKEN = SourceError("jira.example broke off in the middle of its answer")
GONE = SourceError("there is no such project (404)", permanent=True, status=404)


def office(clock: VirtualClock) -> tuple[Office, FakeSource]:
    source = FakeSource()
    source.fires(alert("A"))
    return Office(clock, policy=RULES), source


def settled(found: Office) -> list[tuple[EffectState, str]]:
    bodies = found.bodies("INC-1", ev.EffectSettled)
    return [(one.state, one.text) for one in bodies if isinstance(one, ev.EffectSettled)]


def test_a_ticket_is_made_with_what_was_written_and_linked() -> None:
    async def scenario(clock: VirtualClock) -> None:
        found, source = office(clock)
        desk = FakeTickets(clock.now)
        async with found.running(found.engine(source, tickets=[desk])):
            await asyncio.sleep(1)
            found.do("INC-1", cmd.OpenTicket(actual="cards are declined", ideal="cards are taken"))
            await asyncio.sleep(2)
            ((_, draft),) = desk.made
            said = [item.text for section in draft.sections for item in section.items]
            assert {"cards are declined", "cards are taken"} <= set(said)
            (ticket,) = found.incident().tickets
            assert (ticket.outlet, ticket.key) == ("jira", "OPS-1")
            events = found.store.log("INC-1")
            assert [type(event.body) for event in events[-2:]] == [ev.EffectSettled, ev.TicketLinked]
            assert events[-1].op == events[-2].op  # one transaction
            assert found.store.summary("INC-1").ticket == "OPS-1"  # type: ignore[union-attr]
            await asyncio.sleep(600)
            assert len(desk.made) == 1
            assert found.store.outbox(clock.now()) == ()

    run_virtual(scenario)


@pytest.mark.parametrize("lag", [0.0, 45.0])
@pytest.mark.parametrize("what", ["ticket", "comment"])
def test_a_crash_between_asking_and_answer_makes_nothing_twice(lag: float, what: str) -> None:
    async def scenario(clock: VirtualClock) -> None:
        found, source = office(clock)
        desk = FakeTickets(clock.now, lag=lag)
        connection = found.store.another()

        def dies() -> None:
            connection.down = StoreError("the process is gone")

        async with found.running(found.engine(source, store=connection, tickets=[desk])):
            await asyncio.sleep(1)
            if what == "ticket":
                desk.dies = dies
            found.do("INC-1", cmd.OpenTicket())
            await asyncio.sleep(2)
            if what == "comment":
                desk.dies = dies
                found.do("INC-1", cmd.Note("the vendor was called"))
                await asyncio.sleep(2)
        desk.dies = None
        async with found.running(found.engine(source, name="two", tickets=[desk])):
            await asyncio.sleep(120)
            assert len(desk.made) == 1
            assert [one.key for one in found.incident().tickets] == ["OPS-1"]
            assert len(desk.comments) == (what == "comment")
            assert all(
                one.state is EffectState.DONE for one in found.incident().effects if one.source == "jira"
            )

    run_virtual(scenario)


@pytest.mark.parametrize("error", [REVOKED, FORBIDDEN])
def test_without_rights_it_waits_and_says_so_until_they_are_there(error: SourceError) -> None:
    async def scenario(clock: VirtualClock) -> None:
        found, source = office(clock)
        desk = FakeTickets(clock.now)
        desk.trouble = error
        async with found.running(found.engine(source, tickets=[desk])):
            await asyncio.sleep(1)
            found.do("INC-1", cmd.OpenTicket())
            await asyncio.sleep(1000)
            ((state, text),) = settled(found)
            assert state is EffectState.PENDING
            assert text.startswith("waits: jira.example")
            assert desk.asked <= 1  # asking again and again gets an account locked
            desk.trouble = None
            await asyncio.sleep(1200)
            assert len(desk.made) == 1
            assert settled(found)[-1] == (EffectState.DONE, "OPS-1 made")

    run_virtual(scenario)


def _refused(found: Office, desk: FakeTickets) -> None:
    assert desk.made == []
    assert settled(found)[-1][0] is EffectState.FAILED
    assert found.incident().tickets == ()


def _made_later(found: Office, desk: FakeTickets) -> None:
    assert len(desk.made) == 1
    assert [one.key for one in found.incident().tickets] == ["OPS-1"]


@pytest.mark.parametrize(("error", "then"), [(GONE, _refused), (BROKEN, _made_later)])
def test_what_cannot_be_is_said_and_what_broke_off_is_looked_for_later(
    error: SourceError, then: Callable[[Office, FakeTickets], None]
) -> None:
    async def scenario(clock: VirtualClock) -> None:
        found, source = office(clock)
        desk = FakeTickets(clock.now)
        desk.trouble = error
        async with found.running(found.engine(source, tickets=[desk], settings=Settings(jitter=0.0))):
            await asyncio.sleep(1)
            found.do("INC-1", cmd.OpenTicket())
            await asyncio.sleep(30)
            assert desk.asked == 1
            desk.trouble = None
            await asyncio.sleep(90)
            then(found, desk)

    run_virtual(scenario)


def test_the_ticket_is_told_how_the_incident_goes_on() -> None:
    async def scenario(clock: VirtualClock) -> None:
        found, source = office(clock)
        desk = FakeTickets(clock.now)
        async with found.running(found.engine(source, tickets=[desk])):
            await asyncio.sleep(1)
            found.do("INC-1", cmd.Ack())
            found.do("INC-1", cmd.LinkTicket("ops-7"))
            found.do("INC-1", cmd.LinkTicket("OPS-8"))
            await asyncio.sleep(5)
            assert [one.key for one in found.incident().tickets] == ["OPS-7"]
            assert settled(found)[-1] == (EffectState.FAILED, "OPS-8 is not there, or not ours to see")
            found.do("INC-1", cmd.Assign("budi"))
            found.do("INC-1", cmd.Resolve(note="rolled back", despite_firing=True))
            await asyncio.sleep(10)
            told = [text.split("\n")[0] for _, text, _ in desk.comments]
            assert told == ["This is incident INC-1: A on a", "INC-1 is resolved."]
            assert desk.given == [("OPS-7", "budi")]
            assert desk.moved == [("OPS-7", "Done")]
            (ticket,) = found.incident().tickets
            assert ticket.state == "Done"

    run_virtual(scenario)


def test_the_ticket_of_a_part_goes_with_the_whole_and_back_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        found, source = office(clock)
        source.fires(alert("A"), alert("B", service="search"))
        desk = FakeTickets(clock.now)
        async with found.running(found.engine(source, tickets=[desk])):
            await asyncio.sleep(1)
            found.do("INC-1", cmd.OpenTicket())
            await asyncio.sleep(2)
            found.do("INC-1", cmd.MergeInto("INC-2"))
            assert [one.key for one in fold(found.store.log("INC-2")).tickets] == ["OPS-1"]
            found.do("INC-2", cmd.Split("INC-1"))
            assert fold(found.store.log("INC-2")).tickets == ()
            found.do("INC-1", cmd.MergeInto("INC-2"))
            await asyncio.sleep(10)
            found.do("INC-2", cmd.Resolve(note="rolled back", despite_firing=True))
            await asyncio.sleep(10)
            told = [text.split("\n")[0] for _, text, _ in desk.comments]
            assert told == [
                "INC-1 is part of INC-2 now",
                "INC-1 stands alone again: it is no part of INC-2",
                "INC-1 is part of INC-2 now",
                "INC-2 is resolved.",
            ]
            assert desk.moved == [("OPS-1", "Done")]

    run_virtual(scenario)
