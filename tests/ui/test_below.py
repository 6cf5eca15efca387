"""The screen below a dialog looks as Textual shades it, and is not drawn where nothing of it is seen."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip
from textual.visual import Visual, visualize

from console.ui.themes.load import load_themes
from console.ui.widgets import below
from console.ui.widgets.below import Below
from tests.ui.driving import console


def drawn(screen: Screen[object], what: object) -> list[list[Segment]]:
    """Return the lines of what a screen renders, in as few words as will do."""
    strips = Visual.to_strips(screen, visualize(screen, what), *screen.size, screen.visual_style)
    return [list(strip.simplify()) for strip in strips]


async def test_it_looks_as_textual_shades_it_in_every_theme() -> None:
    async with console(size=(100, 30)) as it:
        await it.press("n")
        for theme in load_themes().by_name:
            it.app.use_theme(theme)
            await it.settle()
            dialog = it.app.screen
            theirs = BackgroundScreen(it.main, dialog.styles.background)
            ours = drawn(dialog, Below(theirs))
            assert ours == drawn(dialog, theirs), theme
            assert any("HighErrorRate" in segment.text for line in ours for segment in line), theme


@pytest.mark.parametrize(
    ("key", "size", "seen"), [("n", (100, 30), True), ("n", (58, 30), False), ("?", (100, 30), False)]
)
async def test_it_is_not_drawn_where_the_frame_takes_the_whole_screen(
    key: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, *, seen: bool
) -> None:
    asked: list[Screen[object]] = []

    def strips_of(screen: Screen[object]) -> list[Strip]:
        asked.append(screen)
        return [Strip.blank(screen.size.width)] * screen.size.height

    async with console(size=size) as it:
        monkeypatch.setattr(below, "strips_of", strips_of)
        await it.press(key)
        assert len(it.app.screen_stack) == 2
        assert bool(asked) is seen
