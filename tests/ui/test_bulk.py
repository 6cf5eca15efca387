"""Acting on several incidents: what is listed is what is touched, and what became of each is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from console.clock import ticks
from console.domain.commands import Ack, Assign, Command, Note, Resolve, SetPriority, Undo
from console.domain.priority import Priority
from console.domain.snapshot import Snapshot
from console.domain.vocabulary import Sufficed
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Refused, Saved, Unknown
from console.ui.screens.confirm import Confirm
from console.ui.screens.outcomes import Outcomes
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.rows import row
from tests.ui.scenes import NOW

FIRST, SECOND, THIRD = "INC-1039", "INC-1042", "INC-1030"


def storm(size: int) -> Snapshot:
    """Return so many incidents, each a second older than the next."""
    return scenes.scene(
        rows=tuple(row(f"INC-{n}", NOW, age=timedelta(seconds=60 + size - n)) for n in range(1, size + 1))
    )


async def over(it: Driver) -> None:
    """Wait until the last command for several is done."""
    await it.settle(lambda: (bulk := it.main.session.bulk) is not None and not bulk.running)


@pytest.mark.parametrize("size", [200, 600])
async def test_many_are_acknowledged_in_three_presses(size: int) -> None:
    async with console(storm(size)) as it:
        await it.press("*")
        assert f"{size} marked rows" in it.screen_text
        await it.press("a")
        assert f"ack {size} incidents" in it.screen_text
        assert it.commands == []
        began = ticks()
        await it.press("enter")
        for _ in range(10):  # a key is answered while the commands go out
            await it.press("j")
        await over(it)
        assert ticks() - began < 20
        assert [name for name, _ in it.commands] == [f"INC-{n}" for n in range(1, size + 1)]
        assert {type(command) for _, command in it.commands} == {Ack}
        assert len({op for _, _, op in it.desk.commands}) == size
        assert it.cursor == "INC-11"
        assert it.app.messages == [f"ack: {size} of {size} saved · u undo 10 s"]


async def test_progress_is_shown_and_escape_stops_what_was_not_sent() -> None:
    async with console(storm(200)) as it:
        it.desk.gate = asyncio.Event()
        sent = it.desk.gate
        await it.press("*", "a", "enter")
        assert len(it.commands) == 1
        await it.press("j")
        assert it.cursor == "INC-2"  # the screen lives on
        it.main.drawing.below()
        await it.settle()
        assert "ack: 0 of 200 · esc stops the rest" in it.screen_text
        await it.press("*", "a")
        assert "not done: ack: 0 of 200 is on its way" in it.screen_text
        await it.press("escape")
        sent.set()
        await over(it)
        assert it.commands == [("INC-1", Ack())]
        assert it.app.messages == ["ack: 1 of 1 saved · 199 not sent · O shows each"]
        it.desk.gate = None
        await it.press("O")
        assert "not sent: 199 incidents" in it.screen_text
        await it.press("r")
        await over(it)
        assert len(it.commands) == 200
        assert len({name for name, _ in it.commands}) == 200


async def test_partial_failure_is_told_kept_readable_and_retried_with_one_key() -> None:
    def full(incident: str, _command: Command, op: str) -> Outcome:
        return NotSaved(incident, "the disk is full", op)

    async with console() as it:
        it.desk.answers += [
            Saved(FIRST, "1", "acked INC-1039"), full, Nothing(THIRD, "acked by you already"),
            Refused("INC-1021", "it is closed"), Unknown("INC-1036", "5", "no answer in time"),
        ]  # fmt: skip
        await it.press("*", "a", "enter")
        await over(it)
        (told,) = it.app.messages
        assert told.startswith("ack: 3 of 7 saved")
        assert SECOND in told
        assert told.endswith("O shows each")
        await it.press("O")
        assert isinstance(it.app.screen, Outcomes)
        for words in ("NOT saved: 1 incident", "the disk is full", "not known whether saved: 1 incident",
                      "refused by the rules: 1 incident", "were so already: 1 incident", "saved: 3 incidents"):  # fmt: skip
            assert words in it.screen_text
        assert "r retry 2" in it.screen_text
        first = {name: op for name, _, op in it.desk.commands}
        it.desk.commands.clear()
        await it.press("r")
        await over(it)
        again = {name: op for name, _, op in it.desk.commands}
        assert len(again) == 2
        assert SECOND in again
        assert all(
            first[name] == op for name, op in again.items()
        )  # what was saved after all is not done twice
        await it.press("O")
        assert "retry" not in it.screen_text


async def test_what_the_rules_ask_is_asked_once_with_all_it_is_about() -> None:
    def asks(incident: str, _command: Command, op: str) -> Outcome:
        return Asks(incident, f"{incident}: you were not paged — take it?", "take", op)

    async with console() as it:
        it.desk.answers += [asks, asks]
        await it.press("space", "j", "space", "j", "space", "a", "enter")
        await it.settle(lambda: isinstance(it.app.screen, Confirm))
        assert "ack: 2 of 3 ask first" in it.screen_text
        await it.press("enter")
        await over(it)
        assert [command for _, command in it.commands] == [Ack()] * 3 + [Ack(take=True)] * 2


async def test_a_question_answered_with_no_is_told() -> None:
    async with console() as it:
        it.desk.answers += [Asks(FIRST, "take it?", "take")]
        await it.press("space", "j", "space", "a", "enter")
        await it.settle(lambda: isinstance(it.app.screen, Confirm))
        await it.press("escape")
        await over(it)
        assert it.app.messages[-1].startswith("ack: 1 of 2 saved · INC-1039 not done: take it?")


async def test_resolve_note_priority_and_assign_take_marks() -> None:
    async with console() as it:
        await it.press("space", "j", "space", "R")
        assert "resolve 2 incidents" in it.screen_text
        assert "20 alerts still firing" in it.screen_text
        await it.write("rolled back")
        await it.press("f2")
        assert FIRST in it.screen_text
        await it.press("enter")
        await over(it)
        resolved = Resolve("rolled back", "", Sufficed.UNSAID)
        assert it.commands == [(FIRST, resolved), (SECOND, resolved)]
        assert it.main.session.drafts.names() == ""
        for keys, command in (
            (("p", "2", "enter"), SetPriority(Priority.P2)),
            (("@", "2", "enter"), Assign("budi")),
        ):
            it.desk.commands.clear()
            await it.press("g", "space", "j", "space", *keys)
            await over(it)
            assert [sent for _, sent in it.commands] == [command] * 2
        it.desk.commands.clear()
        await it.press("g", "space", "j", "space", "n")
        await it.write("vendor called")
        await it.press("f2", "enter")
        await over(it)
        assert [sent for _, sent in it.commands] == [Note("vendor called")] * 2
        assert it.main.session.drafts.names() == ""


async def test_assign_takes_the_incident_under_the_cursor_too() -> None:
    async with console() as it:
        await it.press("@")
        assert f"give {FIRST} to" in it.screen_text
        await it.press("1")
        assert it.commands == [(FIRST, Assign("asha"))]


async def test_b24_marks_that_the_filter_hides_are_counted_named_and_left_alone() -> None:
    async with console() as it:
        await it.press("*", "/")
        await it.write("p:1")
        await it.press("enter")
        it.later(1)
        await it.press("a")
        assert "ack 2 incidents" in it.screen_text
        assert "hidden by the filter: 5, not touched: INC-1008" in it.screen_text
        await it.press("enter")
        await over(it)
        assert sorted(name for name, _ in it.commands) == sorted((FIRST, SECOND))


async def test_b27_nothing_to_act_on_never_falls_back_to_the_row_under_the_cursor() -> None:
    async with console() as it:
        await it.press("space", "j", "space", "a")  # both are listed
        await it.push(rows=())
        await it.press("enter")
        await over(it)
        assert sorted(name for name, _ in it.commands) == sorted((FIRST, SECOND))  # what was listed, no more
        it.desk.commands.clear()
        await it.push(rows=scenes.incident_rows())
        await it.press("space", "n")
        await it.write("x")
        await it.push(rows=tuple(one for one in scenes.incident_rows() if one.id not in {FIRST, SECOND}))
        marked = it.main.session.drafts
        await it.press("f2")
        assert it.commands == []
        assert "none of them is open any more" in it.screen_text
        assert len(marked) == 1, "what was written is there"
        await it.push(rows=tuple(replace(one, owner="budi") for one in scenes.incident_rows()))
        await it.press("A")
        assert it.commands == []


async def test_mark_all_again_marks_none() -> None:
    async with console() as it:
        await it.press("*")
        assert len(it.main.drawing.incidents.table.marks) == 7
        await it.press("*")
        assert not it.main.drawing.incidents.table.marks
        await it.press("O")
        assert "nothing was done to several incidents here" in it.screen_text


async def test_the_list_is_sorted_by_one_more_key() -> None:
    async with console() as it:
        await it.press("S")
        assert "urgency (now)" in it.screen_text
        await it.press("3")
        shown = it.main.session.board.shown
        assert shown[0] == "INC-1036"
        assert shown[-1] == "INC-998"
        assert "newest first" in it.screen_text
        await it.press("escape")
        assert it.main.session.board.shown == shown  # an order hides nothing, so there is nothing to clear


async def test_a_query_being_written_is_helped() -> None:
    async with console() as it:
        await it.press("/")
        await it.write("st:")
        assert "st: unacked firing acked" in it.screen_text
        await it.write("akced")
        assert 'no state "akced"; did you mean acked?' in it.screen_text
        await it.press(*["backspace"] * 5)
        await it.write("unac")
        await it.press("right")
        await it.press("enter")
        assert it.main.session.look.query.text == "st:unacked"


async def test_u_right_after_takes_all_of_it_back_and_names_what_it_could_not() -> None:
    async with console(storm(4)) as it:
        it.desk.answers = [Saved(f"INC-{n}", "", "acked") for n in (1, 2)]
        it.desk.answers += [Nothing("INC-3", "yours already"), Saved("INC-4", "", "acked")]
        await it.press("*", "a", "enter")
        await over(it)
        ops = {name: op for name, _, op in it.desk.commands}
        it.desk.answers = [Saved("INC-1", "", "undone"), Refused("INC-2", "Budi has changed it since")]
        await it.press("u")
        await it.settle(lambda: len(it.commands) == 7)
        await over(it)
        assert it.commands[4:] == [(name, Undo(ops[name])) for name in ("INC-1", "INC-2", "INC-4")]
        assert "undo ack: 2 of 3 saved · INC-2" in it.app.messages[-1]
        assert "Budi has changed it since" in it.app.messages[-1]
        await it.press("u")  # what was taken back is not taken back again
        assert len(it.commands) == 7


async def test_u_takes_back_what_may_have_been_saved_too() -> None:
    async with console(storm(3)) as it:
        it.desk.answers = [
            Saved("INC-1", "", "acked"),
            Unknown("INC-2", "", "no answer"),
            Refused("INC-3", "no"),
        ]
        await it.press("*", "a", "enter")
        await over(it)
        it.desk.answers = [
            Saved("INC-1", "", "undone"),
            Refused("INC-2", "nothing of yours to undo on INC-2"),
        ]
        await it.press("u")
        await it.settle(lambda: len(it.commands) == 5)
        await over(it)
        assert [name for name, _ in it.commands[3:]] == ["INC-1", "INC-2"]
        assert "nothing of yours to undo on INC-2" in it.app.messages[-1]


async def test_u_takes_back_one_where_that_was_the_last_and_all_are_too_late_together() -> None:
    async with console(storm(3)) as it:
        await it.press("*", "a", "enter")
        await over(it)
        await it.press("p", "2")
        await it.press("u")
        assert isinstance(it.commands[-1][1], Undo)
        assert len(it.commands) == 5
    async with console(storm(3)) as it:
        await it.press("*", "a", "enter")
        await over(it)
        it.later(11)
        await it.press("u")
        assert len(it.commands) == 3
