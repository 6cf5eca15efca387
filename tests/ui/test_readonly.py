"""A console that only reads: every key that would write says so where it is pressed."""

from __future__ import annotations

import pytest

from console.ui.keys.actions import BY_ID, NOTHING_WRITTEN, WRITING
from console.ui.screens.main import MainScreen
from tests.fakes.handovers import FakeHandovers, draft
from tests.ui.driving import Driver, console
from tests.ui.test_checklists import scene
from tests.ui.test_handover import DOCUMENT

READING = {
    "move", "mark", "pane", "tab", "memory", "next", "filter", "link", "copy", "dialog", "report",
    "incident.outcomes", "runbook.copy", "runbook.output", "runbook.read", "runbook.edit", "roster.copy",
    "roster.later", "roster.earlier", "roster.next-page", "roster.previous-page", "checklist.open",
    "handing.before", "reviews.read", "handover.open", "console.checklists",
    "console.palette", "console.help", "console.sources", "console.roster", "console.noise", "console.reviews",
    "console.report", "console.about", "console.quit", "console.back",
}  # fmt: skip
"""Actions, and whole kinds of them, that write nothing into the store."""

PLACES = {
    "incident": "", "console": "", "runbook": "b", "handing": "H", "reviews": "D", "checklist": "C", "roster": "w",
}  # fmt: skip
"""The key that leads to where the actions of a kind are."""

COPIES = {"incident.still-on"}
"""Its key copies where no question waits for an answer."""


def kind(action: str) -> str:
    return action.partition(".")[0]


async def pressed(it: Driver, action: str) -> str:
    """Press the key of an action and return what is said at it."""
    before = len(it.app.messages)
    await it.press(BY_ID[action].keys[0])
    if isinstance(it.app.screen, MainScreen):
        return it.screen_text.split("\n")[1]
    return "\n".join(it.app.messages[before:])


def test_of_every_action_it_is_known_whether_it_writes() -> None:
    for action in BY_ID:
        assert (action in WRITING) != bool({action, kind(action)} & READING)
    assert {kind(action) for action in WRITING} == PLACES.keys()
    assert BY_ID.keys() >= WRITING


@pytest.mark.parametrize("place", PLACES)
async def test_a_key_that_would_write_says_why_it_does_not(place: str) -> None:
    async with console(scene(), size=(120, 40), readonly=True) as it:
        it.desk.handovers = FakeHandovers(DOCUMENT, draft(DOCUMENT))
        await it.push(me="asha")
        await it.loaded()
        await it.press(*PLACES[place])
        depth = len(it.app.screen_stack)
        for action in (one for one in WRITING - COPIES if kind(one) == place):
            assert NOTHING_WRITTEN in await pressed(it, action), action
            assert len(it.app.screen_stack) == depth, action
            it.main._unflash()
        assert (it.commands, it.desk.arranged, it.desk.refreshed) == ([], [], 0)
