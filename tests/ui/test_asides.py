"""The load meter, and the suggestion of a break: seen where there is room and calm, never before a deadline."""

from __future__ import annotations

from datetime import timedelta

from console.domain.hints import Digest
from console.domain.loadmeter import ShiftLoad
from console.ui.glyphs import UNICODE
from console.ui.views.frame import Frame
from console.ui.views.topline import top_line
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.scenes import NOW

HOUR = timedelta(hours=1)


def heavy(minutes: int) -> ShiftLoad:
    return ShiftLoad(NOW - 9 * HOUR, 5, 6, 2, NOW - timedelta(minutes=minutes), 5, heavy=True)


async def test_a_break_is_suggested_calmly_and_can_be_put_away() -> None:
    quiet = scenes.scene(rows=(), sources=scenes.LIVE, duties=scenes.DUTIES[:3])
    desk = FakeDesk(quiet, load=heavy(180))
    words = "3h without a break, 5 incidents: ask Budi (secondary) to take over for 20 min"
    async with console(desk=desk, size=(160, 45)) as driver:
        await driver.settle(lambda: words in driver.screen_text)
        assert "load 5" in driver.screen_text
        await driver.press("escape")
        assert words not in driver.screen_text
        driver.main.incoming.asides.tick()
        assert driver.main.session.asides == ()


async def test_a_break_never_hides_a_deadline() -> None:
    desk = FakeDesk(scenes.scene(), details=scenes.details(), load=heavy(180))
    async with console(desk=desk, size=(160, 45)) as driver:
        await driver.settle(lambda: driver.main.session.asides != ())
        assert "without a break" not in driver.screen_text
        assert "ack INC-1042" in driver.screen_text


def test_the_meter_loses_words_where_there_is_little_room() -> None:
    snapshot, summed = scenes.scene(rows=(), sources=scenes.LIVE), Digest(0, 0, (), 0)
    frame = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")

    def at(width: int, load: ShiftLoad | None = None) -> str:
        return "".join(text for text, _ in top_line(snapshot, summed, frame, width, load=load))

    assert "load 5 (2 at night) this shift" in at(250, heavy(0))
    assert "load 5 " in at(160, heavy(0))
    assert "load" not in at(80, heavy(0))
    assert "load" not in at(250)
    assert at(80, heavy(0)).endswith("21:14:07")
