"""A report as Markdown, or as one HTML file with charts; both from the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from console.domain.policy import Policy
from console.domain.reports.report import Report
from console.outputs import htmlmarkup, markup
from console.outputs.reports import svg, words
from console.outputs.reports.bars import BLOCKS, span_chart
from console.outputs.sheet import Markup

CHARTS = (("Time to acknowledge (MTTA)", 0), ("Time to resolve (MTTR)", 1))


def to_markdown(report: Report, policy: Policy) -> str:
    """Return the report as Markdown, charts as text; the same bytes for the same report."""

    def chart(_title: str, which: int) -> list[str]:
        return ["```text", *span_chart(report.weeks, which, BLOCKS), "```"]

    lines: list[str] = [f"# {markup.text(words.title(report))}", "", markup.text(words.span_line(report)), ""]
    lines += markup.bullets(markup.text(line) for line in words.summary(report))
    for name, body in _sections(report, policy, markup, chart):
        lines += markup.section(name, body)
    said = (f"{name}: {markup.text(text)}" for name, text in words.definitions().items())
    return "\n".join([*lines, *markup.section("What the numbers mean", markup.bullets(said))]) + "\n"


def to_html(report: Report, policy: Policy) -> str:
    """Return the report as one HTML file that needs nothing else; the same bytes for the same report."""
    html = htmlmarkup

    def chart(title: str, which: int) -> list[str]:
        return html.wide(svg.span_chart(title, report.weeks, which))

    lines = html.paragraph(html.text(words.span_line(report)))
    lines += html.bullets(html.text(line) for line in words.summary(report))
    for name, body in _sections(report, policy, html, chart):
        lines += html.section(name, body)
    said = (f"{name}: {html.text(text)}" for name, text in words.definitions().items())
    lines += html.section("What the numbers mean", html.bullets(said))
    return html.document(html.text(words.title(report)), lines)


def _sections(
    report: Report,
    policy: Policy,
    form: Markup,
    chart: Callable[[str, int], list[str]],
) -> list[tuple[str, list[str]]]:
    def written(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
        return form.table(heads, [[form.text(cell) for cell in row] for row in rows])

    def cut(heads: Sequence[str], rows: Iterable[Sequence[str]], more: str) -> list[str]:
        return [*written(heads, rows), *(["", *form.paragraph(form.text(more))] if more else [])]

    found = [(title, chart(title, which)) for title, which in CHARTS]
    found += [
        ("Times by week", written(words.TIME_HEADS, map(words.time_row, report.weeks))),
        ("Counts by week", written(words.COUNT_HEADS, map(words.count_row, report.weeks))),
        ("False alarms by rule", cut(words.RULE_HEADS, words.rule_rows(report), words.more_rules(report))),
        ("Late, and why", cut(words.BREACH_HEADS, words.breach_rows(report), words.more_breaches(report))),
        ("Load", written(words.LOAD_HEADS, words.load_rows(report, policy))),
    ]
    for name, groups in (("service", report.services), ("team", report.teams)):
        heads = (name, *words.GROUP_HEADS[1:])
        found.append((f"By {name}", written(heads, map(words.group_row, groups))))
    return found
