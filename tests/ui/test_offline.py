"""The store goes away, comes back, or takes no writes: what is said, and what a key still does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.domain.commands import Ack
from console.domain.snapshot import READONLY, StoreHealth, StoreState
from console.ports.desk import NotSaved, Refused, Saved, Unknown, Waiting
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.scenes import NOW

FIRST, SECOND = "INC-1039", "INC-1042"
MINUTE = timedelta(minutes=1)
HERE = StoreHealth("postgresql", StoreState.OK, NOW)
GONE = StoreHealth("postgresql", StoreState.UNREACHABLE, NOW - 2 * MINUTE, "connection refused")


@pytest.mark.parametrize("size", [(165, 42), (80, 24), (40, 10)])
async def test_a_store_that_is_gone_is_told_with_its_age(size: tuple[int, int]) -> None:
    async with console(scenes.scene(store=GONE), size=size) as it:
        top, following = it.screen_text.split("\n")[:2]
        assert "STORE" in top.upper()
        assert "2m" in top
        assert "the store has not answered" in following


@pytest.mark.parametrize("size", [(165, 42), (80, 24)])
async def test_the_list_says_how_old_it_is_while_the_store_is_away(size: tuple[int, int]) -> None:
    async with console(size=size) as it:
        assert "as of" not in it.screen_text
        await it.push(store=GONE)
        assert "as of 21:12, 2m ago · 7 open" in it.screen_text
        it.desk.clock = NOW + MINUTE
        it.main.tick()
        await it.settle()
        assert "as of 21:12, 3m ago" in it.screen_text
        await it.push(store=HERE)
        assert "as of" not in it.screen_text


async def test_when_the_store_is_back_one_sentence_sums_it_up() -> None:
    async with console() as it:
        it.desk.answers += [
            lambda incident, _command, op: Unknown(incident, op, "no answer"),
            lambda incident, _command, op: Waiting(incident, op, "no answer"),
            NotSaved("INC-1021", "the store does not answer"),
        ]
        await it.press("a")
        await it.push(store=GONE)
        await it.press("j", "n")
        await it.write("rolled back")
        await it.press("f2", "j", "p", "1")
        assert "ack unknown, asking again" in it.screen_text
        assert "note waits, not saved yet" in it.screen_text
        assert "P1 NOT saved" in it.screen_text
        assert len(it.app.messages) == 3
        ops = [op for _, _, op in it.desk.commands]
        it.desk.late.append(Saved(FIRST, ops[0], f"acked {FIRST}"))
        await it.push(store=HERE, position=10)
        assert len(it.app.messages) == 3  # the note has no answer yet
        it.desk.late.append(Saved(SECOND, ops[1], "noted"))
        await it.push(position=11)
        assert it.app.messages[3:] == ["the store is back; 2 actions saved, 1 not"]
        assert "asking again" not in it.screen_text


async def test_a_note_saved_after_all_leaves_no_draft_to_send_twice() -> None:
    async with console() as it:
        it.desk.answers.append(lambda incident, _command, op: Unknown(incident, op, "no answer"))
        await it.press("n")
        await it.write("rolled back")
        await it.press("f2")
        assert it.main.session.drafts.get("note", FIRST) == {"text": "rolled back"}
        it.desk.late.append(Saved(FIRST, it.desk.commands[0][2], "noted"))
        await it.push(position=10)
        assert it.main.session.drafts.names() == ""
        assert it.app.messages[-1] == "after all: noted"


async def test_a_note_that_waits_is_no_draft_and_leaving_only_tells_of_it() -> None:
    async with console(scenes.scene(duties=())) as it:
        it.desk.answers.append(lambda incident, _command, op: Waiting(incident, op, "no answer"))
        await it.press("n")
        await it.write("rolled back")
        await it.press("f2")
        assert it.main.session.drafts.names() == ""
        assert it.app.messages == [f"note {FIRST} waits on this machine, not saved yet: no answer"]
        await it.press("q")
        assert "1 note waits on this machine; it is sent at the next start" in it.screen_text
        assert "not known to be saved" not in it.screen_text
        await it.press("enter")
        assert it.app.return_code == 0


WRITING_KEYS = ("a", "A", "e", "E", "R", "n", "p", "s", "u", "i", "r")


@pytest.mark.parametrize(
    ("settings", "store", "why"),
    [
        ({"readonly": True}, HERE, "started with --readonly"),
        ({}, StoreHealth("sqlite", StoreState.READ_ONLY, NOW, READONLY), "started with --readonly"),
        ({}, StoreHealth("sqlite", StoreState.READ_ONLY, NOW, "a newer console uses it"), "a newer console uses it"),
    ],
)  # fmt: skip
async def test_a_console_that_only_reads(settings: dict[str, Any], store: StoreHealth, why: str) -> None:
    async with console(scenes.scene(store=store), size=(165, 42), **settings) as it:
        top, following, *_, keys = it.screen_text.split("\n")
        assert "READ-ONLY" in top
        assert why in following
        assert "ack" not in keys
        assert "runbook" in keys
        for key in WRITING_KEYS:
            await it.press(key)
            assert "read-only console: nothing is written" in it.screen_text.split("\n")[1], key
            assert len(it.app.screen_stack) == 1, key
        await it.loaded()
        await it.press("b", "space", "-", "f")
        assert it.commands == []
        assert it.desk.refreshed == 0
        await it.press("?")
        assert "page the next level" not in it.screen_text
        assert "the next row" in it.screen_text  # what only looks is there


async def test_a_console_that_only_reads_starts_no_engine_and_still_copies() -> None:
    async with console(readonly=True) as it:
        assert it.desk.engine_asked == 0
        await it.press("j", "j", "y", "i")
        assert it.app.copied == ["INC-1021"]


async def test_read_only_by_wish_leaves_next_to_what_is_wanted() -> None:
    store = StoreHealth("sqlite", StoreState.READ_ONLY, NOW, READONLY)
    async with console(scenes.scene(store=store), size=(120, 35)) as it:
        assert "ack INC-1042 within 01:48" in it.screen_text.split("\n")[1]
        await it.press("j")
        assert "01:48  a" not in it.screen_text.split("\n")[1]


async def test_a_refused_key_is_told_on_its_row_for_a_moment() -> None:
    async with console() as it:
        it.desk.answers.append(Refused(FIRST, "Rina has it"))
        await it.press("a")
        assert "ack refused" in it.screen_text
        assert it.app.messages == ["refused by the rules: Rina has it"]
        assert it.commands == [(FIRST, Ack())]
        it.later(4)
        it.main.tick()
        await it.settle()
        assert "ack refused" not in it.screen_text
