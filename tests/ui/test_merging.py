"""Merging and splitting on screen, and what an incident of several services is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.commands import MergeInto, Split
from console.domain.events import AlertsFired, Merged
from console.domain.merging import candidates
from console.domain.summary import summarise
from console.ui.glyphs import UNICODE
from console.ui.keys import keyqueue
from console.ui.screens.picking import PickIncident
from console.ui.screens.splitting import SplitDialog
from console.ui.text import Spans
from console.ui.views.frame import Frame
from console.ui.views.parts import part_lines, pieces
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.rows import row
from tests.ui.scenes import NOW
from tests.ui.storms import POLICY, WHY, alert, storm

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")


def texts(lines: list[Spans]) -> list[str]:
    return ["".join(part for part, _ in line) for line in lines]


def test_the_root_comes_first_then_what_is_near_it() -> None:
    assert texts(part_lines(storm(), POLICY, FRAME, 200, ".")) == [
        f"root?     probably begins at orders-db: {WHY} (a guess)",
        "4 services, 4 failing",
        "● orders-db  1/1 firing, P2, for 5m  root?",
        "● cart       2/2 firing, P1, for 5m",
        "● search     1/1 firing, P2, for 5m, from INC-7",
        "● payments   1/1 firing, P2, for 5m",
        "  merged into it: INC-7",
        "",
    ]


def test_a_long_list_ends_in_a_number() -> None:
    many = AlertsFired(tuple(alert(f"s{n:02}") for n in range(30)))
    said = texts(part_lines(storm("INC-1042", many), POLICY, FRAME, 60, "."))
    assert "  and 24 more services, 24 alerts firing" in said
    assert len(said) < 20


def test_of_one_service_nothing_is_said() -> None:
    assert part_lines(scenes.detail("INC-1"), POLICY, FRAME, 80, ".") == []
    assert pieces(scenes.detail("INC-1"), POLICY, NOW) == []


def test_the_likeliest_comes_first() -> None:
    minute = timedelta(minutes=1)
    mine = row("INC-1", NOW, service="cart", root="edge")
    others = [
        row("INC-2", NOW, service="mailer", age=minute),
        row("INC-3", NOW, service="mailer", age=2 * minute, root="edge"),
        row("INC-4", NOW, service="payments", age=3 * minute),
        row("INC-5", NOW, service="orders-db", age=4 * minute),
        row("INC-6", NOW, service="cart", age=5 * minute),
        row("INC-7", NOW, service="batch", age=6 * minute),
    ]
    found = candidates([mine], [mine, *others], POLICY)
    assert [(one.row.id, one.why) for one in found] == [
        ("INC-6", "same service"),
        ("INC-5", "cart needs it"),
        ("INC-4", "it needs cart"),
        ("INC-3", "both from edge?"),
        ("INC-2", ""),
        ("INC-7", ""),
    ]
    several = candidates([mine, others[0]], [mine, *others], POLICY)
    assert {one.row.id for one in several[:2]} == {"INC-1", "INC-2"}


async def test_m_merges_into_the_one_that_is_typed() -> None:
    async with console(scenes.scene()) as it:
        name = it.cursor
        await it.press("m")
        assert isinstance(it.app.screen, PickIncident)
        await it.write("orders repl")
        assert f"{name}'s clocks end unmeasured; its" in it.screen_text
        assert "go to INC-1030" in it.screen_text
        await it.press("enter")
        assert it.commands == [(name, MergeInto("INC-1030"))]


async def test_the_arrows_choose_and_escape_does_nothing() -> None:
    async with console(scenes.scene(), size=(80, 24)) as it:
        await it.press("m", "down", "down", "up", "escape")
        assert it.commands == []
        await it.press("m", "down", "enter")
        assert len(it.commands) == 1
        await it.press("m")
        await it.write("no such thing")
        assert "no open incident is like that" in it.screen_text
        await it.press("enter")
        assert len(it.commands) == 1


async def test_a_key_after_an_arrow_that_the_dialog_took_need_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyqueue, "PATIENCE", 600.0)
    async with console(scenes.scene(), size=(80, 24)) as it:
        await it.press("m", "down", "down", "up")
        assert isinstance(it.app.screen, PickIncident)


async def test_marked_ones_are_listed_and_merged_into_one_of_them() -> None:
    async with console(scenes.scene()) as it:
        await it.press("space", "j", "space", "j", "space")
        marks = it.main.drawing.incidents.table.marked_in_order
        await it.press("m")
        assert "one of the marked" in it.screen_text
        await it.write(marks[1])
        await it.press("enter")
        assert it.commands == []
        assert f"merge into {marks[1]} 2 incidents" in it.screen_text
        await it.press("enter")
        await it.settle(lambda: len(it.commands) == 2)
        assert it.commands == [(marks[0], MergeInto(marks[1])), (marks[2], MergeInto(marks[1]))]


async def test_m_in_the_runbook_stays_the_note_of_a_step() -> None:
    async with console(scenes.scene()) as it:
        await it.loaded()
        await it.press("b", "m")
        assert not isinstance(it.app.screen, PickIncident)


async def with_storm(it: Driver) -> str:
    """Let the incident under the cursor be a storm."""
    assert it.cursor is not None
    it.desk.details[it.cursor] = storm(it.cursor)
    return it.cursor


async def test_x_splits_off_what_is_marked() -> None:
    async with console(scenes.scene(policy=POLICY)) as it:
        name = await with_storm(it)
        await it.press("X")
        assert isinstance(it.app.screen, SplitDialog)
        assert "incident INC-7" in it.screen_text
        assert "service  payments" not in it.screen_text, "its own service stays"
        await it.press("space", "j", "space", "j", "space", "enter")
        assert it.commands == [
            (name, Split(child="INC-7")),
            (name, Split(services=("orders-db", "cart"))),
        ]


async def test_one_service_alone_is_not_split() -> None:
    async with console(scenes.scene()) as it:
        await it.press("X")
        assert "nothing to split off" in it.screen_text
        await it.press("space", "X")
        assert "one incident at a time" in it.screen_text


async def test_a_row_of_several_services_says_so_in_80_columns() -> None:
    rows = scenes.incident_rows()
    first = replace(rows[0], services=14, root="orders-db")
    async with console(scenes.scene(rows=(first, *rows[1:])), size=(80, 24)) as it:
        assert "orders-db +13 HighErrorRate" in it.screen_text


async def test_a_part_says_where_it_went_and_one_key_goes_there() -> None:
    async with console(scenes.scene(), size=(160, 45)) as it:
        name = await with_storm(it)
        other = next(one for one in it.main.session.board.shown if one != name)
        child = storm(name, Merged(other))
        it.desk.details[name] = child
        await it.press("2", "z")
        rows = tuple(one for one in scenes.incident_rows() if one.id != name)
        assert not summarise(child.incident).is_open
        await it.push(rows=rows, position=10)
        await it.loaded()
        assert f"part of {other} now: go on there  . goes there" in it.screen_text
        await it.press(".")
        assert it.cursor == other
