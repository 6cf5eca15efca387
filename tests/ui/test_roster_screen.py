"""The roster screen: who has it now, the week as a picture, people; taking the pager, covers, contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.roster import Override
from console.domain.snapshot import StoreHealth, StoreState
from console.domain.team.commands import Cover, EndCover, TakePager
from console.ports.desk import NotSaved
from console.ui.screens.menu import Menu
from console.ui.screens.roster import RosterScreen
from console.ui.widgets.lines import LinesView
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.scenes import NOW


def shown(it: Driver) -> str:
    """Return the screen's lines as text."""
    screen = next(one for one in it.app.screen_stack if isinstance(one, RosterScreen))
    return "\n".join(screen.query_one(LinesView).plain)


async def test_it_says_who_has_it_until_when_and_how_to_reach_them() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w")
        text = shown(it)
    assert "you have primary of payments" in text
    assert "Budi" in text
    assert "+62 811-555-0102" in text
    assert "NOBODY" in text
    assert "then Citra" in text


async def test_the_week_is_a_picture_with_its_gaps_in_words() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "tab")
        text = shown(it)
    assert "Fri 2 Jan" in text
    assert "Citra" in text
    assert "no gaps in these days" in text


async def test_the_weeks_go_on_and_back_but_not_into_the_past() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "tab", "right")
        assert "Fri 9 Jan" in shown(it)
        await it.press("left", "left")
        assert "Fri 2 Jan" in shown(it)


async def test_people_have_their_hours_and_nights() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "tab", "tab")
        text = shown(it)
    assert "nights" in text
    assert "in no shift: Dewi, Eko" in text
    assert "slack @asha" in text


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (160, 45)])
async def test_every_page_fits(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        await it.press("w")
        for _ in range(3):
            assert all(len(line) < size[0] for line in shown(it).splitlines())
            await it.press("tab")
        await it.press("escape")
        assert it.app.screen is it.main


async def test_taking_the_pager_is_told_and_saved() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "j", "T")
        assert isinstance(it.app.screen, Menu)
        await it.press("2")
        assert [command for command, _ in it.desk.arranged] == [
            TakePager("payments", "secondary", timedelta(hours=1))
        ]
        assert any("take the pager" in message for message in it.app.messages)


async def test_one_that_was_not_saved_is_told() -> None:
    async with console(size=(120, 40)) as it:
        it.desk.team_answers.append(NotSaved("", "the store is locked"))
        await it.press("w", "j", "T", "2")
        assert any("NOT saved: the store is locked" in message for message in it.app.messages)


async def test_somebody_else_is_asked_to_cover() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "c", "1", "1")
        (command, _), *more = it.desk.arranged
    assert not more
    assert command == Cover("payments", "primary", "budi", NOW, NOW + timedelta(minutes=30))


async def test_a_cover_is_taken_back() -> None:
    cover = Override("payments", "primary", "budi", NOW, NOW + timedelta(hours=2), id="C7", by="asha")
    async with console(size=(120, 40)) as it:
        await it.press("w", "x")
        assert it.desk.arranged == []
        roster = replace(scenes.POLICY.roster, overrides=(cover,))
        await it.push(policy=replace(scenes.POLICY, roster=roster))
        await it.press("x", "1")
        assert [command for command, _ in it.desk.arranged] == [EndCover("C7")]


async def test_a_contact_is_copied() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "j", "y")
        assert it.app.copied == ["+62 811-555-0102"]


def footer(it: Driver) -> str:
    return it.screen_text.splitlines()[-1].strip()


async def test_only_keys_that_do_something_are_named() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w")
        assert footer(it).startswith("T take   c cover   x take back   y copy   tab page")
        await it.press("tab")
        assert footer(it).startswith("right a week on")
        await it.press("right")
        assert footer(it).startswith("left a week back   right a week on")
    async with console(size=(120, 40), readonly=True) as it:
        await it.press("w")
        assert footer(it).startswith("y copy   tab page")
        await it.press("T")
        assert "read-only console: nothing is written" in it.app.messages
        assert it.desk.arranged == []


async def test_help_lists_its_keys_and_the_way_back_is_always_named() -> None:
    async with console(size=(40, 10)) as it:
        await it.press("w")
        assert footer(it).endswith("? help   esc back")
        await it.press("?")
        assert "take the pager" in it.screen_text
        await it.press("escape")
        assert "primary" in shown(it)


@pytest.mark.parametrize("pages", [0, 1, 2])
async def test_every_page_says_how_old_it_is_while_the_store_is_away(pages: int) -> None:
    gone = StoreHealth("postgresql", StoreState.UNREACHABLE, NOW - timedelta(minutes=2), "no answer")
    async with console(size=(120, 40)) as it:
        await it.press("w", *["tab"] * pages)
        assert "as of" not in shown(it)
        await it.push(store=gone)
        next(one for one in it.app.screen_stack if isinstance(one, RosterScreen)).draw_page()
        await it.settle()
        assert "as of 21:12, 2m ago: the store does not answer" in it.screen_text


async def test_how_long_is_said_with_the_time_at_which_it_ends() -> None:
    async with console(size=(120, 40)) as it:
        await it.press("w", "T")
        assert "take primary of payments, yours already, for" in it.screen_text
        assert "1 hour                until 22:14" in it.screen_text
        assert "until this shift ends" in it.screen_text
