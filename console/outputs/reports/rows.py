"""A report as a table of weeks for a spreadsheet, and as JSON."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

from console.domain.metrics import Stats
from console.domain.reports.report import Report, WeekNumbers
from console.domain.text import one_line
from console.outputs import values
from console.outputs.reports import words

HEADS = (
    "week", "from", "to", "known", "incidents",
    *(f"{name}_{part}" for name in ("tta", "strict_tta", "ttr", "ttr_first", "recovery")
      for part in ("n", "mean_s", "p50_s", "p90_s", "within")),
    "ack_target_s", "resolve_target_s", "unacked", "open", "auto_cleared", "recurrence", "tech_ops", "noise",
    "pages", "night_pages", "ack_breaches", "resolve_breaches",
)  # fmt: skip


def to_csv(report: Report) -> str:
    """Return a row a week, spans in seconds, shares 0-1; a cell is empty where there is no number.

    No cell can be a formula where the file is opened in a spreadsheet.
    """
    told = StringIO()
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow(HEADS)
    for one in report.weeks:
        writer.writerow([inert(cell) for cell in _row(one)])
    return told.getvalue()


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that would begin like one is put behind a quote."""
    line = one_line(cell)
    return (
        f"'{line}"
        if line.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n"))
        else line
    )


def to_json(report: Report) -> str:
    """Return the whole report, with every breach and rule, and what the numbers mean."""
    whole = {"report": values.plain(report), "definitions": words.definitions()}
    return json.dumps(whole, indent=2, default=str) + "\n"  # a day as ISO 8601


def _row(one: WeekNumbers) -> list[str]:
    week = one.week
    head = [week.name, values.stamp(week.start), values.stamp(week.end), "yes" if one.known else "no"]
    if one.numbers is None:
        return [*head, *("" for _ in HEADS[len(head) :])]
    of = one.numbers.metrics
    spans = (
        cell
        for stats in (of.tta, of.strict, of.ttr_total, of.ttr_first, of.recovery)
        for cell in _stats(stats)
    )
    counts = (of.unacked, one.numbers.open, of.auto_cleared)
    pages = (of.pages, of.night_pages, one.numbers.ack_breaches, one.numbers.resolve_breaches)
    return [
        *(*head, str(of.incidents), *spans, *map(_seconds, one.line), *map(str, counts)),
        *(_share(of.recurrence), _share(one.numbers.tech_ops), str(one.numbers.noise), *map(str, pages)),
    ]


def _stats(stats: Stats) -> list[str]:
    return [str(stats.n), *map(_seconds, (stats.mean, stats.p50, stats.p90)), _share(stats.within)]


def _seconds(span: timedelta | None) -> str:
    return (
        ""
        if span is None
        else f"{span.total_seconds():g}"
        if span.total_seconds() < 1e5
        else f"{span.total_seconds():.0f}"
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"
