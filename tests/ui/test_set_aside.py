"""Mistakes in the roster of the config stand on screen: at the start, and as long as they are there in About."""

from __future__ import annotations

from tests.ui import scenes
from tests.ui.driving import console

LINES = (
    'set aside: oncall.toml:7: [[rotations]] #1 "payments primary": members #2: no [[people]] has the id "[bdi]"',
    "set aside: oncall.toml:40: [[overrides]] #1: end must be later than start",
)


async def test_they_are_told_at_the_start_and_in_about() -> None:
    async with console(scenes.team(), size=(160, 40), set_aside=LINES) as it:
        assert [note for note in it.app.messages if note.startswith("2 mistakes in the roster of the config")]
        await it.press("I")
        for words in ("set aside: oncall.toml:7:", 'no [[people]] has the id "[bdi]"', "oncall.toml:40:"):
            assert words in " ".join(it.screen_text.split())
