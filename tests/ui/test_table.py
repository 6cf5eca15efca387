from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from console.ui.glyphs import ASCII
from console.ui.widgets.table import RowTable
from tests.ui.tables import Row, TableApp, row
from tests.ui.test_text import HELL

ROWS = [row(number) for number in range(30)]


@pytest_asyncio.fixture
async def running() -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(ROWS)
        await pilot.pause()
        app.heard.clear()
        yield app, pilot


Running = tuple[TableApp, Pilot[None]]


async def test_it_looks_right(running: Running) -> None:
    app, _ = running
    shown = app.shown()
    assert shown[1] == "  P      CLOCK SERVICE   INCIDENT"
    assert shown[2] == "▌  P1     100s svc-i0    HighErrorRate quiet               ┃"
    assert len(shown) == 12
    assert shown[11].startswith("   P1     100s svc-i9")


async def test_keys_move_the_cursor_and_say_so(running: Running) -> None:
    app, pilot = running
    await pilot.press("j", "down", "k")
    assert app.table.cursor_key == app.table.painted_key_at_cursor() == "i1"
    await pilot.press("G")
    assert app.table.cursor_key == "i29"
    assert app.shown()[11].startswith("▌  P1     100s svc-i29")
    await pilot.press("g")
    assert app.table.cursor_key == "i0"
    await pilot.press("pagedown")
    assert app.table.cursor_key == "i10"
    await pilot.press("ctrl+d", "ctrl+u", "pageup")
    assert app.table.cursor_key == "i0"
    assert [message.key for message in app.heard if isinstance(message, RowTable.RowHighlighted)] == [
        "i1", "i2", "i1", "i29", "i0", "i10", "i15", "i10", "i0",
    ]  # fmt: skip


async def test_moving_within_the_view_draws_two_rows_and_keeps_the_strips_of_the_others(
    running: Running,
) -> None:
    app, pilot = running
    before = app.table.render_lines(app.table.size.region)
    await pilot.press("j")
    after = app.table.render_lines(app.table.size.region)
    assert [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old is not new] == [1, 2]
    await pilot.press("G")
    bottom = app.table.render_lines(app.table.size.region)
    await pilot.press("g", "j")
    again = app.table.render_lines(app.table.size.region)
    assert all(isinstance(strip, Strip) for strip in bottom)
    assert all(old is new for old, new in zip(after[3:], again[3:], strict=True))


async def test_the_same_rows_again_draw_nothing(running: Running) -> None:
    app, pilot = running
    frames = app.frames
    app.table.set_rows(list(ROWS))
    app.table.tick(0)
    await pilot.pause()
    assert app.frames == frames


async def test_a_tick_draws_only_the_clocks_that_changed(running: Running) -> None:
    app, pilot = running
    drawn = [row(0, 100), *ROWS[1:]]
    app.table.set_rows(drawn)
    await pilot.pause()
    before = app.table.render_lines(app.table.size.region)
    app.table.tick(7)
    await pilot.pause()
    assert all("93s" in line for line in app.shown()[2:])
    app.table.tick(7)
    frames = app.frames
    await pilot.pause()
    assert app.frames == frames
    after = app.table.render_lines(app.table.size.region)
    assert before[0] is after[0]
    assert before[1] is not after[1]


async def test_the_row_under_the_cursor_leaves(running: Running) -> None:
    app, pilot = running
    await pilot.press("j", "j")
    app.heard.clear()
    app.table.set_rows([item for item in ROWS if item.id != "i2"])
    assert app.table.painted_key_at_cursor() == "i2"  # that is what is on the screen
    await pilot.pause()
    assert app.table.cursor_key == app.table.painted_key_at_cursor() == "i3"
    assert app.shown()[4].startswith("▌")
    displaced = [message for message in app.heard if isinstance(message, RowTable.CursorDisplaced)]
    assert [(message.gone, message.key) for message in displaced] == [("i2", "i3")]


async def test_when_the_row_changed_by_itself_is_known(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, pilot = running
    monkeypatch.setattr("console.ui.widgets.linewidget.ticks", lambda: 77.0)
    await pilot.press("j")
    assert app.table.row_changed_at == float("-inf")
    app.table.set_rows(ROWS[5:])
    await pilot.pause()
    assert app.table.row_changed_at == 77.0


async def test_opening_is_about_the_painted_row(running: Running) -> None:
    app, pilot = running
    app.heard.clear()
    app.table.set_rows(ROWS[1:])
    app.table.action_open()
    await pilot.pause()
    opened = [message.key for message in app.heard if isinstance(message, RowTable.RowSelected)]
    assert opened == ["i0"]


async def test_marks_belong_to_rows(running: Running) -> None:
    app, pilot = running
    await pilot.press("space", "shift+down", "shift+down", "v", "j", "j", "v")
    assert app.table.marks == {"i0", "i1", "i2", "i3", "i4"}
    assert app.shown()[2][:2] == " •"
    app.table.set_rows(ROWS[::-1])
    await pilot.pause()
    assert app.table.marked_in_order == ("i4", "i3", "i2", "i1", "i0")
    app.table.set_rows(ROWS[2:])
    assert app.table.marks == {"i2", "i3", "i4"}
    app.table.clear_marks()
    assert app.table.marks == frozenset()
    assert isinstance(app.heard[-1], RowTable.RowHighlighted | RowTable.MarksChanged)


async def test_the_mouse_points_at_painted_rows(running: Running) -> None:
    app, pilot = running
    await pilot.click(RowTable, offset=(20, 4))
    assert app.table.cursor_key == "i3"
    app.table.set_rows(ROWS[::-1])  # not painted yet
    app.heard.clear()
    await pilot.click(RowTable, offset=(20, 4))
    await pilot.pause()
    assert app.table.cursor_key is not None
    assert app.table.cursor_key == app.table.painted_key_at_cursor()
    await pilot.click(RowTable, offset=(20, 0))
    assert app.table.cursor_key == app.table.painted_key_at_cursor()


async def test_a_second_click_opens(running: Running) -> None:
    app, pilot = running
    await pilot.click(RowTable, offset=(20, 3))
    await pilot.click(RowTable, offset=(20, 3))
    await pilot.pause()
    assert [message.key for message in app.heard if isinstance(message, RowTable.RowSelected)] == ["i2"]


async def test_the_wheel_scrolls_and_takes_the_cursor_along(running: Running) -> None:
    app, pilot = running
    for _ in range(2):
        await pilot._post_mouse_events([_wheel()], RowTable)
    await pilot.pause()
    assert app.table.cursor_key == "i6"
    assert app.shown()[2].startswith("▌  P1     100s svc-i6")


def _wheel() -> type:
    from textual.events import MouseScrollDown  # noqa: PLC0415 - only here

    return MouseScrollDown


async def test_an_empty_list_says_what_it_was_told(running: Running) -> None:
    app, pilot = running
    app.table.set_empty((), (("prod is stale", "source-stale"),))
    app.table.set_rows(())
    await pilot.pause()
    assert app.shown()[3] == "  prod is stale"
    assert app.table.cursor_key is None
    await pilot.press("j", "k", "G", "g", "space", "v", "enter", "pagedown", "shift+down")
    assert app.table.painted_key_at_cursor() is None
    app.table.set_rows(ROWS)
    await pilot.pause()
    assert app.table.painted_key_at_cursor() == "i0"


async def test_other_signs_and_another_context_draw_everything(running: Running) -> None:
    app, pilot = running
    app.table.set_glyphs(ASCII)
    app.table.set_context(50)
    await pilot.pause()
    assert app.shown()[2].startswith(">  P1      50s")
    assert all(line.isascii() for line in app.shown())


async def test_narrow_and_wide(running: Running) -> None:
    app, pilot = running
    for width, titles in (
        (30, "  P      CLOCK INCIDENT"),
        (60, "  P      CLOCK SERVICE   INCIDENT"),
        (4, "  P"),
        (1, ""),
    ):
        await pilot.resize_terminal(width, 12)
        await pilot.pause()
        strips = app.table.render_lines(app.table.size.region)
        assert strips[0].text.rstrip() == titles
        assert all(strip.cell_length == width for strip in strips)
    for height in (1, 2, 3):
        await pilot.resize_terminal(60, height)
        await pilot.press("j")


async def test_text_from_hell_is_one_row_of_plain_text() -> None:
    app = TableApp((60, 20))
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows([Row(f"i{number}", 1, text) for number, text in enumerate(HELL)])
        await pilot.pause()
        strips = app.table.render_lines(app.table.size.region)
        assert all(strip.cell_length == 60 for strip in strips)
        assert all(not segment.style or not segment.style.meta for strip in strips for segment in strip)
        assert "\x1b" not in "".join(strip.text for strip in strips)
        shown = app.shown()
        assert [line[11:26].split()[:2] for line in shown[2 : 2 + len(HELL)]] == [
            ["1s", f"svc-i{number}"] for number in range(len(HELL))
        ]
        assert "[/] [@click=app.quit]x[/] [link=" in shown[3]


class Above(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        yield Static("above all", id="dialog")


async def test_changes_under_a_dialog_are_there_when_it_closes(running: Running) -> None:
    app, pilot = running
    await app.push_screen(Above())
    await pilot.pause()
    app.table.set_rows(ROWS[3:])
    app.table.tick(9)
    await pilot.pause()
    app.pop_screen()
    await pilot.pause()
    await pilot.pause()
    assert app.cells() == app.full_repaint()
    assert app.table.painted_key_at_cursor() == "i3"


async def test_lines_drawn_for_another_widget_do_not_count_as_painted(running: Running) -> None:
    app, pilot = running
    app.table.set_rows(ROWS[1:])  # asked for, not taken up by the compositor yet
    app.table.render_lines(app.table.size.region)
    assert app.table.painted_key_at_cursor() == "i0"
    await pilot.pause()
    assert app.table.painted_key_at_cursor() == "i1"


async def test_what_a_stalled_terminal_has_not_shown_does_not_count_as_painted(running: Running) -> None:
    app, pilot = running
    app.output_stalled = True
    app.table.set_rows(ROWS[1:])
    await pilot.press("x")
    await pilot.pause()
    assert app.table.cursor_key == "i1"
    assert app.table.painted_key_at_cursor() == "i0"
    assert app.shown()[2].startswith("▌  P1     100s svc-i0")
    app.output_caught_up()
    await pilot.pause()
    assert app.table.painted_key_at_cursor() == "i1"
    assert app.cells() == app.full_repaint()


def change(table: RowTable[Row, int], rows: list[Row], now: int, dice: random.Random) -> list[Row]:
    """Do one random thing to the table; return the rows it has now."""
    what = dice.randrange(9)
    if what == 0:
        rows = sorted(rows, key=lambda _row: dice.random())
    elif what == 1:
        rows = [item for item in rows if dice.random() > dice.choice((0.02, 0.5))]
    elif what in {2, 3}:
        rows = [*rows, row(dice.randrange(1000, 10**9), dice.randrange(1000))]
        rows[dice.randrange(len(rows))], rows[-1] = rows[-1], rows[dice.randrange(len(rows))]
        rows = list({item.id: item for item in rows}.values())
    elif what == 4 and rows:
        at = dice.randrange(len(rows))
        rows = [*rows[:at], Row(rows[at].id, dice.randrange(1000), dice.choice(HELL[:6])), *rows[at + 1 :]]
    elif what == 5:
        table.tick(now)
    elif what == 6:
        table.action_move(dice.choice((-1, 1)))
    elif what == 7:
        table.action_page(dice.choice((-1.0, 0.5, 1.0)))
    else:
        dice.choice((table.action_mark, table.action_last, table.action_mark_range))()
    if what < 5:
        table.set_rows(tuple(rows))
    return rows


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_painted_bit_by_bit_is_what_would_be_painted_anew(seed: int) -> None:
    """Random changes, several between two frames; after each frame every cell is compared."""
    dice = random.Random(seed)  # noqa: S311 - dice, not secrets
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        rows = list(ROWS)
        for now in range(40):
            for _ in range(dice.randrange(1, 4)):
                rows = change(app.table, rows, now, dice)
            await pilot.pause()
            assert app.cells() == app.full_repaint()
            assert app.table.painted_key_at_cursor() == app.table.cursor_key
