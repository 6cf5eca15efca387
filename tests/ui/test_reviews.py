"""The board of reviews on screen: reading, beginning, writing; unknown is no quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.aftermath import Action
from console.domain.commands import MoveReview, SetAction, StartReview, WriteSection
from console.domain.review.board import OpenAction, ReviewBoard, open_actions, owed
from console.domain.vocabulary import ActionKind, ActionState, ReviewState
from console.errors import StoreError
from console.ui.screens.reader import Reader
from console.ui.screens.reviews import ReviewsScreen
from console.ui.views.reviews import MOST, board_lines
from console.ui.widgets.lines import LinesView
from tests.domain.review.histories import everything
from tests.domain.review.test_rules import over
from tests.domain.world import P1, P2, POLICY, at
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console


def desk() -> FakeDesk:
    """Return a desk with two reviews that are owed, one overdue, and an action item."""
    world = over(P1)
    world.do("11:00", SetAction(text="limit [red]the pool[/]", owner="asha", due=at("17:00", 3)))
    rows = [world.row(), replace(over(P2).row(), id="INC-2", title="queue grows")]
    made = FakeDesk(scenes.scene(), details=scenes.details())
    made.board = ReviewBoard(at("11:00", 5), owed(rows, POLICY), open_actions([world.incident()], POLICY))
    made.documents = {
        "INC-1": everything(" [b]"),
        "INC-2": replace(everything(sections=False), incident="INC-2"),
    }
    return made


def shown(it: Driver) -> str:
    screen = next(one for one in it.app.screen_stack if isinstance(one, ReviewsScreen))
    return "\n".join(screen.query_one(LinesView).plain)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_the_board_says_what_is_owed_the_most_pressing_first(size: tuple[int, int]) -> None:
    async with console(desk=desk(), size=size) as it:
        await it.press("D")
        text = " ".join(shown(it).split())
        assert "2 reviews owed, 1 overdue" in text
        assert text.index("INC-1") < text.index("INC-2")
        assert "2 days overdue" in text
        assert "not begun, nobody (Asha had it)" in text
        assert "1 action item open, 1 overdue" in text
        assert "prevent: limit [red]the pool[/]" in text


def test_what_is_not_drawn_is_counted() -> None:
    rows = [replace(over(P2).row(), id=f"INC-{n}") for n in range(MOST + 3)]
    item = OpenAction("INC-1", "payments", Action("A1", "x", ActionKind.PREVENT, ActionState.OPEN), None)
    board = ReviewBoard(at("11:00", 5), owed(rows, POLICY), (item,) * (MOST + 1))
    lines = ["".join(text for text, _ in spans) for spans, _ in board_lines(board, POLICY, 80)]
    assert "and 3 reviews more: oncall postmortem --board" in lines
    assert "and 1 action item more: oncall postmortem --board" in lines


async def test_a_store_that_does_not_answer_is_no_quiet() -> None:
    gone = desk()
    gone.board = StoreError("the store has not answered for 5 s")
    async with console(desk=gone, size=(80, 24)) as it:
        await it.press("D")
        assert "not known which reviews are owed: the store has not answered for 5 s" in shown(it)
        assert "0 reviews" not in shown(it)
        await it.press("n")
        assert it.desk.commands == []


async def test_enter_reads_it_and_escape_goes_back_to_its_line() -> None:
    async with console(desk=desk(), size=(100, 30)) as it:
        await it.press("D", "j", "j", "enter")
        reader = it.app.screen
        assert isinstance(reader, Reader)
        assert any("# Review of INC-" in line for line in reader.query_one(LinesView).plain)
        await it.press("escape")
        assert isinstance(it.app.screen, ReviewsScreen)
        await it.press("escape")
        assert not any(isinstance(one, ReviewsScreen) for one in it.app.screen_stack)


async def test_a_review_is_begun_on_the_line_under_the_cursor() -> None:
    async with console(desk=desk(), size=(100, 30)) as it:
        await it.press("D")
        key = it.app.screen.query_one(LinesView).painted_key_at_cursor()
        await it.press("n")
        assert [(incident, command) for incident, command, _ in it.desk.commands] == [(key, StartReview())]


async def test_the_sections_are_written_with_the_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(_app: object, file: Path) -> str:
        file.write_text(file.read_text().replace("== lucky ==", "== lucky ==\nit was day"))
        return ""

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("console.ui.editor.edit", edit)
    async with console(desk=desk(), size=(100, 30)) as it:
        await it.press("D", "ctrl+e")
        ((_, command, _),) = it.desk.commands
        assert command == WriteSection("lucky", "it was day", before="")
        assert not kept(tmp_path)


async def test_what_makes_no_sense_stays_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(_app: object, file: Path) -> str:
        file.write_text("lost?")
        return ""

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("console.ui.editor.edit", edit)
    async with console(desk=desk(), size=(100, 30)) as it:
        await it.press("D", "ctrl+e")
        assert it.desk.commands == []
        assert kept(tmp_path) == ["lost?"]


async def test_a_review_moves_on_and_its_action_items_are_done_and_added() -> None:
    made = desk()
    async with console(desk=made, size=(100, 30)) as it:
        await it.press("D", "m", "1")
        await it.press("m", "3")
        await it.press("m", "5")
        await it.write("watch the queue")
        await it.press("enter")
        assert [(incident, command) for incident, command, _ in it.desk.commands] == [
            ("INC-1", MoveReview(ReviewState.IN_REVIEW)),
            ("INC-1", SetAction("A1", state=ActionState.DONE)),
            ("INC-1", SetAction(text="watch the queue")),
        ]


async def test_no_editor_opens_for_what_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def edit(_app: object, file: Path) -> str:
        opened.append(file)
        return ""

    monkeypatch.setattr("console.ui.editor.edit", edit)
    made = desk()
    made.documents = {name: replace(one, state=ReviewState.CLOSED) for name, one in made.documents.items()}
    async with console(desk=made, size=(100, 30)) as it:
        await it.press("D", "ctrl+e")
        assert any("is closed: move it back into review first" in one for one in it.app.messages)
        assert opened == []


async def test_a_console_that_only_reads_begins_nothing() -> None:
    async with console(desk=desk(), size=(100, 30), readonly=True) as it:
        await it.press("D", "n", "ctrl+e", "m")
        assert it.desk.commands == []
        await it.press("enter")
        assert isinstance(it.app.screen, Reader)


async def test_what_is_overdue_is_said_where_nothing_presses() -> None:
    made = desk()
    made.push(scenes.scene(rows=(), sources=scenes.LIVE, duties=scenes.DUTIES[:3]))
    assert isinstance(made.board, ReviewBoard)
    (item,) = made.board.actions
    late, day = scenes.NOW - timedelta(days=1), (scenes.NOW - timedelta(days=2)).date()
    item = replace(item, action=replace(item.action, due=late), last_day=day)
    made.board = replace(made.board, actions=(item,))
    async with console(desk=made, size=(160, 45)) as it:
        it.main.incoming.asides.look_at_reviews()
        await it.settle()
        it.main.incoming.asides.tick()
        (hint,) = it.main.session.asides
        assert hint.action == "console.reviews"
        assert hint.text.startswith("A1 of INC-1 ")
        assert "overdue" in hint.text


def kept(folder: Path) -> list[str]:
    """Return what was left in files of forms."""
    return [one.read_text() for one in folder.glob("oncall-INC-*")]
