"""What NEXT names is done by the keys that it names: ``.`` and then that key, from wherever the focus is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.commands import Ack, AnswerNudge
from console.domain.handover import build
from console.domain.hints import Hint
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.snapshot import Snapshot
from console.domain.summary import Summary
from console.domain.tracks import Track, packed
from console.domain.vocabulary import TrackState
from console.ui.views.nextline import next_line, reach
from tests.fakes.handovers import FakeHandovers, draft
from tests.outputs.shift import everything
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.rows import row

NOW = scenes.NOW
MINUTE = timedelta(minutes=1)
WELL = scenes.scene(sources=scenes.LIVE, rows=(), duties=scenes.DUTIES[:1])
OTHER = row(
    "INC-9", NOW, age=MINUTE, owner="budi", acked_by="budi", state=State.ACKNOWLEDGED, priority=Priority.P1
)
"""The cursor stands on this one, which is somebody else's."""


def mine(**facts: Any) -> Summary:
    base: dict[str, Any] = {
        "state": State.ACKNOWLEDGED,
        "owner": "asha",
        "acked_by": "asha",
        "age": 4 * MINUTE,
    }
    return row("INC-5", NOW, **{**base, **facts})


async def does_what_next_says(driver: Driver, snapshot: Snapshot, focus: str) -> tuple[str, ...]:
    """Press ``.`` where NEXT says so, then the key that it names; return the actions pressed."""
    await driver.press("escape", focus)
    await driver.push(snapshot)
    pressed: list[str] = []
    for _ in range(3):
        session = driver.main.session
        hint, painted = session.hint, driver.main.selection.painted()
        assert hint is not None
        actions = reach(hint, painted, session.shape.focus)
        for action in actions:
            key = driver.main.key_of(action)
            assert key, action
            assert driver.main.verbs.possible(action), action
            driver.later(1)
            await driver.press(key)
            pressed.append(action)
        if actions != ("next.go",):
            break
    return tuple(pressed)


CHASE = Track("vendor", TrackState.WAITING, NOW, "asha", "ticket 123", "asha", check_at=NOW - 5 * MINUTE)
WANTS = [
    (row("INC-5", NOW, paged_now=("asha",)), "incident.ack", Ack),
    (mine(priority=None), "incident.priority", None),
    (mine(priority=Priority.P2, nudged_at=NOW, age=50 * MINUTE), "incident.still-on", AnswerNudge),
    (mine(priority=Priority.P1, firing=0), "incident.resolve", None),
    (mine(priority=Priority.P1, age=100 * MINUTE, last_activity_at=NOW), "incident.resolve", None),
    (row("INC-5", NOW, state=State.CLEARED_UNACKED, firing=0), "incident.ack", Ack),
    (mine(priority=Priority.P3, track=packed((CHASE,)), track_at=CHASE.check_at), "incident.track", None),
    (mine(priority=Priority.P1, public_from=NOW), "incident.update", None),
    (mine(priority=Priority.P2), "pane.runbook", None),
]


@pytest.mark.parametrize("focus", ["1", "3"])
async def test_for_every_want_the_keys_that_next_names_do_it(focus: str) -> None:
    async with console(WELL, size=(160, 40)) as driver:
        driver.desk.details["INC-5"] = scenes.detail("INC-5")
        for wanting, action, command in WANTS:
            before = len(driver.commands)
            snapshot = replace(WELL, rows=(replace(OTHER, n=OTHER.n + before), wanting))
            pressed = await does_what_next_says(driver, snapshot, focus)
            if action == "pane.runbook":
                assert driver.main.session.shape.focus == "runbook"
                continue
            assert pressed[-1] == action, pressed
            if command is None:
                assert driver.app.screen is not driver.main  # its dialog is open
                await driver.press("escape")
            else:
                ((incident, sent),) = driver.commands[before:]
                assert (incident, type(sent)) == ("INC-5", command)


async def test_for_what_is_around_the_key_opens_where_it_is_mended() -> None:
    around = [
        (replace(WELL, skew=7 * MINUTE), "console.about"),
        (replace(WELL, duties=(*WELL.duties, replace(scenes.DUTIES[1], person=None))), "console.roster"),
        (replace(WELL, duties=(replace(scenes.DUTIES[0], until=NOW + 30 * MINUTE),)), "handover.open"),
    ]
    async with console(WELL, size=(160, 40)) as driver:
        document = build(everything())
        driver.desk.handovers = FakeHandovers(document, draft(document))
        for snapshot, action in around:
            pressed = await does_what_next_says(driver, snapshot, "2")
            assert pressed == (action,)
            assert driver.app.screen is not driver.main
            await driver.press("escape")
        pressed = await does_what_next_says(driver, replace(WELL, sources=scenes.MIXED), "2")
        assert (pressed, driver.desk.refreshed) == (("console.refresh",), 1)


async def test_both_are_said_where_the_cursor_is_on_another_incident() -> None:
    one, other = row("INC-1", NOW, paged_now=("asha",)), mine(priority=None)
    async with console(replace(WELL, rows=(other, one)), size=(160, 40)) as driver:
        if driver.cursor != "INC-5":
            await driver.press("j")
        await driver.settle(lambda: driver.cursor == "INC-5")
        assert (
            "ack INC-1 within 02:00  . go there    here: set the priority of INC-5  p" in driver.screen_text
        )
        assert "wants  set the priority of INC-5" in driver.screen_text  # in the clocks
        await driver.press(".")
        assert "ack INC-1 within 02:00  a" in driver.screen_text
        assert "here:" not in driver.screen_text


@pytest.mark.parametrize("size", [(165, 42), (46, 12)])
async def test_a_drill_says_so_on_every_screen(size: tuple[int, int]) -> None:
    drill = replace(WELL, rehearsal="drill")
    async with console(drill, size=size) as driver:
        assert driver.screen_text.startswith(" DRILL ")
        assert "leave to read your score  q" in driver.screen_text or size[0] < 80
        for key in ("?", "w"):
            await driver.press(key)
            assert driver.app.screen is not driver.main
            await driver.settle(lambda: "DRILL" in driver.screen_text.partition("\n")[0])
            await driver.press("escape")


def test_a_key_that_means_something_else_in_this_pane_is_not_named() -> None:
    hint = Hint("still on it?", "incident.still-on", "INC-1")
    assert reach(hint, "INC-1", "incidents") == ("incident.still-on",)
    assert reach(hint, "INC-1", "runbook") == ("next.go",)
    assert reach(hint, "INC-2", "incidents") == ("next.go",)
    step = Hint("step 1", "pane.runbook", "INC-1", also="runbook.done")
    assert reach(step, "INC-1", "incidents") == ("pane.runbook", "runbook.done")
    assert reach(step, "INC-1", "runbook") == ("runbook.done",)
    assert reach(Hint("words"), None, "incidents") == ()


@pytest.mark.parametrize("width", [120, 80, 60, 40])
def test_the_key_is_said_however_narrow_the_line_is(width: int) -> None:
    step = Hint("step 2 of 3 of INC-1: Look at the message at the head of the que …", "pane.runbook", "INC-1")
    here = replace(step, also="runbook.done")
    line = next_line(here, "INC-1", {"pane.runbook": "b", "runbook.done": "space"}.__getitem__, width)
    said = "".join(text for text, _ in line)
    assert len(said) <= width
    assert said.endswith("  b space")
    assert "step 2 of 3" in said
    assert "……" not in said.replace(" ", "")
