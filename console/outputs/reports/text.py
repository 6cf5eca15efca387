"""A report as lines for a terminal, and for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.domain.cells import cells, fitted
from console.domain.policy import Policy
from console.domain.reports.report import Report, WeekNumbers
from console.domain.text import one_line
from console.outputs.reports import words
from console.outputs.reports.bars import Signs, is_narrow, span_chart, spark


def to_lines(report: Report, policy: Policy, signs: Signs, room: int | None = None) -> Iterator[str]:
    """Yield the report; text from outside is on one line and without control codes. ``room``: for lines of so many cells."""
    yield words.title(report)
    yield words.span_line(report)
    yield ""
    yield from words.summary(report)
    yield from _section(
        f"time to acknowledge (MTTA), {signs.target} its target", span_chart(report.weeks, 0, signs, room)
    )
    yield from _section(
        f"time to resolve (MTTR), {signs.target} its target", span_chart(report.weeks, 1, signs, room)
    )
    yield from _section("by week", _sparks(report.weeks, signs, room))
    yield from _section("false alarms by rule", _rules(report))
    yield from _section("late, and why", _breaches(report))
    yield from _section("load", _table(words.LOAD_HEADS, words.load_rows(report, policy)))
    for name, groups in (("service", report.services), ("team", report.teams)):
        heads = (name, *words.GROUP_HEADS[1:])
        yield from _section(f"by {name}", _table(heads, [words.group_row(one) for one in groups]))


def definition_lines() -> Iterator[str]:
    """Yield what each number means."""
    yield from (f"{name}: {said}" for name, said in words.definitions().items())


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield ""
    yield title
    empty = True
    for line in lines:
        empty = False
        yield f"  {line}".rstrip()
    if empty:
        yield "  none"


def _sparks(weeks: Sequence[WeekNumbers], signs: Signs, room: int | None) -> Iterator[str]:
    known = [one.numbers for one in weeks]
    rows: tuple[tuple[str, list[int | None]], ...] = (
        ("incidents", [of.metrics.incidents if of else None for of in known]),
        ("pages", [of.metrics.pages if of else None for of in known]),
        ("at night", [of.metrics.night_pages if of else None for of in known]),
        ("recurring %", [_percent(of.metrics.recurrence) if of else None for of in known]),
        ("cleared alone %", [_percent(of.metrics.false_positives) if of else None for of in known]),
        ("tech-ops %", [_percent(of.tech_ops) if of else None for of in known]),
        ("late", [of.ack_breaches + of.resolve_breaches if of else None for of in known]),
    )
    for name, values in rows:
        yield f"{name:<15}  {spark(values, signs)}  {_beside(values, room)}"


def _beside(values: Sequence[int | None], room: int | None) -> str:
    """Return the values of the weeks, where there is room for them; else the highest and the latest."""
    told = [str(value) if value is not None else words.NOTHING for value in values]
    if not is_narrow(room):
        return " ".join(told)
    highest = max((value for value in values if value is not None), default=words.NOTHING)
    return f"most {highest}, last {told[-1]}"


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _rules(report: Report) -> Iterator[str]:
    yield from _table(words.RULE_HEADS, words.rule_rows(report))
    if more := words.more_rules(report):
        yield more


def _breaches(report: Report) -> Iterator[str]:
    yield from _table(words.BREACH_HEADS, words.breach_rows(report))
    if more := words.more_breaches(report):
        yield more


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    shown = [[one_line(cell, 60) for cell in row] for row in (heads, *rows)]
    wide = [max(cells(row[column]) for row in shown) for column in range(len(heads))]
    for row in shown:
        yield "  ".join(fitted(cell, size) for cell, size in zip(row, wide, strict=True)).rstrip()
