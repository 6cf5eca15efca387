"""A report as tables for a spreadsheet, and as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

from console.domain.metrics import Stats
from console.domain.policy import Policy
from console.domain.reports.breaches import Breach
from console.domain.reports.numbers import Numbers
from console.domain.reports.report import GroupNumbers, Report, WeekNumbers
from console.domain.text import one_line
from console.outputs import values
from console.outputs.reports import words

Row = list[str]

NUMBERS = (
    "incidents",
    *(f"{name}_{part}" for name in ("tta", "strict_tta", "ttr", "ttr_first", "recovery")
      for part in ("n", "mean_s", "p50_s", "p90_s", "within")),
    "unacked", "unanswered", "open", "auto_cleared", "recurrence", "caused", "tech_ops", "noise",
    "pages", "night_pages", "ack_breaches", "resolve_breaches",
)  # fmt: skip
WEEK = ("week", "from", "to", "known", "complete", "ack_target_s", "resolve_target_s")
BREACH = (
    "incident", "title", "priority", "service", "team", "reported_at", "clock", "taken_s", "target_s", "late_s", "reasons",
)  # fmt: skip


def to_csv(report: Report, policy: Policy, table: str = "weeks") -> str:
    """Return one of ``TABLES``: spans in seconds, shares 0-1, times in UTC; a cell is empty where there is no number.

    No cell can be a formula where the file is opened in a spreadsheet.
    """
    told = StringIO()
    writer = csv.writer(told, lineterminator="\r\n")
    for row in TABLES[table](report, policy):
        writer.writerow([inert(cell) for cell in row])
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


def _weeks(report: Report, _policy: Policy) -> Iterator[Row]:
    yield [*WEEK, *NUMBERS]
    yield from map(_week, report.weeks)


def _week(one: WeekNumbers) -> Row:
    week = one.week
    head = [week.name, values.stamp(week.start), values.stamp(week.end)]
    head += ["yes" if one.known else "no", "no" if one.partial else "yes", *map(_seconds, one.line)]
    return [*head, *_numbers(one.numbers, known=one.known)]


def _services(report: Report, _policy: Policy) -> Iterator[Row]:
    yield from _groups("service", report.services)


def _teams(report: Report, _policy: Policy) -> Iterator[Row]:
    yield from _groups("team", report.teams)


def _groups(what: str, groups: tuple[GroupNumbers, ...]) -> Iterator[Row]:
    yield [what, *NUMBERS]
    for one in groups:
        yield [one.name, *_numbers(one.numbers)]


def _rules(report: Report, _policy: Policy) -> Iterator[Row]:
    yield ["rule", "service", "incidents", "auto_cleared", "noise", "false", "share"]
    for one in report.rules:
        counts = (one.incidents, one.auto_cleared, one.noise, one.false)
        yield [one.rule, one.service, *map(str, counts), _share(one.share)]


def _people(report: Report, policy: Policy) -> Iterator[Row]:
    yield ["person", "name", "incidents", "pages", "night_pages"]
    for one in report.people:
        yield [one.person, policy.name_of(one.person), *map(str, (one.incidents, one.pages, one.night))]


def _breaches(report: Report, _policy: Policy) -> Iterator[Row]:
    yield list(BREACH)
    yield from map(_breach, report.breaches)


def _breach(one: Breach) -> Row:
    named = [one.incident, one.title, one.priority.label if one.priority else "", one.service, one.team]
    spans = map(_seconds, (one.taken, one.target, one.late))
    return [*named, values.stamp(one.reported_at), one.clock, *spans, ", ".join(one.reasons)]


def _causes(report: Report, policy: Policy) -> Iterator[Row]:
    yield ["cause", "incidents", "tech_ops"]
    for cause, count in report.total.metrics.causes:
        yield [cause, str(count), "yes" if cause.lower() in policy.reports.tech_ops else "no"]


TABLES: dict[str, Callable[[Report, Policy], Iterator[Row]]] = {
    "weeks": _weeks,
    "services": _services,
    "teams": _teams,
    "rules": _rules,
    "people": _people,
    "breaches": _breaches,
    "causes": _causes,
}
"""The tables of a report, each with its heads as its first row."""


def _numbers(some: Numbers | None, *, known: bool = True) -> Row:
    """Return the cells of ``NUMBERS``; where nothing happened only the counts of that, where nothing is known none."""
    if some is None:
        none = {"incidents": "0", "pages": "0", "night_pages": "0"} if known else {}
        return [none.get(head, "") for head in NUMBERS]
    of = some.metrics
    spans = (
        cell
        for stats in (of.tta, of.strict, of.ttr_total, of.ttr_first, of.recovery)
        for cell in _stats(stats)
    )
    return [
        *(str(of.incidents), *spans),
        *map(str, (of.unacked, some.unanswered, some.open, of.auto_cleared)),
        *(_share(of.recurrence), str(some.caused), _share(some.tech_ops), str(some.noise)),
        *map(str, (of.pages, of.night_pages, some.ack_breaches, some.resolve_breaches)),
    ]


def _stats(stats: Stats) -> Row:
    return [str(stats.n), *map(_seconds, (stats.mean, stats.p50, stats.p90)), _share(stats.within)]


def _seconds(span: timedelta | None) -> str:
    """Return seconds to the millisecond, without noughts at the end."""
    return "" if span is None else f"{span.total_seconds():.3f}".rstrip("0").rstrip(".")


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"
