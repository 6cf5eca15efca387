"""Every key: what it sends, what it asks first, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.commands import (
    Ack,
    AnswerNudge,
    Escalate,
    MarkStep,
    Note,
    Open,
    Resolve,
    SetPriority,
    Snooze,
    Unack,
    Undo,
)  # fmt: skip
from console.domain.priority import Priority
from console.domain.vocabulary import ReporterKind, StepState, Sufficed
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Refused, Unknown
from console.ui.screens.confirm import Confirm
from console.ui.screens.menu import Menu
from console.ui.screens.writing import NoteDialog
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.scenes import NOW

FIRST = "INC-1039"  # breached, checkout's
SECOND = "INC-1042"  # mine, two minutes left
NUDGED = "INC-1021"
MINUTE = timedelta(minutes=1)


async def test_one_key_acks_and_tells_how_it_ended() -> None:
    async with console() as it:
        await it.press("j", "a")
        assert it.commands == [(SECOND, Ack())]
        assert it.app.messages == [f"ack {SECOND} · u undo 10 s"]
        assert len({op for _, _, op in it.desk.commands}) == 1


async def test_moving() -> None:
    async with console() as it:
        rows = [item.standing.row.id for item in it.main.session.board.items]
        assert it.cursor == rows[0]
        await it.press("G")
        assert it.cursor == rows[-1]
        await it.press("k")
        assert it.cursor == rows[-2]
        await it.press("g", "down")
        assert it.cursor == rows[1]
        await it.press("pagedown")
        assert it.cursor == rows[-1]
        await it.press("ctrl+u")
        assert it.cursor != rows[-1]


async def test_escalate_shows_who_how_and_what_follows_and_wants_a_yes() -> None:
    async with console() as it:
        await it.press("j", "e")
        assert isinstance(it.app.screen, Confirm)
        text = it.screen_text
        assert "escalate INC-1042" in text
        assert "page Budi" in text
        assert "+62 811-555-0102" in text
        assert "Dewi  L1 manager" in text
        await it.press("escape")
        assert it.commands == []
        await it.press("e", "enter")
        assert it.commands == [(SECOND, Escalate(seen_level=0))]


async def test_escalate_to_a_chosen_level_or_person() -> None:
    async with console() as it:
        await it.press("j", "E")
        assert "L2 tech lead" in it.screen_text
        assert "team checkout" in it.screen_text
        await it.press("4")
        assert "page Eko" in it.screen_text
        assert "Eko is told by the console only: the config has no [[channels]]" in it.screen_text
        assert "then, if nobody acks" in it.screen_text
        await it.press("enter")
        await it.press("E", "down", "down", "enter", "enter")
        await it.press("E", "7", "enter")
        await it.press("E", "1", "escape")
        assert it.commands == [
            (SECOND, Escalate(level=3, seen_level=0)),
            (SECOND, Escalate(level=2, seen_level=0)),
            (SECOND, Escalate(person="citra", seen_level=0)),
        ]


async def test_nobody_to_escalate_to_is_said() -> None:
    async with console() as it:
        await it.push(rows=tuple(replace(row, team="nobody's") for row in it.desk.snapshot.rows))
        await it.press("e")
        assert it.commands == []
        assert "nobody new to page" in it.screen_text


async def test_resolve_asks_what_it_was_and_warns_while_alerts_fire() -> None:
    async with console() as it:
        await it.press("j")
        await it.loaded()
        await it.press("R")
        assert "14 alerts still firing" in it.screen_text
        await it.write("rolled back")
        await it.press("tab")
        await it.write("deploy")
        assert "did the runbook suffice?   y yes  w wrong steps  n none" in it.screen_text
        await it.press("enter", "x", "enter", "f2")
        assert it.commands == []
        await it.press("escape")
        await it.write(" for good: w")
        await it.press("f2", "w")
        book = scenes.details()[SECOND].runbook
        assert book is not None
        said = Resolve("rolled back for good: w", "deploy", Sufficed.NO, runbook=book.path)
        assert it.commands == [(SECOND, said)]


async def test_without_a_runbook_the_answer_is_preset() -> None:
    details = scenes.details()
    details[SECOND] = replace(details[SECOND], runbook=None)
    async with console(desk=FakeDesk(scenes.scene(), details)) as it:
        await it.press("j")
        await it.loaded()
        await it.press("R", "f2")
        assert "n none (enter)" in it.screen_text
        await it.press("enter")
        assert it.commands == [(SECOND, Resolve(sufficed=Sufficed.NO_RUNBOOK))]


async def test_what_was_written_at_resolve_is_kept_by_escape() -> None:
    async with console() as it:
        await it.press("j", "R")
        await it.write("rolled back")
        await it.press("f2", "escape", "escape")
        assert it.commands == []
        await it.press("R")
        assert "rolled back" in it.screen_text


async def test_what_was_written_at_resolve_is_kept_when_it_was_not_saved() -> None:
    async with console() as it:
        it.desk.answers.append(NotSaved(SECOND, "the disk is full"))
        await it.press("j", "R")
        await it.write("rolled back")
        await it.press("f2", "y")
        assert any("NOT saved: the disk is full" in message for message in it.app.messages)
        await it.press("R")
        assert "rolled back" in it.screen_text


async def test_a_note_is_saved_by_f2_and_kept_as_a_draft_by_escape() -> None:
    async with console() as it:
        await it.press("j", "n")
        await it.write("aqR1 first line")
        await it.press("enter")
        await it.write("second")
        await it.press("escape")
        assert it.commands == []
        assert it.main.session.drafts.get("note", SECOND) == {"text": "aqR1 first line\nsecond"}
        await it.press("n")
        assert "second" in it.screen_text
        await it.press("f2")
        assert it.commands == [(SECOND, Note("aqR1 first line\nsecond"))]
        assert it.main.session.drafts.names() == ""


async def test_a_note_belongs_to_the_incident_it_was_begun_on() -> None:  # B32
    async with console() as it:
        await it.press("j", "n")
        rows = tuple(row for row in it.desk.snapshot.rows if row.id not in {SECOND, FIRST})
        await it.push(rows=rows)
        await it.write("still mine")
        await it.press("ctrl+enter")
        assert it.commands == [(SECOND, Note("still mine"))]


async def test_a_note_that_was_not_saved_is_still_there() -> None:
    async with console() as it:
        it.desk.answers.append(NotSaved(FIRST, "disk full"))
        await it.press("n")
        await it.write("text")
        await it.press("f2")
        assert it.main.session.drafts.get("note", FIRST) == {"text": "text"}
        assert "note NOT saved" in it.screen_text


@pytest.mark.parametrize(("key", "priority"), [("1", Priority.P1), ("4", Priority.P4)])
async def test_priority_is_two_keys(key: str, priority: Priority) -> None:
    async with console() as it:
        await it.press("j", "p", key)
        assert it.commands == [(SECOND, SetPriority(priority))]


async def test_snooze_menu() -> None:
    async with console() as it:
        await it.press("j", "s", "1")
        await it.press("s", "3")
        await it.press("s", "4")
        await it.press("s", "5")
        await it.write("nonsense")
        await it.press("enter")
        assert "45m, 2h, 1d, 21:30" in it.screen_text
        await it.press(*["backspace"] * 8)
        await it.write("21:30")
        await it.press("enter")
        assert [command.until for _, command in it.commands] == [
            NOW + 15 * MINUTE,
            scenes.ENDS,
            NOW.replace(day=3, hour=9, minute=0, second=0),
            NOW.replace(hour=21, minute=30, second=0),
        ]
        assert {type(command) for _, command in it.commands} == {Snooze}


async def test_undo_takes_back_the_last_action_wherever_the_cursor_is() -> None:
    async with console() as it:
        await it.press("j", "a", "G", "u")
        op = it.desk.commands[0][2]
        assert it.commands[1] == (SECOND, Undo(op))
        await it.press("u")
        assert len(it.commands) == 2  # undone: there is nothing left to take back
        assert isinstance(it.app.screen, Confirm)  # the row under the cursor is mine: give it back?


async def test_undo_later_gives_an_incident_back_after_a_question() -> None:
    async with console() as it:
        await it.press("j", "j", "u")
        assert "give INC-1021 back" in it.screen_text
        await it.press("y")
        assert it.commands == [(NUDGED, Unack("by hand"))]


async def test_undo_of_nothing_is_said() -> None:
    async with console() as it:
        await it.press("u")
        assert it.commands == []
        assert "nothing to undo" in it.screen_text


async def test_still_on_it() -> None:
    async with console() as it:
        await it.press("j", "j")
        assert "y still on it" in it.screen_text
        await it.press("y")
        assert it.commands == [(NUDGED, AnswerNudge())]
        await it.press("2", "y")  # elsewhere y copies, and its menu has the answer too
        assert isinstance(it.app.screen, Menu)
        await it.press("y")
        assert it.commands == [(NUDGED, AnswerNudge())] * 2


async def test_copies() -> None:
    async with console() as it:
        await it.press("j")
        await it.loaded()
        await it.press("y", "i")
        await it.press("Y")
        await it.press("y", "t")
        assert it.app.copied[0] == SECOND
        assert it.app.copied[1].startswith(f"## {SECOND}")
        assert it.app.copied[2] == "HighErrorRate  5xx 14% on api-gw"
        assert it.commands == []


async def test_links_are_opened_or_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    async with console() as it:
        await it.press("o")
        assert "https://wiki.example/high-error-rate" in it.screen_text
        await it.press("1")
        assert it.app.copied == ["https://wiki.example/high-error-rate"]


async def test_runbook_steps() -> None:
    async with console() as it:
        await it.press("j")
        await it.loaded()
        await it.press("b")
        assert it.main.session.shape.focus == "runbook"
        it.later(1)
        await it.press("y", "space")
        await it.press("-", "f")
        await it.write("it timed out")
        await it.press("enter", "d", "m")
        await it.write("the second replica first")
        await it.press("enter", "k", "k", "k", "k", "space")
        second = scenes.BOOK.steps[1]
        assert it.app.copied == ["kubectl -n payments rollout history deploy/api-gw"]
        assert it.commands == [
            (SECOND, MarkStep(2, StepState.DONE, second.text, scenes.BOOK.path)),
            (SECOND, MarkStep(3, StepState.SKIPPED, scenes.BOOK.steps[2].text, scenes.BOOK.path)),
            (
                SECOND,
                MarkStep(4, StepState.FAILED, scenes.BOOK.steps[3].text, scenes.BOOK.path, "it timed out"),
            ),
            (SECOND, MarkStep(5, StepState.DOING, scenes.BOOK.steps[4].text, scenes.BOOK.path)),
            (
                SECOND,
                MarkStep(
                    5,
                    StepState.TODO,
                    scenes.BOOK.steps[4].text,
                    scenes.BOOK.path,
                    note="the second replica first",
                ),
            ),
            (SECOND, MarkStep(1, StepState.TODO, scenes.BOOK.steps[0].text, scenes.BOOK.path)),
        ]
        await it.press("enter")
        assert "# payments / HighErrorRate" in it.screen_text
        await it.press("escape", "escape")
        assert it.main.session.shape.focus == "incidents"


async def test_u_takes_back_the_last_action_and_later_the_step_under_the_cursor() -> None:
    async with console() as it:
        await it.press("j")
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("space", "u")
        assert [type(command) for _, command, _ in it.desk.commands] == [MarkStep, Undo]
        it.later(60)
        await it.press("k", "k", "k", "u")
        first = MarkStep(1, StepState.TODO, scenes.BOOK.steps[0].text, scenes.BOOK.path)
        assert it.commands[2:] == [(SECOND, first)]
        it.later(60)
        await it.press("j", "u")
        assert len(it.commands) == 3
        assert "step 2 is to do already" in it.screen_text


async def test_a_runbook_without_steps_is_shown_whole() -> None:
    desk = FakeDesk(
        scenes.scene(), details={FIRST: scenes.detail(FIRST, book=replace(scenes.BOOK, steps=()))}
    )
    async with console(desk=desk) as it:
        await it.loaded()
        assert "no steps found in it" in it.screen_text
        await it.press("b", "space")
        assert it.commands == []
        assert "no step under the cursor" in it.screen_text
        await it.press("enter")
        assert "Open the error dashboard" in it.screen_text


async def test_no_runbook_says_why() -> None:
    desk = FakeDesk(scenes.scene(), details={FIRST: scenes.detail(FIRST, book=None)})
    async with console(desk=desk) as it:
        await it.loaded()
        assert "no runbook found" in it.screen_text


async def test_new_incident() -> None:
    async with console() as it:
        await it.press("i")
        await it.press("f2")
        assert "a title is needed" in it.screen_text
        await it.write("Orders stay pending")
        await it.press("enter")
        await it.write("orders-db")
        await it.press("enter", "right", "right", "enter", "t", "enter")
        await it.write("Rina")
        await it.press("f2")
        expected = Open(
            "Orders stay pending",
            "orders-db",
            priority=Priority.P2,
            reporter=ReporterKind.TEAM,
            reported_by="Rina",
        )
        assert it.commands == [("", expected)]


@pytest.mark.parametrize("kind", [kind for kind in ReporterKind if kind is not ReporterKind.MONITORING])
async def test_a_new_incident_of_each_kind_of_reporter(kind: ReporterKind) -> None:
    async with console() as it:
        await it.press("i")
        await it.write("Orders stay pending")
        await it.press("enter")
        await it.write("orders-db")
        await it.press("enter", "enter", kind.value[0], "f2")
        assert it.commands == [("", Open("Orders stay pending", "orders-db", reporter=kind))]


async def test_a_report_that_was_not_saved_comes_back_filled_in() -> None:
    async with console() as it:
        it.desk.answers.append(NotSaved("", "disk full"))
        await it.press("i")
        await it.write("Orders stay pending")
        await it.press("tab")
        await it.write("orders-db")
        await it.press("f2")
        assert "Orders stay pending" in it.screen_text
        await it.press("f2")
        assert len(it.commands) == 2


async def test_refresh_and_the_engine_at_the_start() -> None:
    async with console() as it:
        assert it.desk.engine_asked == 1
        await it.press("r")
        assert it.desk.refreshed == 1


async def test_next_line_leads_to_its_incident() -> None:
    async with console() as it:
        assert "ack INC-1042 within 01:48  . go there" in it.screen_text
        await it.press(".")
        assert it.cursor == SECOND
        assert "ack INC-1042 within 01:48  a" in it.screen_text


async def test_panes_and_tabs() -> None:
    async with console() as it:
        for key, pane in (
            ("2", "timeline"),
            ("3", "runbook"),
            ("4", "roster"),
            ("5", "clocks"),
            ("1", "incidents"),
        ):
            await it.press(key)
            assert it.main.session.shape.focus == pane
        await it.press("tab")
        assert it.main.session.shape.focus == "timeline"
        await it.press("shift+tab", "shift+tab")
        assert it.main.session.shape.focus == "clocks"
        await it.press("]")
        assert it.main.session.shape.tab == "alerts"
        await it.press("[", "[")
        assert it.main.session.shape.tab == "links"
        await it.loaded()
        assert "2 graph" in it.screen_text


async def test_zoom_and_back() -> None:
    async with console() as it:
        await it.loaded()
        await it.press("2", "z")
        assert "1 Incidents" not in it.screen_text
        await it.press("a")
        assert it.commands == [(FIRST, Ack())]
        await it.press("escape")
        assert "1 Incidents" in it.screen_text
        await it.press("escape")
        assert it.main.session.shape.focus == "incidents"


async def test_enter_opens_the_timeline() -> None:
    async with console() as it:
        await it.press("enter")
        assert it.main.session.shape.focus == "timeline"


async def test_quit_is_guarded_only_on_duty_with_something_severe_open() -> None:
    async with console() as it:
        await it.press("q")
        assert "you are on duty" in it.screen_text
        await it.press("n")
        assert it.app.is_running
        await it.press("q", "y")
        assert it.app.return_code == 0


async def test_quit_without_duty_asks_nothing() -> None:
    async with console(scenes.scene(duties=())) as it:
        await it.press("q")
        assert it.app.return_code == 0
        assert not isinstance(it.app.screen, Confirm)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (Nothing(FIRST, "acked by Rina 4 s ago"), "acked by Rina 4 s ago"),
        (Refused(FIRST, "INC-1039 is closed"), "refused by the rules: INC-1039 is closed"),
        (NotSaved(FIRST, "disk full"), f"ack {FIRST} NOT saved: disk full"),
        (Unknown(FIRST, "op", "no answer"), f"ack {FIRST}: not known whether it was saved (no answer)"),
    ],
)
async def test_every_outcome_is_told_as_it_is(outcome: Outcome, message: str) -> None:
    async with console() as it:
        it.desk.answers.append(outcome)
        await it.press("a")
        assert it.app.messages == [message]
        assert not any("saved" in text for text in it.app.messages if isinstance(outcome, Nothing | Refused))


async def test_a_question_is_asked_and_answered_with_the_same_operation() -> None:
    async with console() as it:
        it.desk.answers.append(Asks(FIRST, "you were not paged — take it?", "take"))
        await it.press("a")
        assert "you were not paged" in it.screen_text
        await it.press("enter")
        assert it.commands == [(FIRST, Ack()), (FIRST, Ack(take=True))]
        assert len({op for _, _, op in it.desk.commands}) == 1


async def test_a_question_answered_with_no_does_nothing() -> None:
    async with console() as it:
        it.desk.answers.append(Asks(FIRST, "you were not paged — take it?", "take"))
        await it.press("a", "escape")
        assert it.commands == [(FIRST, Ack())]
        assert it.app.messages == ["not done: you were not paged — take it?"]


async def test_remapped_keys_are_used_and_shown() -> None:
    from console.ui.keys.actions import ACTIONS  # noqa: PLC0415 - only this test remaps
    from console.ui.keys.keymap import check_keymap  # noqa: PLC0415 - same

    async with console(keymap=check_keymap(ACTIONS, {"incident.ack": "Z"})) as it:
        assert "Z ack" in it.screen_text
        await it.press("a")
        assert it.commands == []
        await it.press("Z")
        assert it.commands == [(FIRST, Ack())]
        await it.press("?")
        assert " Z " in it.screen_text


async def test_themes_are_chosen_from_the_palette_and_remembered() -> None:
    async with console() as it:
        await it.press(":")
        await it.write("theme day")
        await it.press("down", "enter")
        await it.settle(lambda: it.app.theme == "day")
        assert it.remembered == [{"theme": "day"}]


async def test_the_palette_finds_incidents_and_actions() -> None:
    async with console() as it:
        await it.press("ctrl+p")
        await it.write("IndexStale")
        await it.press("down", "enter")
        await it.settle(lambda: it.cursor == NUDGED)
        await it.press(":")
        await it.write("priority")
        await it.press("down", "enter")
        await it.settle(lambda: isinstance(it.app.screen, Menu))


async def test_note_dialog_is_one_screen_only() -> None:
    async with console() as it:
        await it.press("n")
        assert isinstance(it.app.screen, NoteDialog)
        assert len(it.app.screen_stack) == 2


async def test_every_action_has_code_and_every_footer_names_known_ones() -> None:
    from console.ui.keys.actions import ALWAYS, BY_ID, FOOTER  # noqa: PLC0415 - only this test asks

    widgets_own = ("move.", "mark.", "dialog.", "checklist.", "roster.", "handing.", "report.", "reviews.")
    ours = {name for name in BY_ID if not name.startswith(widgets_own)}
    async with console() as it:
        assert it.main.verbs.known == ours
    assert {name for names in FOOTER.values() for name in names} | set(ALWAYS) <= ours
