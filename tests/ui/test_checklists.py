"""The checklists in the console: keys answer the item that was painted, and what became of it is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.commands import Open
from console.domain.priority import Priority
from console.domain.roster import Override
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.team.checklist import Checklist, Item, ItemKind, When
from console.domain.team.commands import AnswerItem
from console.domain.team.facts import ItemAnswered, ItemState
from console.domain.team.state import Answer, TeamState
from console.ports.commands import Ran
from console.ports.desk import NotSaved, Refused, Saved
from console.ui.glyphs import UNICODE
from console.ui.views.frame import Frame
from console.ui.views.roster import roster_lines
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.scenes import NOW, POLICY

HOUR = timedelta(hours=1)
GONE = StoreHealth("postgresql", StoreState.UNREACHABLE, NOW - HOUR / 30, "connection refused")
PRE = Checklist(
    "before", "pre-shift checklist", When.PRE_SHIFT,
    (
        Item("vpn", "the VPN lets me in", ItemKind.COMMAND, command=("ping", "bastion.example"), access=True),
        Item("page", "a test page has reached me"),
        Item("dash", "dashboards open", ItemKind.LINK, url="https://graphs.example/", required=False),
        Item("load", "how is the phone's battery?", ItemKind.VALUE, required=False),
    ),
)  # fmt: skip
COVER = Override("checkout", "primary", "asha", NOW + 2 * HOUR, NOW + 6 * HOUR)
RULES = replace(POLICY, roster=replace(POLICY.roster, overrides=(COVER,)), checklists=(PRE,))
OCCASION = f"checkout/primary/{NOW + 2 * HOUR:%Y-%m-%dT%H:%MZ}"


def answered(item: str, state: ItemState, person: str = "asha", **more: Any) -> Answer:
    return Answer(NOW - HOUR, ItemAnswered("before", item, person, OCCASION, state, **more))


def scene(*answers: Answer, **facts: Any) -> Snapshot:
    return scenes.scene(policy=RULES, team=TeamState(len(answers), answers=answers), **facts)


def sent(driver: Driver) -> list[AnswerItem]:
    return [command for command, _ in driver.desk.arranged if isinstance(command, AnswerItem)]


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (50, 16)])
async def test_it_shows_what_is_due_at_every_size(size: tuple[int, int]) -> None:
    async with console(scene(answered("page", ItemState.FAILED, text="no signal")), size=size) as driver:
        await driver.press("C")
        shown = " ".join(driver.screen_text.replace("┃", "").replace("│", "").split())
        assert "pre-shift checklist" in shown
        assert "3 of 4 items" in shown
        assert "the VPN lets me in" in shown
        assert "no signal" in shown
        await driver.press("escape")
        assert "the VPN lets me in" not in driver.screen_text


async def test_keys_answer_the_item_under_the_cursor_and_go_on() -> None:
    async with console(scene()) as driver:
        await driver.press("C", "space", "-", "u")
        assert [(one.item, one.state) for one in sent(driver)] == [
            ("vpn", ItemState.DONE), ("page", ItemState.SKIPPED), ("dash", ItemState.TODO),
        ]  # fmt: skip
        assert {(one.checklist, one.occasion) for one in sent(driver)} == {("before", OCCASION)}
        assert len({op for _, op in driver.desk.arranged}) == 3


async def test_a_failure_asks_what_went_wrong() -> None:
    async with console(scene()) as driver:
        await driver.press("C", "j", "f")
        await driver.write("no signal")
        await driver.press("enter")
        (command,) = sent(driver)
        assert (command.item, command.state, command.text) == ("page", ItemState.FAILED, "no signal")
        assert driver.commands == []  # no access item: nothing is opened
        await driver.press("f", "escape")
        assert len(sent(driver)) == 1


async def test_a_failed_access_opens_one_p4_and_the_answer_names_it() -> None:
    async with console(scene()) as driver:
        for _ in range(2):
            await driver.press("C", "g", "f")
            await driver.write("timeout")
            await driver.press("enter", "escape")
        (first, first_op), (_, second_op) = [
            (command, op) for _, command, op in driver.desk.commands if isinstance(command, Open)
        ]
        assert (first.priority, first.service) == (Priority.P4, "checkout")
        assert "Asha cannot" in first.title
        assert first_op == second_op


async def test_the_incident_that_was_opened_stands_in_the_answer() -> None:
    async with console(scene()) as driver:
        driver.desk.answers = [lambda _i, _c, op: scenes_saved(op)]
        await driver.press("C", "f")
        await driver.write("timeout")
        await driver.press("enter")
        assert [one.incident for one in sent(driver)] == ["INC-77"]


def scenes_saved(op: str) -> Saved:
    return Saved("INC-77", op, "opened INC-77")


async def test_a_value_is_written_down_and_enter_asks_for_it() -> None:
    async with console(scene()) as driver:
        await driver.press("C", "G", "enter")
        await driver.write("80 %")
        await driver.press("enter")
        (command,) = sent(driver)
        assert (command.item, command.state, command.value) == ("load", ItemState.DONE, "80 %")


async def test_a_link_is_opened_or_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.ui.checkbook.open_address", lambda _url, _how: False)
    async with console(scene()) as driver:
        await driver.press("C", "o")
        assert "this item has no link" in driver.app.messages
        await driver.press("j", "j", "o")
        assert driver.app.copied == ["https://graphs.example/"]
        assert sent(driver) == []


async def test_what_was_not_saved_says_so_on_its_row() -> None:
    async with console(scene()) as driver:
        driver.desk.team_answers = [NotSaved("", "the disk is full"), Refused("", "not on this list")]
        driver.desk.gate = asyncio.Event()
        await driver.press("C", "space")
        assert "saving…" in driver.screen_text
        driver.desk.gate.set()
        await driver.settle(lambda: "NOT saved" in driver.screen_text)
        await driver.press("space")
        await driver.settle(lambda: "refused" in driver.screen_text)
        assert "the VPN lets me in  NOT saved" in driver.screen_text
        assert any("the disk is full" in message for message in driver.app.messages)


async def test_an_answer_counts_once_the_store_says_so() -> None:
    async with console(scene()) as driver:
        await driver.press("C", "space")
        assert "the VPN lets me in  saved" in driver.screen_text
        assert "4 of 4 items open" in driver.screen_text
        await driver.push(scene(answered("vpn", ItemState.DONE)))
        assert "3 of 4 items open" in driver.screen_text
        assert "lets me in  saved" not in driver.screen_text


class Runner:
    """Runs nothing; ends when it is told, or stopped."""

    def __init__(self, ran: Ran) -> None:
        self.ran = ran
        self.end = threading.Event()
        self.asked: list[tuple[tuple[str, ...], float]] = []

    def __call__(self, argv: Sequence[str], timeout: float, stop: Callable[[], bool]) -> Ran:
        self.asked.append((tuple(argv), timeout))
        for _ in range(1000):
            if stop():
                return Ran(ok=False, line="stopped after 1 s", seconds=1.0)
            if self.end.wait(0.01):
                break
        return self.ran


async def test_a_command_runs_beside_the_screen_and_its_end_is_the_answer() -> None:
    runner = Runner(Ran(ok=True, line="1 received", seconds=0.2))
    async with console(scene(), run_command=runner) as driver:
        await driver.press("C")
        assert runner.asked == []  # never by itself
        await driver.press("x")
        assert "the VPN lets me in  running" in driver.screen_text
        await driver.press("j")  # the screen is alive
        runner.end.set()
        await driver.settle(lambda: bool(sent(driver)))
        (command,) = sent(driver)
        assert (command.item, command.state, command.text) == ("vpn", ItemState.DONE, "1 received")
        assert runner.asked == [(("ping", "bastion.example"), 30.0)]


async def test_a_command_that_fails_is_a_failed_item() -> None:
    runner = Runner(Ran(ok=False, line="no route to host", seconds=0.2))
    runner.end.set()
    async with console(scene(), run_command=runner) as driver:
        await driver.press("C", "x")
        await driver.settle(lambda: bool(sent(driver)))
        assert [(one.state, one.text) for one in sent(driver)] == [(ItemState.FAILED, "no route to host")]
        assert [type(command) for _, command in driver.commands] == [Open]


async def test_a_command_can_be_stopped_and_leaves_no_answer() -> None:
    runner = Runner(Ran(ok=True, line="", seconds=0.0))
    async with console(scene(), run_command=runner) as driver:
        await driver.press("C", "x", "x")
        await driver.settle(lambda: any("stopped after" in message for message in driver.app.messages))
        assert sent(driver) == []
        await driver.press("j", "x")
        assert "this item has no command" in driver.app.messages


async def test_leaving_the_console_stops_a_command() -> None:
    runner = Runner(Ran(ok=True, line="", seconds=0.0))
    async with console(scene(), run_command=runner) as driver:
        await driver.press("C", "x")
        assert runner.asked
    assert sent(driver) == []


async def test_a_console_that_only_reads_writes_nothing() -> None:
    async with console(scene(), readonly=True) as driver:
        await driver.press("C", "space", "x")
        assert "read-only console: nothing is written" in driver.app.messages
        assert driver.desk.arranged == []
        footer = driver.screen_text.splitlines()[-1]
        assert "o link" in footer
        assert "done" not in footer


async def test_only_what_asks_for_a_value_takes_one() -> None:
    async with console(scene()) as driver:
        await driver.press("C", "v")
        assert "this item asks for no value" in driver.app.messages
        assert driver.desk.arranged == []


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_help_and_the_way_back_are_named_however_narrow_it_is(size: tuple[int, int]) -> None:
    async with console(scene(), size=size) as driver:
        await driver.press("C")
        assert driver.screen_text.splitlines()[-1].rstrip().endswith("? help   esc back")
        await driver.press("?", "pagedown")
        assert "take back" in driver.screen_text
        await driver.press("escape")
        assert "the VPN lets me in" in driver.screen_text


async def test_an_old_list_says_so_while_the_store_is_away() -> None:
    async with console(scene()) as driver:
        await driver.press("C")
        assert "as of" not in driver.screen_text
        await driver.push(store=GONE)
        assert "as of 21:12, 2m ago: the store does not answer" in driver.screen_text
        await driver.press("space")
        assert [one.item for one in sent(driver)] == ["vpn"]  # the key still means what was painted


async def test_the_others_of_my_teams_are_seen() -> None:
    monday = Answer(
        NOW, ItemAnswered("before", "vpn", "citra", "payments/primary/2026-01-05T09:00Z", ItemState.FAILED)
    )
    snapshot = scene(monday)
    late = replace(snapshot, now=scenes.ENDS - HOUR)
    async with console(late) as driver:
        await driver.press("C")
        assert "Citra  payments primary next  not ready: the VPN lets me in failed" in driver.screen_text


async def test_next_tells_of_it_where_nothing_presses() -> None:
    quiet = scene(rows=(), sources=scenes.LIVE, duties=scenes.DUTIES[:3])
    async with console(quiet) as driver:
        await driver.settle(
            lambda: "pre-shift checklist: 4 of 4 open, shift begins in 2h" in driver.screen_text
        )
    busy = replace(quiet, rows=scenes.incident_rows())
    async with console(busy) as driver:
        assert "NEXT   ack INC-1042" in driver.screen_text or "NEXT   INC-" not in driver.screen_text
        assert "pre-shift checklist" not in driver.screen_text


async def test_without_lists_nothing_is_due() -> None:
    async with console(scenes.scene()) as driver:
        await driver.press("C", "space")
        assert "no checklist is due for you now" in driver.screen_text
        assert driver.desk.arranged == []


def test_the_roster_says_who_of_my_teams_is_not_ready() -> None:
    failed = Answer(
        NOW, ItemAnswered("before", "vpn", "citra", "payments/primary/2026-01-05T09:00Z", ItemState.FAILED)
    )
    snapshot = replace(scene(failed), now=scenes.ENDS - HOUR)
    frame = Frame(UNICODE, scenes.UTC_ZONE, snapshot.now, "asha")
    shown = ["".join(text for text, _ in line) for line in roster_lines(snapshot, frame, 70)]
    place = next(n for n, line in enumerate(shown) if "next" in line and "Citra" in line)
    assert "not ready: the VPN lets me in failed Fri 21:14" in shown[place + 1]
    ready = [answered_for("asha", item) for item in ("vpn", "page")]
    fine = replace(snapshot, team=TeamState(2, answers=tuple(ready)))
    assert not [
        line for line in roster_lines(fine, frame, 70) if "Asha" in str(line) and "ready" in str(line)
    ]


def answered_for(person: str, item: str) -> Answer:
    return Answer(
        NOW, ItemAnswered("before", item, person, "payments/primary/2025-12-29T09:00Z", ItemState.DONE)
    )
