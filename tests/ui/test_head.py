"""What stands above the timeline leaves the newest events in sight."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.change import Change, ChangeKind
from console.domain.changes.correlated import correlate
from console.domain.similar import Memory, Past, Similar
from console.domain.tracks import Track
from console.domain.vocabulary import TrackState
from console.ui.text import Spans, width_of
from console.ui.views.head import in_room
from console.ui.views.titles import fitted
from tests.ui.driving import console
from tests.ui.scenes import NOW, POLICY

WORDS = "root?     probably begins at orders-db: 14 of the 16 services that depend on it fail (a guess)"
LONG: Spans = ((WORDS, "bold"),)
SHORT: Spans = (("memory    seen 4 times", ""),)


def text(line: Spans) -> str:
    return "".join(part for part, _ in line)


def test_the_first_parts_are_whole_while_that_fits_and_the_last_ones_go() -> None:
    whole = in_room([LONG, SHORT], 20, 40)
    assert " ".join(" ".join(map(text, whole[:-2])).split()) == " ".join(WORDS.split())
    assert [text(line) for line in whole[-2:]] == [text(SHORT), ""]
    short, cut = text(SHORT).ljust(40), f"{WORDS[:39]}…"
    assert [text(line) for line in in_room([LONG, LONG, SHORT], 8, 40)] == [cut, cut, text(SHORT), ""]
    assert [text(line).ljust(40) for line in in_room([SHORT, LONG, SHORT], 4, 40)] == [short, cut]
    assert in_room([], 8, 40) == []


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 8, 17, 60])
def test_it_never_takes_more_than_half(rows: int) -> None:
    for parts in ([LONG], [LONG] * 6, [SHORT, LONG] * 5, [(("漢" * 50, ""),)]):
        lines = in_room(parts, rows, 30)
        assert len(lines) <= max(1, rows // 2)
        assert text(lines[0]).startswith(text(parts[0])[:10])
        assert all(width_of(text(line)) <= 30 for line in lines)


@pytest.mark.parametrize(("size", "events"), [((160, 45), 4), ((80, 24), 3), ((60, 20), 1)])
async def test_the_newest_events_are_in_sight_below_all_that_is_known(
    size: tuple[int, int], events: int
) -> None:
    past = Past(
        "INC-7", "5xx", "payments", NOW - timedelta(days=3), timedelta(minutes=41), "budi", "leak", "x"
    )
    memory = Memory(4, past, (Similar(past, 6, ("same alert", "same service")),))
    async with console(size=size) as it:
        name = it.cursor or ""
        detail = it.desk.details[name]
        change = Change(
            "ci:1",
            NOW - timedelta(minutes=30),
            "payments",
            "v42 canary 5 % of all",
            ChangeKind.DEPLOY,
            "Asha",
        )
        stormy = replace(
            detail.incident, root="orders-db", root_why="14 of the 16 services that depend on it fail"
        )
        detail = replace(detail, incident=stormy)
        it.desk.details[name] = replace(detail, changes=correlate(stormy, [change], POLICY, NOW))
        it.main.session.remembered = lambda _incident: memory
        it.main.session.detail = it.desk.details[name]
        await it.press("2")
        it.main.drawing.below_panes()
        await it.pilot.pause()
        shown = it.screen_text
        assert "probably begins at orders-db" in shown
        newest = [line for line in shown.split("\n") if "│ 21:" in line]
        assert len(newest) >= events, shown


async def test_a_title_that_is_too_long_shortens_the_other_panes_not_what_is_shown() -> None:
    async with console(size=(80, 24)) as it:
        await it.loaded()
        await it.press("2")
        assert "5 Clocks ──" in it.screen_text
        detail = it.main.session.detail
        assert detail is not None
        track = Track("vendor", TrackState.WAITING, NOW, "asha")
        it.main.session.detail = replace(detail, incident=replace(detail.incident, tracks=(track,)))
        it.main.drawing.below_panes()
        await it.pilot.pause()
        assert "┌─ 3 · 2 Timeline · Alerts 2 · Tracks 1 · Links 4 · 4 · 5 ─" in it.screen_text
        await it.pilot.resize_terminal(110, 24)
        await it.pilot.pause()
        assert (
            "3 Runbook · 2 Timeline · Alerts 2 · Tracks 1 · Links 4 · 4 Roster · 5 Clocks ─" in it.screen_text
        )


def test_a_title_without_room_is_what_is_shown() -> None:
    parts = [("2 Timeline", False), ("Alerts 14", True), ("Links", False)]
    assert fitted(parts, 0) == parts
    assert fitted(parts, 30) == parts
    assert fitted(parts, 25) == [("2", False), ("Alerts 14", True), ("Links", False)]
    assert fitted(parts, 12) == [("Alerts 14", True)]
