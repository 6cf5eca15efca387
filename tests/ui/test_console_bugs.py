"""Bugs that peers paid for, each with its number in the list of peer bugs."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.widgets import Input, TextArea

from console.clock import ticks
from console.domain.commands import Ack, SetPriority
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.snapshot import StoreHealth, StoreState
from console.domain.summary import Summary
from console.errors import StoreError
from console.ports.desk import Asks, NotSaved, Saved, Unknown
from console.ui.keys.actions import ACTIONS
from console.ui.screens.confirm import Confirm
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.rows import row
from tests.ui.scenes import NOW

FIRST, SECOND, NUDGED = "INC-1039", "INC-1042", "INC-1021"
MINUTE = timedelta(minutes=1)


def without(*names: str) -> tuple[Summary, ...]:
    return tuple(one for one in scenes.incident_rows() if one.id not in names)


async def test_b1_the_cursor_stays_on_its_incident_when_rows_come_and_go() -> None:
    async with console() as it:
        await it.press("j", "j")
        assert it.cursor == NUDGED
        newer = row("INC-2000", NOW, age=10 * MINUTE, title="new and worse", priority=Priority.P1)
        await it.push(rows=(newer, *without(FIRST)))
        assert it.cursor == NUDGED
        await it.press("a")
        assert it.commands == [(NUDGED, Ack())]


async def test_b1_a_key_is_refused_when_the_row_under_the_cursor_left_just_now() -> None:
    async with console() as it:
        await it.push(rows=without(FIRST))
        assert it.cursor == SECOND
        await it.press("a")
        assert it.commands == []
        assert "the row under the cursor changed just now" in it.screen_text
        it.later(0.5)
        await it.press("a")
        assert it.commands == [(SECOND, Ack())]


@pytest.mark.parametrize("size", [(40, 10), (80, 24)])
async def test_b4_a_question_is_seen_whole_with_its_keys_at_any_size(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        await it.press("j", "e")
        assert "escalate INC-1042" in it.screen_text
        assert "page Budi" in it.screen_text
        assert "enter page now" in it.screen_text
        assert "esc back" in it.screen_text


async def test_b5_help_leaves_the_list_where_it_was() -> None:
    async with console(size=(80, 24)) as it:
        before = it.screen_text
        await it.press("?")
        assert "keys valid now" in it.screen_text
        await it.press("G")
        assert "P50 and P90" in it.screen_text
        await it.press("escape")
        assert it.screen_text.split("\n")[:12] == before.split("\n")[:12]
        assert before.count("INC") >= 1
        assert sum(" P2 " in line for line in before.split("\n")) == 2


LETTERS = "aAeERnpsuitfrqzbwyYoH.?:123]["


async def test_b6_letters_are_text_while_something_is_written() -> None:
    async with console() as it:
        await it.press("/")
        await it.write(LETTERS)
        field = it.main.drawing.incidents.filter
        assert field.value == LETTERS
        assert it.commands == []
        assert len(it.app.screen_stack) == 1
        await it.press("escape")
        it.later(1)
        for key, kind in (("n", TextArea), ("i", Input), ("R", TextArea)):
            await it.press(key)
            await it.write(LETTERS)
            focused = it.app.focused
            assert isinstance(focused, kind)
            assert LETTERS in (focused.text if isinstance(focused, TextArea) else focused.value)
            assert len(it.app.screen_stack) == 2
            await it.press("escape")
        assert it.commands == []


async def test_b6_what_is_typed_after_the_enter_of_a_query_is_a_key_again() -> None:
    async with console() as it:
        it.later(1)
        for key in ("/", *"p:1", "enter", "n", *LETTERS):
            it.app.post_message(it.key(key))
        await it.settle()
        assert it.main.session.look.query.text == "p:1"
        assert it.main.drawing.incidents.filter.value == "p:1"
        focused = it.app.focused
        assert isinstance(focused, TextArea)
        assert focused.text == LETTERS
        assert it.commands == []


async def test_b7_every_key_in_every_pane_with_and_without_incidents() -> None:
    skip = {"console.quit", "console.palette"}
    keys = [action.keys[0] for action in ACTIONS if action.id not in skip and action.scope != "dialog"]
    [undo] = next(action.keys for action in ACTIONS if action.id == "incident.undo")
    done: set[str] = set()
    rounds = [(scenes.incident_rows(), pane) for pane in ("incidents", "runbook")] + [((), "incidents")]
    async with console(size=(60, 18)) as it:
        for rows, pane in rounds:
            await it.push(rows=rows)
            for key in keys:
                if it.main.session.shape.focus != pane or it.main.session.shape.zoomed:
                    it.main.reshape(replace(it.main.session.shape.focused(pane), zoomed=False))
                painted = it.main.selection.painted()
                await it.press(key)
                for _ in range(4):
                    if len(it.app.screen_stack) > 1 or it.main.drawing.incidents.filter.display:
                        await it.press("escape")
                assert len(it.app.screen_stack) == 1, key
                meant = done if key == undo else {painted}  # that takes back what was done last
                assert {name for name, _ in it.commands} <= meant, key
                done.update(name for name, _ in it.commands)
                it.desk.commands.clear()


async def test_b8_exactly_one_pane_has_the_focus_whatever_is_pressed() -> None:
    chance = random.Random(8)  # noqa: S311 - not for secrets
    keys = [
        "1",
        "2",
        "3",
        "4",
        "5",
        "tab",
        "shift+tab",
        "]",
        "[",
        "z",
        "b",
        "escape",
        "enter",
        "j",
        "/",
        "t",
        "f",
    ]
    async with console(size=(100, 30)) as it:
        for n in range(60):
            if n % 10 == 9:
                await it.pilot.resize_terminal(
                    *chance.choice([(165, 42), (120, 35), (80, 24), (40, 10), (20, 5)])
                )
            await it.press(chance.choice(keys))
            focused = it.app.focused
            assert focused is not None
            holders = [
                name for name, pane in it.main.drawing.panes.items() if pane in focused.ancestors_with_self
            ]
            assert holders == [it.main.session.shape.focus]
            assert it.main.session.shape.focus in it.main.session.shape.visible
            if len(it.app.screen_stack) > 1:
                await it.press("escape")


async def test_b22_countdowns_run_on_over_an_escalation() -> None:
    async with console() as it:
        await it.press("j")
        assert "01:48" in it.screen_text
        it.desk.clock = NOW + timedelta(seconds=10)
        it.main.tick()
        await it.settle()
        assert "01:38" in it.screen_text
        raised = replace(scenes.incident_rows()[0], n=9, level=1, level_at=NOW, paged_now=("budi",))
        await it.push(rows=(raised, *without(SECOND)))
        it.desk.clock = NOW + timedelta(seconds=11)
        it.main.tick()
        await it.settle()
        assert "01:37" in it.screen_text


async def test_b24_what_is_hidden_is_counted_and_never_acted_on() -> None:
    async with console() as it:
        await it.press("space", "j", "space", "j", "space")
        assert "3 marked rows" in it.screen_text
        await it.press("/")
        await it.write("p:1")
        await it.press("enter")
        it.later(1)
        assert "5 hidden by filter" in it.screen_text
        assert "2 marked rows" in it.screen_text
        await it.press("a")
        assert "ack 2 incidents" in it.screen_text
        await it.press("enter")
        assert [name for name, _ in it.commands] == [FIRST, SECOND]
        it.desk.commands.clear()
        await it.press("A")
        # the cleared one of mine is not shown
        assert "hidden by the filter: 1, not touched: INC-1036" in it.screen_text
        await it.press("enter")
        assert it.commands == [(SECOND, Ack())]


async def test_b24_the_list_that_was_confirmed_is_what_is_acted_on() -> None:
    async with console() as it:
        await it.press("space", "j", "space", "p", "2")
        assert isinstance(it.app.screen, Confirm)
        extra = tuple(row(f"INC-30{n}", NOW, title="joins late", age=9 * MINUTE) for n in range(9))
        await it.push(rows=(*extra, *scenes.incident_rows()))
        await it.press("enter")
        assert it.commands == [(FIRST, SetPriority(Priority.P2)), (SECOND, SetPriority(Priority.P2))]
        assert it.app.messages[-1] == "P2: 2 of 2 saved · u undo 10 s"


async def test_a_batch_tells_what_went_wrong_with_which() -> None:
    async with console() as it:
        it.desk.answers += [Saved(FIRST, "op", "acked"), NotSaved(SECOND, "disk full")]
        await it.press("space", "j", "space", "a", "enter")
        assert it.app.messages == ["ack: 1 of 2 saved · INC-1042 NOT saved: disk full · O shows each"]


async def test_a_question_of_several_is_asked_once() -> None:
    async with console() as it:
        it.desk.answers += [Asks("x", "you were not paged — take it?", "take")] * 2
        await it.press("space", "j", "space", "a", "enter")
        assert "you were not paged" in it.screen_text
        await it.press("y")
        assert it.commands == [
            (FIRST, Ack()),
            (SECOND, Ack()),
            (FIRST, Ack(take=True)),
            (SECOND, Ack(take=True)),
        ]
        assert it.app.messages == ["ack: 2 of 2 saved · u undo 10 s"]


async def test_b27_ack_all_of_mine_with_nothing_of_mine_does_nothing() -> None:
    acked = tuple(
        replace(one, state=State.ACKNOWLEDGED, owner="budi", acked_at=NOW) for one in scenes.incident_rows()
    )
    async with console(scenes.scene(rows=acked)) as it:
        await it.press("A")
        assert it.commands == []
        assert len(it.app.screen_stack) == 1
        assert "nothing of yours is unacked" in it.screen_text


async def test_b29_the_first_row_is_a_row_and_not_none() -> None:
    async with console() as it:
        await it.press("G", "g", "a")
        assert it.commands == [(FIRST, Ack())]
        await it.press("j")
        await it.push(rows=without(SECOND))  # the cursor falls on a neighbour
        it.later(1)
        assert it.cursor != FIRST
        await it.press("g", "a")
        assert it.commands[-1] == (FIRST, Ack())


async def test_b33_the_screen_below_is_kept_up_while_a_dialog_is_open() -> None:
    async with console() as it:
        for key in ("e", "n", "?", "i", "H"):
            await it.press(key)
            it.main.tick()
            await it.push(
                position=it.desk.snapshot.position + 1,
                rows=without(FIRST) if key == "e" else it.desk.snapshot.rows,
            )
            await it.pilot.resize_terminal(90, 26)
            await it.settle()
            await it.press("escape")
        assert len(it.app.screen_stack) == 1
        assert FIRST not in it.main.session.board.shown


async def test_b34_a_failed_write_never_brings_a_row_back() -> None:
    async with console() as it:
        it.desk.gate = asyncio.Event()
        it.desk.answers.append(NotSaved(FIRST, "disk full"))
        await it.press("a")
        assert "saving ack…" in it.screen_text
        await it.push(rows=without(FIRST))
        it.desk.gate.set()
        await it.settle(lambda: bool(it.app.messages))
        assert FIRST not in it.main.session.board.shown
        assert it.app.messages == [f"ack {FIRST} NOT saved: disk full"]


async def test_b30_a_write_is_pending_until_it_is_saved_and_failed_until_it_is_dismissed() -> None:
    async with console() as it:
        it.desk.gate = asyncio.Event()
        it.desk.answers.append(NotSaved(FIRST, "disk full"))
        await it.press("a")
        assert "saving ack…" in it.screen_text
        assert it.app.messages == []
        it.desk.gate.set()
        await it.settle(lambda: bool(it.app.messages))
        assert "ack NOT saved" in it.screen_text
        await it.press("escape")
        assert "ack NOT saved" not in it.screen_text


async def test_an_unknown_outcome_stays_unknown_until_the_desk_tells() -> None:
    async with console() as it:
        it.desk.answers.append(lambda incident, _command, op: Unknown(incident, op, "no answer"))
        await it.press("a")
        assert "ack unknown, asking again" in it.screen_text
        await it.press("q")
        assert "1 action not known to be saved yet" in it.screen_text
        await it.press("n")
        it.desk.late.append(Saved(FIRST, it.desk.commands[0][2], f"acked {FIRST}"))
        await it.push(position=10)
        assert "asking again" not in it.screen_text
        assert it.app.messages[-1] == f"after all: acked {FIRST}"


async def test_b31_a_store_that_is_gone_leaves_the_rows_and_says_so() -> None:
    async with console() as it:
        gone = StoreHealth("sqlite", StoreState.UNREACHABLE, NOW - 2 * MINUTE, "disk I/O error")
        await it.push(store=gone)
        assert "store not answering 2m" in it.screen_text
        assert "nothing can be saved" in it.screen_text
        assert "IndexStale" in it.screen_text
        await it.push(store=StoreHealth("sqlite", StoreState.READ_ONLY, NOW))
        assert "READ-ONLY" in it.screen_text


async def test_a_desk_that_fails_is_followed_again() -> None:
    async with console() as it:
        it.desk.breaks = StoreError("the socket is gone")
        await it.push()
        assert "the socket is gone" in it.screen_text
        await it.settle(lambda: "the socket is gone" not in it.screen_text)
        assert "IndexStale" in it.screen_text


async def test_nobody_running_the_engine_is_loud() -> None:
    async with console(scenes.scene(engine=None, sources=())) as it:
        it.desk.engine_trouble = "the lease table is locked"
        await it.push(position=10)
        assert "auto-escalation NOT running" in it.screen_text
        assert "the lease table is locked" in it.screen_text
        assert "sources unknown" in it.screen_text


async def test_empty_is_quiet_only_when_everything_is_known() -> None:
    async with console(scenes.scene(rows=())) as it:
        assert "all quiet" not in it.screen_text
        assert "not everything is known" in it.screen_text
        duties = scenes.DUTIES[:3]
        await it.push(sources=scenes.LIVE, duties=duties)
        assert "all quiet" in it.screen_text
        assert "nothing needs you" in it.screen_text
        it.desk.clock = NOW + timedelta(minutes=20)
        for _ in range(15):
            it.main.tick()
        await it.settle()
        assert "all quiet" not in it.screen_text
        assert "nothing needs you" not in it.screen_text


async def test_a_detail_that_cannot_be_read_says_why() -> None:
    desk = FakeDesk(scenes.scene())
    async with console(desk=desk) as it:
        await it.settle(lambda: "is not in the store" in it.screen_text)
        assert it.commands == []


async def test_the_lower_panes_never_show_another_incident() -> None:
    async with console() as it:
        await it.loaded()
        it.desk.detail_gate = asyncio.Event()
        await it.press("j", "j")
        assert it.main.session.detail is None
        assert "Open the error dashboard" not in it.screen_text
        await it.press("b", "space")
        assert it.commands == []
        it.desk.detail_gate.set()
        await it.loaded()
        assert it.main.drawing.runbook.detail is not None
        assert it.main.drawing.runbook.detail.incident.id == NUDGED


async def test_a_running_cursor_fetches_only_where_it_rests() -> None:
    many = tuple(row(f"INC-{n}", NOW, title=f"t{n}", age=n * MINUTE) for n in range(1, 40))
    desk = FakeDesk(scenes.scene(rows=many), details={one.id: scenes.detail(one.id) for one in many})
    async with console(desk=desk) as it:
        await it.loaded()
        before = len(desk.detail_asked)
        rested = 4
        for _ in range(20):
            moved_at = ticks()
            it.app.post_message(it.key("j"))
            await it.pilot.pause(0)
            rested += ticks() - moved_at > 0.05  # on a busy machine it does rest
        await it.loaded()
        assert len(desk.detail_asked) - before <= rested
        assert it.main.session.selected == it.cursor


async def test_filter_errors_are_explained_and_the_old_list_stays() -> None:
    async with console() as it:
        await it.press("/")
        await it.write("scv:pay")
        assert "did you mean svc?" in it.screen_text
        await it.press("enter")
        assert it.main.drawing.incidents.filter.display
        await it.press("escape")
        assert it.main.session.look.plain
        assert len(it.main.session.board.items) == 7


async def test_scope_and_faults_say_what_they_hide() -> None:
    async with console() as it:
        await it.press("t")
        assert "mine" in it.screen_text
        assert "hidden by filter" in it.screen_text
        shown = Counter(item.standing.row.owner for item in it.main.session.board.items)
        assert set(shown) <= {"asha", ""}
        await it.press("escape", "f")
        assert "unacked or breached" in it.screen_text
        assert it.main.session.board.shown == (FIRST, SECOND)
        await it.press(".", "escape")
        assert it.main.session.look.plain


async def test_nothing_is_drawn_below_a_dialog_while_nothing_happens() -> None:
    async with console(size=(80, 24)) as it:
        for key in ("e", "n", "?"):
            await it.press(key)
            frames = it.app.frames
            await it.pilot.pause(0.25)
            assert it.app.frames - frames <= 3, key  # a clock may tick, a cursor may blink
            await it.press("escape")
