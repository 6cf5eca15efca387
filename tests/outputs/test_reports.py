"""A report written down: inert in Markdown, HTML and CSV, the same bytes for the same report, drawn as it is."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from console.domain.cells import cells
from console.domain.commands import Ack
from console.domain.policy import Policy
from console.domain.reports.report import Report, Scope
from console.domain.reports.rules import ReportRules, TargetStep
from console.outputs.reports.bars import ASCII, BLOCKS, WIDTH, bar, spark
from console.outputs.reports.bars import span_chart as span_chart_lines
from console.outputs.reports.document import to_html, to_markdown
from console.outputs.reports.rows import TABLES, inert, to_csv, to_json
from console.outputs.reports.svg import span_chart
from console.outputs.reports.text import to_lines
from console.outputs.reports.words import line_words, share_words
from tests.domain.reports.test_numbers import report_of
from tests.domain.world import P1, World, alert, at, policy

HOSTILE = '=HYPERLINK("http://evil.example")|<img src=x onerror=alert(1)>[x](javascript:1)`# \x1b[31m'


def told() -> tuple[Report, Policy]:
    """Return a report in which a service, a rule and a cause are hostile, with an empty week in between."""
    world = World()
    for number, day in enumerate((-14, 0), 1):
        name = f"INC-{number}"
        world.open(
            at("10:00", day), alert(priority=P1), name=name, key=name, service=HOSTILE, alert_name=HOSTILE
        )
        world.clear(at("10:01", day), "a", name=name)
        world.do(at("10:30", day), Ack(take=True), name=name)
    return report_of(world), world.policy


class Elements(HTMLParser):
    """Keeps the tags of a page, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_html_has_no_element_and_no_address_from_outside() -> None:
    page = to_html(*told())
    parser = Elements()
    parser.feed(page)
    tags = {tag for tag, _ in parser.found}
    assert not tags & {"img", "script", "a", "iframe", "link", "object"}
    assert not [name for _, attributes in parser.found for name in attributes if name.startswith("on")]
    assert "\x1b" not in page
    assert page.count("<svg") == 2


def test_markdown_reads_back_without_markup_of_its_own() -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(*told()))
    inline = [child for token in tokens for child in token.children or ()]
    assert not [
        one for one in (*tokens, *inline) if one.type in {"html_block", "html_inline", "link_open", "image"}
    ]
    tables = [token for token in tokens if token.type == "table_open"]
    assert len(tables) >= 4


def test_the_same_report_is_the_same_bytes() -> None:
    assert to_markdown(*told()) == to_markdown(*told())
    assert to_html(*told()) == to_html(*told())
    for table in TABLES:
        assert to_csv(*told(), table) == to_csv(*told(), table)
    assert to_json(told()[0]) == to_json(told()[0])


def test_the_chart_is_xml_and_breaks_where_nothing_is_known() -> None:
    report, _ = told()
    chart = ET.fromstring("\n".join(span_chart("MTTA", report.weeks, 0)))  # noqa: S314 - made here
    paths = [one.attrib["d"] for one in chart.iter("path")]
    target, mean = paths[0], paths[-1]
    assert target.count("L") == 2 * len(report.weeks) - 1, "level within each week"
    assert mean.count("M") == 2, "a gap, not a line down to zero"
    assert len(list(chart.iter("circle"))) == 4


@pytest.mark.parametrize("signs", [BLOCKS, ASCII])
def test_lines_are_drawn_with_the_signs_there_are(signs: object) -> None:
    report, rules = told()
    lines = list(to_lines(report, rules, signs))  # type: ignore[arg-type]
    assert not [line for line in lines if "\n" in line or "\x1b" in line]
    if signs is ASCII:
        assert not set("\n".join(lines)) & set(BLOCKS.full + BLOCKS.parts + BLOCKS.target + BLOCKS.sparks)
    assert "2026-W01  no incidents\n" in "\n".join(lines)


@pytest.mark.parametrize("room", [78, 100, 111])
def test_a_chart_of_a_smaller_terminal_fits_it(room: int) -> None:
    report, _ = told()
    lines = list(span_chart_lines(report.weeks, 0, BLOCKS, room - 2))
    assert all(len(line) <= room - 2 for line in lines)
    assert any("n 1, P50 30m, P90 30m, 0% in 5m" in line for line in lines)


@pytest.mark.parametrize("room", [52, 56, 60, 74])
def test_the_lines_of_the_weeks_fit_a_narrow_terminal(room: int) -> None:
    report, rules = told()
    lines = list(to_lines(report, rules, BLOCKS, room))
    first = next(place for place, line in enumerate(lines) if line.startswith("time to acknowledge"))
    weeks = lines[first : lines.index("false alarms by rule")]
    assert sum(line.startswith("  2026-W") for line in weeks) >= len(report.weeks)
    assert [line for line in weeks if cells(line) > room] == []
    assert any("30m  n 1, 0% in 5m" in line for line in weeks)
    assert any(line.startswith("  incidents ") and "most 1, last " in line for line in weeks)


def test_a_bar_has_its_target_where_it_is() -> None:
    hour = timedelta(hours=1)
    assert bar(hour, [hour / 2], hour, ASCII) == "#" * 15 + "|" + "#" * 14
    assert bar(timedelta(), [hour], hour, ASCII) == " " * (WIDTH - 1) + "|"
    assert bar(hour / 1000, [hour], hour, BLOCKS).startswith("▏")
    assert spark([0, None, 8], BLOCKS) == "▁ █"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert inert(cell).startswith("'")
    assert inert("2026-W01") == "2026-W01"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_csv_without_formulas(table: str) -> None:
    report, rules = told()
    heads, *rows = csv.reader(StringIO(to_csv(report, rules, table)))
    assert len(set(heads)) == len(heads)
    assert all(len(row) == len(heads) for row in rows)
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert bool(rows) == (table not in {"causes", "people"})  # nobody resolved, and nobody was paged
    if table == "weeks":
        assert [row[heads.index("incidents")] for row in rows] == ["", "1", "0", "1", "0"]
        assert [row[heads.index("complete")] for row in rows] == ["yes"] * 4 + ["no"]


def test_the_line_of_the_target_steps_where_it_steps() -> None:
    rules = ReportRules(steps=(TargetStep(date(2026, 1, 8), timedelta(minutes=2), timedelta(hours=1)),))
    world = World(policy(reports=rules))
    world.open(at("10:00", 2), alert(priority=P1))
    world.do(at("10:01", 2), Ack(take=True))
    report = report_of(world, Scope(weeks=1, until=at("17:00", 5)))
    chart = ET.fromstring("\n".join(span_chart("MTTA", report.weeks, 0)))  # noqa: S314 - made here
    path = next(chart.iter("path")).attrib["d"]
    corners = [tuple(map(float, corner.split())) for corner in re.split("[ML]", path)[1:]]
    (left, high), (before, _), (after, low), (right, _) = corners
    assert before == after
    assert (before - left) / (right - left) == pytest.approx(3 / 7, abs=0.001), "Thursday"
    assert high < low, "a lower target is further down"
    assert line_words(report.weeks[0], 0) == "5m, then 2m"


def test_a_week_that_is_not_over_is_marked() -> None:
    report, rules = told()
    text = "\n".join(to_lines(report, rules, ASCII))
    assert "2026-W03* no incidents so far" in text
    assert "* counted only in part: 2026-W03" in text
    assert "2026-W03\\*" in to_markdown(report, rules)
    assert ">2026-W03*<" in to_html(report, rules)


def test_what_is_cut_off_is_told() -> None:
    world = World()
    for number in range(22):
        name = f"INC-{number}"
        world.open("10:00", alert(), name=name, key=name, alert_name=f"Rule{number:02}")
        world.clear("10:01", "a", name=name)
        world.ack("10:02", name=name)
    report = report_of(world)
    assert "and 2 more: --table rules" in "\n".join(to_lines(report, world.policy, ASCII))
    assert "and 2 more: --table rules" in to_html(report, world.policy)


def test_columns_stay_in_line_below_letters_of_two_cells() -> None:
    world = World()
    for number, rule in enumerate(("東京", "Slow"), 1):
        name = f"INC-{number}"
        world.open("10:00", alert(), name=name, key=name, alert_name=rule, service="payments")
        world.clear("10:01", "a", name=name)
        world.ack("10:02", name=name)
    lines = [line for line in to_lines(report_of(world), world.policy, ASCII) if "100%" in line]
    rules = [line for line in lines if line.startswith(("  東京", "  Slow"))]
    assert len({cells(line[: line.index("payments")]) for line in rules}) == 1


def test_all_and_none_are_said_of_all_and_none_only() -> None:
    told = [share_words(share) for share in (None, 0.0, 0.001, 0.5, 0.996, 1.0)]
    assert told == ["-", "0%", "<1%", "50%", ">99%", "100%"]
