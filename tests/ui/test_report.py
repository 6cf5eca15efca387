"""The report on screen: charts, the quarters before, and what the numbers mean."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.measures import count_pages
from console.domain.reports.report import Report, Scope, make, page_spans, weeks_of
from console.errors import StoreError
from console.outputs.reports.words import definitions
from console.ui.screens.reader import Reader
from console.ui.screens.report import ReportScreen
from console.ui.widgets.lines import LinesView
from tests.fakes.desk import FakeDesk
from tests.store.contract_measures import measure
from tests.ui import scenes
from tests.ui.driving import Driver, console
from tests.ui.scenes import NOW

HOSTILE = "[red]=1+1[/]\x1b[31m"


def report(scope: Scope) -> Report:
    weeks = weeks_of(scope, NOW, scenes.POLICY)
    made = [
        measure(f"INC-{days}", reported_at=NOW - timedelta(days=days), rule=HOSTILE, tta=600_000)
        for days in (9, 8)
    ]
    pages = count_pages((), page_spans(scope, weeks))
    return make(scope, weeks, made, pages, scenes.POLICY, now=NOW, first=made[0].reported_at)


def desk() -> FakeDesk:
    return FakeDesk(scenes.scene(), details=scenes.details(), reports=report)


def shown(it: Driver) -> str:
    screen = next(one for one in it.app.screen_stack if isinstance(one, ReportScreen))
    return "\n".join(screen.query_one(LinesView).plain)


@pytest.mark.parametrize("size", [(100, 40), (40, 10)])
async def test_the_report_opens_on_its_key_and_quarters_scroll(size: tuple[int, int]) -> None:
    asked = desk()
    async with console(desk=asked, size=size) as it:
        await it.press("#")
        text = " ".join(shown(it).split())
        assert "MTTA 10m (n 2" in text
        assert "not known: 11 weeks before the first incident" in text
        assert "█" in text
        assert "\x1b" not in text
        await it.press("left")
        assert asked.reports_asked[1].until == report(Scope()).weeks[0].week.start
        assert "not known: 13 weeks before the first incident" in " ".join(shown(it).split())
        await it.press("right")
        assert asked.reports_asked[2].until is None
        await it.press("?")
        assert isinstance(it.app.screen, Reader)
        told = " ".join(" ".join(it.app.screen.query_one(LinesView).plain).split())
        assert " ".join(definitions()["mttr"].split()[:4]) in told


async def test_no_line_of_a_week_wraps_at_sixty_columns() -> None:
    async with console(desk=desk(), size=(60, 24)) as it:
        await it.press("#")
        lines = shown(it).split("\n")
        weeks = [line for line in lines if line.startswith("  20") and "█" in line]
        assert weeks
        assert all(" in " in line for line in weeks), "its last word stands on the same line"


async def test_two_presses_are_two_quarters_also_before_the_first_is_read() -> None:
    asked = desk()
    async with console(desk=asked) as it:
        await it.press("#")
        await it.press("left", "left")
        await it.press("right", "right", "right")
    first = weeks_of(Scope(), NOW, scenes.POLICY)[0]
    second = weeks_of(Scope(until=first.start), NOW, scenes.POLICY)[0]
    assert {one.until for one in asked.reports_asked} <= {None, first.start, second.start}
    assert asked.reports_asked[-1].until is None


async def test_a_quarter_that_could_not_be_counted_can_be_left() -> None:
    gone = desk()
    gone.reports = StoreError("the store does not answer")
    async with console(desk=gone) as it:
        await it.press("#")
        gone.reports = report
        await it.press("left")
        assert "not known: 13 weeks before the first incident" in " ".join(shown(it).split())
        await it.press("right")
        assert "2 incidents" in shown(it)


async def test_what_cannot_be_counted_is_told() -> None:
    gone = desk()
    gone.reports = StoreError("the store does not answer")
    async with console(desk=gone) as it:
        await it.press("#")
        assert "not counted: the store does not answer" in " ".join(shown(it).split())
