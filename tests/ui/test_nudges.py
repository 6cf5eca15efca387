"""Forgotten acks: the nudge is seen and answered without opening the incident, and the quietest are found first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.commands import AnswerNudge
from console.domain.filters import Circumstances
from console.domain.incident import State
from console.domain.look import FORGOTTEN_AFTER, Look, arrange, forgotten
from console.domain.standing import Viewer, standing
from console.domain.summary import Summary
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.rows import row
from tests.ui.scenes import NOW, POLICY

MINUTE = timedelta(minutes=1)


def acked(name: str, quiet: float, owner: str = "asha", **facts: object) -> Summary:
    made = row(name, NOW, age=timedelta(hours=3), state=State.ACKNOWLEDGED, owner=owner, acked_by=owner)
    return replace(made, last_activity_at=NOW - quiet * MINUTE, **facts)  # type: ignore[arg-type]


def quiet_scene() -> tuple[Summary, ...]:
    return (
        acked("INC-1", 16),
        acked("INC-2", 95, owner="citra"),
        acked("INC-3", 40, owner="budi"),
        acked("INC-4", 14),
        acked("INC-5", 300, snoozed_until=NOW + MINUTE),
        row("INC-6", NOW, age=timedelta(hours=9)),
    )


async def test_a_nudge_is_seen_and_answered_from_the_list() -> None:
    nudged = acked("INC-9", 34, nudged_at=NOW - MINUTE)
    async with console(scenes.scene(rows=(nudged,), sources=scenes.LIVE)) as driver:
        assert "INC-9 quiet for 34m: still on it?" in driver.screen_text
        assert "quiet 34m" in driver.screen_text
        await driver.press("y")
        assert driver.commands == [("INC-9", AnswerNudge())]


async def test_the_quietest_acks_come_first_with_owner_and_whether_they_are_on_shift() -> None:
    snapshot = scenes.scene(rows=quiet_scene(), duties=scenes.DUTIES)
    async with console(snapshot, size=(160, 45)) as driver:
        await driver.press("F")
        shown = driver.main.session.board.shown
        assert shown == ("INC-2", "INC-3", "INC-1")
        text = driver.screen_text
        assert "acked and quiet, the quietest first" in text
        assert "quiet 95m, owner off shift" in text
        assert "quiet 40m" in text
        assert "quiet 40m, owner" not in text
        await driver.press("F")
        assert len(driver.main.session.board.shown) == 6
        await driver.press("F", "escape")
        assert driver.main.session.look == Look()
        assert "quiet 40m" not in driver.screen_text  # what is not asked for is not told of every row


@given(st.lists(st.floats(0, 600), max_size=12))
def test_forgotten_are_all_that_are_quiet_long_enough_in_order(minutes: list[float]) -> None:
    rows = [acked(f"INC-{n}", quiet) for n, quiet in enumerate(minutes)]
    around = Circumstances(Viewer("asha", frozenset(), frozenset()), NOW)
    found = arrange([standing(one, POLICY) for one in rows], Look(forgotten=True), around)
    assert len(found.shown) + found.hidden == len(rows)
    quiet = [NOW - item.row.active_at for item in found.shown]
    assert quiet == sorted(quiet, reverse=True)
    assert all(one >= FORGOTTEN_AFTER for one in quiet)
    assert {item.row.id for item in found.shown} == {one.id for one in rows if forgotten(one, NOW)}
