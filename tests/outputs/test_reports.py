"""A report written down: inert in Markdown, HTML and CSV, the same bytes for the same report, drawn as it is."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from console.domain.commands import Ack
from console.domain.policy import Policy
from console.domain.reports.report import Report
from console.outputs.reports.bars import ASCII, BLOCKS, WIDTH, bar, spark
from console.outputs.reports.document import to_html, to_markdown
from console.outputs.reports.rows import inert, to_csv, to_json
from console.outputs.reports.svg import span_chart
from console.outputs.reports.text import to_lines
from tests.domain.reports.test_numbers import report_of
from tests.domain.world import P1, World, alert, at

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
    assert to_csv(told()[0]) == to_csv(told()[0])
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
    report, policy = told()
    lines = list(to_lines(report, policy, signs))  # type: ignore[arg-type]
    assert not [line for line in lines if "\n" in line or "\x1b" in line]
    if signs is ASCII:
        assert not set("\n".join(lines)) & set(BLOCKS.full + BLOCKS.parts + BLOCKS.target + BLOCKS.sparks)
    assert "2026-W01  no incidents" in "\n".join(lines)


def test_a_bar_has_its_target_where_it_is() -> None:
    hour = timedelta(hours=1)
    assert bar(hour, hour / 2, hour, ASCII) == "#" * 15 + "|" + "#" * 14
    assert bar(timedelta(), hour, hour, ASCII) == " " * (WIDTH - 1) + "|"
    assert bar(hour / 1000, hour, hour, BLOCKS).startswith("▏")
    assert spark([0, None, 8], BLOCKS) == "▁ █"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert inert(cell).startswith("'")
    assert inert("2026-W01") == "2026-W01"
