"""``J``: the ticket is written, looked at, asked for; how it stands is said above the timeline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.aftermath import Ticket
from console.domain.commands import LinkTicket, OpenTicket
from console.domain.incident import Effect
from console.domain.tickets.place import Place
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.desk import Nothing
from console.ui.screens.ticketing import TicketDialog
from console.ui.widgets.choice import Choice
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.scenes import NOW

OURS = "INC-1030"
PLACES = (Place("jira", "jira", "OPS", "https://jira.example"), Place("hub", "github", "acme/shop"))


def desk(*places: Place, tickets: tuple[Ticket, ...] = (), effects: tuple[Effect, ...] = ()) -> FakeDesk:
    row = next(one for one in scenes.incident_rows() if one.id == OURS)
    found = scenes.details()[OURS]
    incident = replace(found.incident, tickets=tickets, effects=effects)
    scene = scenes.scene(rows=(row,))
    scene = replace(scene, policy=replace(scene.policy, tickets=places))
    return FakeDesk(scene, details={OURS: replace(found, incident=incident)})


@pytest.mark.parametrize("size", [(120, 35), (80, 24), (50, 16)])
async def test_a_ticket_is_written_looked_at_and_asked_for(size: tuple[int, int]) -> None:
    async with console(desk=desk(*PLACES), size=size) as it:
        await it.loaded()
        await it.press("J")
        assert isinstance(it.app.screen, TicketDialog)
        await it.write("[b]cards[/] are declined")
        await it.press("tab")
        await it.write("cards are taken")
        await it.press("f2")
        assert it.commands == []
        if size[1] > 30:
            assert "Incident" in it.screen_text
            assert "OPS" in it.screen_text
        await it.press("enter")
        assert it.commands == [(OURS, OpenTicket("jira", "[b]cards[/] are declined", "cards are taken"))]


async def test_one_that_exists_is_linked_and_what_was_written_is_kept() -> None:
    async with console(desk=desk(*PLACES)) as it:
        await it.loaded()
        await it.press("J")
        await it.write("cards")
        await it.press("escape")
        await it.press("J")
        assert it.app.screen.draft.actual == "cards"  # type: ignore[attr-defined]
        it.app.screen.query_one("#dialog-input").focus()
        await it.write("OPS-9")
        await it.press("enter", "enter")
        assert it.commands == [(OURS, LinkTicket("OPS-9"))]


LINKED = Ticket("jira", "OPS-17", "https://jira.example/browse/OPS-17", "Cards", "Rina", "To Do", NOW)


async def test_a_second_ticket_in_one_place_is_not_shown_as_if_it_were_made() -> None:
    async with console(desk=desk(*PLACES, tickets=(LINKED,))) as it:
        await it.loaded()
        await it.press("J")
        assert it.app.screen.written.outlet == "hub"  # type: ignore[attr-defined]  # where there is none yet
        await it.write("cards are declined")
        it.app.screen.query_one("#ticket-outlet", Choice).choose("jira")
        await it.press("f2")
        assert "has OPS-17 in jira already" in it.screen_text
        assert it.commands == []
        await it.press("J")
        assert it.app.screen.draft.actual == "cards are declined"  # type: ignore[attr-defined]


async def test_what_was_written_is_kept_where_somebody_else_was_first() -> None:
    it_is_there = desk(*PLACES)
    it_is_there.answers = [Nothing(OURS, "a ticket is being made in jira")]
    async with console(desk=it_is_there) as it:
        await it.loaded()
        await it.press("J")
        await it.write("cards are declined")
        await it.press("f2", "enter")
        assert "is being made" in it.app.messages[-1]
        await it.press("J")
        assert it.app.screen.draft.actual == "cards are declined"  # type: ignore[attr-defined]


async def test_without_a_system_one_line_says_what_to_do() -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        await it.press("J")
        assert "no ticket system is configured" in it.screen_text
        assert it.commands == []


async def test_how_it_stands_is_said_above_the_timeline() -> None:
    failed = Effect(
        "INC-1030:k:hub:open a ticket",
        "hub",
        EffectKind.TICKET_OPEN,
        EffectState.FAILED,
        NOW,
        "no such project",
    )
    async with console(desk=desk(*PLACES, tickets=(LINKED,), effects=(failed,)), size=(120, 40)) as it:
        await it.loaded()
        text = " ".join(" ".join(it.main.drawing.timeline.lines.plain).split())
        assert "ticket OPS-17 To Do, Rina" in text
        assert "ticket hub open a ticket FAILED: no such project" in text
