"""The screen of one among many: who looks, who was first, whose rules differ, and a cursor that stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.commands import Ack
from console.domain.incident import State
from console.domain.snapshot import StoreHealth, StoreState
from console.domain.summary import Summary
from console.ports.desk import Nothing, Refused
from console.ui.glyphs import ASCII
from console.ui.screens.confirm import Confirm
from console.ui.screens.reader import Reader
from console.ui.terminal.terminal import Terminal
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.scenes import NOW

FIRST, SECOND = "INC-1039", "INC-1042"
SIZES = [(165, 42), (120, 35), (80, 24)]


@pytest.mark.parametrize("size", SIZES)
async def test_who_looks_at_the_selected_incident_is_said_and_goes_again(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        await it.loaded()
        await it.push(consoles=(scenes.looks("rina", FIRST), scenes.looks("budi", FIRST)))
        assert "◉ Rina, Budi are looking" in it.screen_text
        assert "◉ Latency" in it.screen_text
        assert "◉ HighError" not in it.screen_text
        await it.press("j")
        assert "◉ Rina, Budi are looking" not in it.screen_text
        assert "◉ Latency" in it.screen_text
        await it.push(consoles=())
        assert "◉" not in it.screen_text


async def test_a_wide_row_says_who_and_keeps_its_own_remark() -> None:
    async with console(size=(200, 42)) as it:
        await it.push(consoles=(scenes.looks("rina", SECOND), scenes.looks("asha", "INC-1030")))
        assert "◉ HighErrorRate  5xx 14% on api-gw  ↑ secondary in 1m · Rina is looking" in it.screen_text
        assert "◉ ReplicationLag 38s  you, elsewhere" in it.screen_text


async def test_a_row_at_forty_columns_still_has_the_sign() -> None:
    async with console(size=(40, 10)) as it:
        await it.push(consoles=(scenes.looks("rina", FIRST),))
        assert "◉ Latency" in it.screen_text


async def test_the_sign_has_a_form_in_ascii() -> None:
    async with console(terminal=Terminal("ascii", no_color=True, glyphs=ASCII)) as it:
        await it.push(consoles=(scenes.looks("rina", FIRST),))
        assert "@ Rina is looking" in it.screen_text
        assert "@ Latency" in it.screen_text


async def test_others_are_told_what_is_looked_at() -> None:
    async with console() as it:
        assert it.desk.looked_at == [FIRST]
        await it.press("j", "j", "k")
        assert it.desk.looked_at == [FIRST, SECOND, "INC-1021", SECOND]
        await it.push(rows=())
        assert it.desk.looked_at[-1] == ""


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_says_who_runs_the_engine(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        assert "host-1" in it.screen_text.split("\n")[0]


@pytest.mark.parametrize("size", [*SIZES, (40, 10)])
async def test_every_size_is_loud_when_nobody_does(size: tuple[int, int]) -> None:
    async with console(scenes.scene(engine=None), size=size) as it:
        top, following = it.screen_text.split("\n")[:2]
        assert "NO" in top
        assert "auto-escalation is NOT running" in following


@pytest.mark.parametrize("size", [*SIZES, (40, 10)])
async def test_a_clock_that_is_off_is_marked_at_every_size(size: tuple[int, int]) -> None:
    async with console(scenes.scene(skew=timedelta(minutes=-7, seconds=-3)), size=size) as it:
        assert "here -7m" in it.screen_text.split("\n")[0]


async def test_about_says_what_this_console_runs_on_and_who_is_here() -> None:
    async with console(scenes.team(), config="/etc/oncall/oncall.toml") as it:
        await it.press("I")
        text = it.screen_text
        for words in (
            "version", "/etc/oncall/oncall.toml", "9c1b07d2e3f4", "postgresql  live  last answer 0s ago",
            "oncall-engine.example  a service, pid 4242", "since Fri 2026-01-02 12:14 UTC, last heartbeat 0s ago",
            "team config 3fa2c1d2e3f4  another team config than yours!", "this clock is 7m 03s ahead",
            "Rina  ◉ INC-1039", "Budi  version 9.9  team config 3fa2c1d2e3f4",
        ):  # fmt: skip
            assert words in text, words
        await it.press("escape")
        await it.push(consoles=(), engine=None, skew=None)
        await it.press("I")
        assert "nobody runs it" in it.screen_text
        assert "agrees with the store's" in it.screen_text
        assert "  none" in it.screen_text


@pytest.mark.parametrize("key", ["I", "6"])
async def test_what_is_read_does_not_stand_still(key: str) -> None:
    old = NOW - timedelta(minutes=2)
    async with console(scenes.scene(sources=scenes.LIVE)) as it:
        await it.press(key)
        assert "as of" not in it.screen_text
        await it.push(engine=None, sources=(), store=StoreHealth("postgresql", StoreState.UNREACHABLE, old))
        reader = it.app.screen
        assert isinstance(reader, Reader)
        reader.again()
        await it.settle()
        assert "as of 21:12, 2m ago: the store does not answer" in it.screen_text
        gone = {"I": "nobody runs it", "6": "no source is configured"}
        assert gone[key] in it.screen_text


async def test_another_team_config_is_told_once() -> None:
    told = ["the engine goes by another team config (3fa2c1, yours 9c1b07), and 1 more · I tells"]
    async with console(scenes.team()) as it:
        assert it.app.messages == told
        await it.push(position=11)
        assert it.app.messages == told


# Others act at the same time


def acked_by_rina(rows: tuple[Summary, ...], name: str) -> tuple[Summary, ...]:
    return tuple(
        replace(row, state=State.ACKNOWLEDGED, owner="rina", acked_by="rina", acked_at=NOW, n=row.n + 1)
        if row.id == name
        else row
        for row in rows
    )


async def test_an_ack_that_came_second_says_who_was_first() -> None:
    async with console() as it:
        it.desk.gate = asyncio.Event()
        it.desk.answers.append(Nothing(FIRST, "acked by Rina 4s ago"))
        await it.press("a")
        assert "saving ack" in it.screen_text
        await it.push(rows=acked_by_rina(it.desk.snapshot.rows, FIRST))
        assert it.cursor == FIRST  # it is somewhere else in the list now
        it.desk.gate.set()
        await it.settle(lambda: bool(it.app.messages))
        assert it.app.messages == ["acked by Rina 4s ago"]
        assert it.cursor == FIRST
        assert "saving" not in it.screen_text


async def test_marks_and_cursor_stay_on_their_incidents_while_others_act() -> None:
    async with console() as it:
        await it.press("space", "j", "space")
        assert it.cursor == SECOND
        await it.push(rows=acked_by_rina(it.desk.snapshot.rows, FIRST))
        await it.push(rows=tuple(reversed(it.desk.snapshot.rows)))
        table = it.main.drawing.incidents.table
        assert it.cursor == SECOND
        assert set(table.marked_in_order) == {FIRST, SECOND}


async def test_a_list_to_confirm_is_carried_out_as_it_was_shown_and_says_who_was_first() -> None:
    async with console() as it:
        await it.press("space", "j", "space", "a")
        assert isinstance(it.app.screen, Confirm)
        await it.push(rows=acked_by_rina(it.desk.snapshot.rows, FIRST))
        assert FIRST in it.screen_text
        answers = {FIRST: Nothing(FIRST, "acked by Rina 4s ago")}
        it.desk.answers += [
            lambda incident, _command, _op: answers.get(incident, Refused(incident, "x")) for _ in range(2)
        ]
        await it.press("enter")
        assert {incident for incident, _ in it.commands} == {FIRST, SECOND}
        assert {type(command) for _, command in it.commands} == {Ack}
        assert f"{FIRST} acked by Rina 4s ago" in it.app.messages[-1]
        assert it.cursor == SECOND


async def test_the_cursor_stays_while_rows_are_pushed_between_keys() -> None:
    rows = scenes.incident_rows()
    async with console() as it:
        names = [item.standing.row.id for item in it.main.session.board.items]
        for n in range(12):
            it.app.post_message(it.key("j" if n % 3 else "k"))
            it.desk.push(rows=acked_by_rina(rows, names[n % len(names)]), position=20 + n)
            await it.settle()
            shown = it.main.session.board.shown
            assert it.cursor in shown
            assert it.desk.looked_at[-1] == it.cursor == it.main.session.selected
            before = it.cursor
            await it.push(rows=tuple(reversed(it.desk.snapshot.rows)))
            assert it.cursor == before
