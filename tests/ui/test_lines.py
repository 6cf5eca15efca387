from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip

from console.ui.glyphs import ASCII
from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.text import Spans
from console.ui.widgets.lines import LinesView
from tests.ui.test_text import HELL


def plain(*texts: str) -> list[Spans]:
    return [((text, "dim"),) for text in texts]


class LinesApp(TerminalSafeApp[None]):
    """One view of lines."""

    def __init__(self, *, wrap: bool = False) -> None:
        super().__init__()
        self.view = LinesView(wrap=wrap)
        self.heard: list[Message] = []
        self.frames = 0

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def on_lines_view_highlighted(self, message: LinesView.Highlighted) -> None:
        self.heard.append(message)

    def on_lines_view_selected(self, message: LinesView.Selected) -> None:
        self.heard.append(message)

    def on_lines_view_width_changed(self, message: LinesView.WidthChanged) -> None:
        self.heard.append(message)

    def post_display_hook(self) -> None:
        self.frames += 1

    def shown(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


Running = tuple[LinesApp, Pilot[None]]


@pytest_asyncio.fixture
async def running() -> AsyncIterator[Running]:
    app = LinesApp()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        app.heard.clear()
        yield app, pilot


async def test_lines_scroll_and_stay_where_they_are(running: Running) -> None:
    app, pilot = running
    app.view.set_lines(plain(*"abcdefgh"))
    await pilot.press("j", "j")
    assert [line[0] for line in app.shown()] == list("cdef")
    app.view.set_lines(plain(*"abcdXfgh"))
    await pilot.pause()
    assert [line[0] for line in app.shown()] == list("cdXf")
    await pilot.press("G")
    assert app.shown()[-1].startswith("h")
    app.view.set_lines(plain("a", "b"))
    await pilot.pause()
    assert [line.strip() for line in app.shown()] == ["a", "b", "", ""]
    app.view.set_lines(plain(*"abcdefgh"))
    await pilot.press("pagedown")
    app.view.set_lines(plain(*"ABCDEFGH"), top=True)
    await pilot.pause()
    assert app.shown()[0].startswith("A")


async def test_the_same_lines_draw_nothing_and_one_changed_line_keeps_the_others(running: Running) -> None:
    app, pilot = running
    app.view.set_lines(plain(*"abcd"))
    await pilot.pause()
    frames, before = app.frames, app.view.render_lines(app.view.size.region)
    app.view.set_lines(plain(*"abcd"))
    await pilot.pause()
    assert app.frames == frames
    app.view.set_lines(plain(*"abXd"))
    await pilot.pause()
    after = app.view.render_lines(app.view.size.region)
    assert [old is new for old, new in zip(before, after, strict=True)] == [True, True, False, True]


async def test_a_cursor_moves_between_items_of_several_lines(running: Running) -> None:
    app, pilot = running
    steps = plain("title", "1 open", "  $ cmd", "2 look", "3 page", "  who", "  when", "end")
    app.view.set_lines(steps, [None, "s1", "s1", "s2", "s3", "s3", "s3", None])
    await pilot.pause()
    assert app.view.cursor_key == app.view.painted_key_at_cursor() == "s1"
    await pilot.press("j", "j")
    assert app.view.cursor_key == "s3"
    assert [line.strip(" ┃│") for line in app.shown()] == ["2 look", "3 page", "who", "when"]
    await pilot.press("enter", "k", "j", "j")
    assert app.shown()[-1].startswith("end")  # past the last item it scrolls
    app.view.set_lines(steps[:4], [None, "s1", "s1", "s2"])
    await pilot.pause()
    assert app.view.cursor_key == "s1"
    assert app.view.move_to("s2")
    assert not app.view.move_to("s3")
    await pilot.press("g")
    assert app.view.cursor_key == "s1"
    opened = [message.key for message in app.heard if isinstance(message, LinesView.Selected)]
    assert opened == ["s3"]
    assert [message.key for message in app.heard if isinstance(message, LinesView.Highlighted)] == [
        "s1", "s2", "s3", "s2", "s3", "s1", "s2", "s1",
    ]  # fmt: skip


async def test_a_click_goes_to_an_item_and_a_second_one_opens_it(running: Running) -> None:
    app, pilot = running
    app.view.set_lines(plain("a", "b", "-"), ["a", "b", None])
    await pilot.pause()
    app.heard.clear()
    await pilot.click(LinesView, offset=(3, 1))
    await pilot.click(LinesView, offset=(3, 2))
    await pilot.click(LinesView, offset=(3, 1))
    await pilot.pause()
    assert [type(message).__name__ for message in app.heard] == ["Highlighted", "Selected"]


async def test_wrapping_follows_the_width() -> None:
    app = LinesApp(wrap=True)
    async with app.run_test(size=(12, 6)) as pilot:
        app.view.set_lines(plain("open the error dashboard"), ["one"])
        await pilot.pause()
        assert [line.strip() for line in app.shown()][:3] == ["open the", "error", "dashboard"]
        assert app.view.plain == ["open the", "error", "dashboard"]
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert app.shown()[0] == "open the error dashboard"
        widths = [message.width for message in app.heard if isinstance(message, LinesView.WidthChanged)]
        assert widths == [11, 39]
        assert app.view.text_width == 39


async def test_strips_drawn_elsewhere_are_fitted(running: Running) -> None:
    app, pilot = running
    red = Style.parse("red")
    app.view.set_lines([Strip([Segment("x" * 50, red)]), Strip([Segment("short")]), ((("y" * 50), ""),)])
    await pilot.pause()
    strips = app.view.render_lines(app.view.size.region)
    assert all(strip.cell_length == 20 for strip in strips)
    assert app.shown()[:3] == ["x" * 19, "short", "y" * 18 + "…"]
    assert app.view.plain[1] == "short"


async def test_hell_other_signs_and_other_themes(running: Running) -> None:
    app, pilot = running
    app.view.set_glyphs(ASCII)
    app.view.set_lines(plain(*HELL))
    for key in ("pagedown", "pagedown", "pagedown", "pageup", "end", "home"):
        await pilot.press(key)
        strips = app.view.render_lines(app.view.size.region)
        assert all(strip.cell_length == 20 for strip in strips)
        assert "\x1b" not in "".join(strip.text for strip in strips)
    assert app.shown()[0].endswith("#")
