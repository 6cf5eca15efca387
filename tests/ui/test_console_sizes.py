"""Every size: nothing breaks, what matters stays, nothing is cut in the middle of a word."""

from __future__ import annotations

import random

import pytest

from console.ui.screens.shape import Mode
from tests.ui import scenes
from tests.ui.driving import console

FIRST = "INC-1039"


@pytest.mark.parametrize("size", [(160, 45), (120, 35), (110, 30), (80, 24), (60, 18), (40, 10)])
async def test_what_matters_is_on_every_screen(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        await it.loaded()
        top, following, *_, keys = it.screen_text.split("\n")
        assert "Asha" in top
        assert "2" in top
        assert "◌" in top  # one source is stale, and a word says so
        assert "stale" in top or "not live" in top
        assert "ack INC-1042 within 01:48" in following
        assert "a ack" in keys
        assert "? help" in keys
        assert "1 Incidents" in it.screen_text
        assert "-00:41" in it.screen_text
        assert all(len(line) <= size[0] for line in it.screen_text.split("\n"))


@pytest.mark.parametrize("size", [(160, 45), (120, 35), (80, 24), (40, 10)])
async def test_every_pane_can_be_read_at_every_size(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        await it.loaded()
        words = {"2": "21:12:15", "3": "Compare the error", "4": "Budi", "5": "RESOLVE", "1": "CLOCK"}
        for key, word in words.items():
            await it.press(key)
            assert word in it.screen_text, (key, word)


async def test_a_storm_of_resizes() -> None:
    chance = random.Random(1)  # noqa: S311 - chance, not secrets
    async with console() as it:
        for _ in range(30):
            width, height = chance.randrange(1, 200), chance.randrange(1, 60)
            await it.pilot.resize_terminal(width, height)
            if chance.random() < 0.3:
                it.main.tick()
                await it.press(chance.choice(("j", "]", "z", "3", "escape")))
        await it.pilot.resize_terminal(120, 35)
        await it.press("escape", "escape", "1", "g")
        assert it.main.session.shape.mode is Mode.WIDE
        assert "1 Incidents" in it.screen_text
        assert "4 Roster" in it.screen_text
        assert it.cursor == FIRST


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (10, 3), (20, 5)])
async def test_absurd_sizes_break_nothing(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        for key in ("j", "?", "escape", "e", "escape", "3", "5", "1", "/", "escape", "n", "escape"):
            await it.press(key)
        it.main.tick()
        await it.push(rows=scenes.incident_rows()[:3])
        assert it.app.is_running
        assert it.commands == []


async def test_the_focus_survives_a_change_of_layout() -> None:
    async with console(size=(160, 45)) as it:
        await it.press("5")
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert it.main.session.shape.focus == "clocks"
        assert "RESOLVE" in it.screen_text
        await it.pilot.resize_terminal(40, 10)
        await it.settle()
        assert "RESOLVE" in it.screen_text
        await it.press("1")
        assert "RESOLVE" not in it.screen_text


async def test_a_remark_is_whole_or_not_there() -> None:
    async with console(size=(165, 42)) as it:
        assert "IndexStale  4× in 30 d  quiet 34m" in it.screen_text
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert "IndexStale  4× in 30 d" in it.screen_text
        assert "  q" not in it.screen_text.split("\n")[6]
        await it.pilot.resize_terminal(120, 35)
        await it.settle()
        assert "IndexStale  4× i…  quiet 34m" in it.screen_text


async def test_the_smallest_dialogs_say_what_follows_and_every_key() -> None:
    async with console(size=(40, 10)) as it:
        await it.loaded()
        await it.press("m")
        assert "clocks end unmeasured" in it.screen_text
        await it.press("escape", "R")
        assert "y yes  w wrong steps  n none" in it.screen_text
        await it.press("escape", "6", "G")
        shown = " ".join(it.screen_text.replace("│", " ").split())
        assert "nobody outside this screen ([[channels]])" in shown
