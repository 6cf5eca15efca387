"""What is held back: NEXT warns before it comes back, and the screen of the sources lists it at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.incident import State
from console.domain.snapshot import Snapshot
from console.domain.team.state import Maintenance
from console.ui.glyphs import UNICODE
from console.ui.text import Spans
from console.ui.views.frame import Frame
from console.ui.views.held import held_lines
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console
from tests.ui.rows import row
from tests.ui.scenes import NOW

FRAME = Frame(UNICODE, scenes.UTC_ZONE, NOW, "asha")
MINUTES = timedelta(minutes=1)
WORK = Maintenance(NOW - 60 * MINUTES, NOW + 60 * MINUTES, teams=("payments",), reason="new switches")
SNOOZED = row(
    "INC-7", NOW, state=State.ACKNOWLEDGED, owner="asha", acked_by="asha", snoozed_until=NOW + 12 * MINUTES
)


def calm(*, sources: tuple[object, ...] = scenes.LIVE) -> Snapshot:
    return scenes.scene(
        rows=(SNOOZED,),
        sources=sources,
        duties=scenes.DUTIES[:3],
        policy=replace(scenes.POLICY, maintenance=(WORK,)),
    )


def texts(lines: list[Spans]) -> list[str]:
    return ["".join(words for words, _ in line).rstrip() for line in lines]


def test_the_list_says_what_when_and_what_is_not_known() -> None:
    assert texts(held_lines(calm(sources=scenes.MIXED), FRAME, 120)) == [
        "Held back",
        "  ! snooze of INC-7 ends in 12m (21:26): it still fires",
        "  • maintenance of team payments (new switches) ends in 60m (22:14): nothing that waits for it",
        "  silences of edge: not known since 21:12, edge is stale",
    ]


def test_none_is_said_in_words() -> None:
    lines = texts(held_lines(scenes.scene(rows=(), sources=scenes.LIVE), FRAME, 120))
    assert lines == ["Held back", "  none: no maintenance, silence, snooze or paused clock"]


async def test_next_warns_where_nothing_presses_and_the_sources_screen_lists_it() -> None:
    async with console(desk=FakeDesk(calm()), size=(160, 45)) as driver:
        await driver.settle(lambda: "snooze of INC-7 ends in 12m" in driver.screen_text)
        await driver.press("6")
        await driver.settle(lambda: "Held back" in driver.screen_text)
        assert "maintenance of team payments (new switches)" in driver.screen_text
