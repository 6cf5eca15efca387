"""The words of a report that all its forms share: titles, rows of cells in plain text, what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from console.domain.human import count, length, stamp
from console.domain.metrics import DEFINITIONS, Stats
from console.domain.policy import Policy
from console.domain.reports import numbers
from console.domain.reports.numbers import Numbers
from console.domain.reports.report import GroupNumbers, Report, WeekNumbers

MOST_RULES = 20
MOST_BREACHES = 30
"""So many are written; how many there are is told, and JSON has all of them."""
NOTHING = "-"

Cells = tuple[str, ...]

TIME_HEADS = ("week", "incidents", "MTTA", "n", "P50", "P90", "within", "MTTR", "n", "P50", "P90", "within")
COUNT_HEADS = (
    "week", "incidents", "strict MTTA", "recurring", "cleared alone", "tech-ops", "pages", "night", "unacked", "open",
)  # fmt: skip
GROUP_HEADS = ("", "incidents", "MTTA", "within", "MTTR", "within", "recurring", "late", "pages", "night")
RULE_HEADS = ("rule", "service", "incidents", "cleared alone", "noise", "false")
LOAD_HEADS = ("person", "incidents", "pages", "night")
BREACH_HEADS = ("incident", "P", "service", "reported", "late", "why")


def title(report: Report) -> str:
    """Return what the report is about, without its weeks."""
    scope = report.scope
    about = ", ".join(
        filter(None, (scope.team and f"team {scope.team}", scope.service and f"service {scope.service}"))
    )
    return f"On-call report, {about or 'all teams'}"


def span_line(report: Report) -> str:
    """Return which weeks are counted."""
    first, last = report.weeks[0].week.name, report.weeks[-1].week.name
    which = first if first == last else f"{first} to {last}"
    until = (
        f", incidents reported before {stamp(report.scope.until, _zone(report))}"
        if report.scope.until
        else ""
    )
    return f"{which}, weeks of {report.zone}{until}"


def _zone(report: Report) -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only for a report that ends in the past

    return ZoneInfo(report.zone)


def summary(report: Report) -> Iterator[str]:
    """Yield the totals in sentences, with everything that is excluded or not known."""
    total, of = report.total, report.total.metrics
    yield f"{count(of.incidents, 'incident')}, {count(of.pages, 'page')}, {of.night_pages} at night"
    yield f"MTTA {stats_words(of.tta)}; strict {stats_words(of.strict)}"
    yield f"MTTR {stats_words(of.ttr_total)}; first resolution {stats_words(of.ttr_first)}; recovery {stats_words(of.recovery)}"
    yield (
        f"not in MTTA: {of.auto_cleared} cleared before a person acked, {of.unacked} still unacked; "
        f"not in MTTR: {total.open} still open"
    )
    yield f"recurring {share_words(of.recurrence)}, tech-ops {tech_words(total)}, cleared alone {share_words(of.false_positives)}, marked as noise {total.noise}"
    yield f"late: {count(total.ack_breaches, 'ack')}, {count(total.resolve_breaches, 'resolution')}"
    if report.merged:
        yield f"left out: {count(report.merged, 'incident')} merged into another"
    if report.unknown_weeks:
        yield f"not known: {count(report.unknown_weeks, 'week')} before the first incident"
    if report.unread:
        yield f"! not counted, as their logs cannot be read: {', '.join(report.unread)}"


def stats_words(stats: Stats) -> str:
    """Return ``4m 10s (n 12, P50 3m, P90 9m, 83% within target)``."""
    if stats.mean is None or stats.p50 is None or stats.p90 is None:
        return "unknown (n 0)"
    spread = f"P50 {length(stats.p50)}, P90 {length(stats.p90)}"
    return f"{length(stats.mean)} (n {stats.n}, {spread}, {share_words(stats.within)} within target)"


def share_words(share: float | None) -> str:
    """Return a share in percent, ``-`` of nothing."""
    return NOTHING if share is None else f"{share:.0%}"


def tech_words(one: Numbers) -> str:
    """Return the share of trouble of one's own making, or why there is none."""
    if one.tech_ops is None:
        return "not known"
    return f"{share_words(one.tech_ops)} of {one.caused} with a cause"


def span_words(span: timedelta | None) -> str:
    """Return a span in words, ``-`` where there is none."""
    return NOTHING if span is None else length(span)


def state_of(one: WeekNumbers) -> str:
    """Return why a week has no numbers; empty where it has."""
    if one.numbers is not None:
        return ""
    return "no incidents" if one.known else "not known: before the first incident"


def time_row(one: WeekNumbers) -> Cells:
    """Return a week as cells of ``TIME_HEADS``; of one without numbers only what it lacks."""
    if one.numbers is None:
        return _empty(one, TIME_HEADS)
    of = one.numbers.metrics
    return (one.week.name, str(of.incidents), *_stats(of.tta), *_stats(of.ttr_total))


def count_row(one: WeekNumbers) -> Cells:
    """Return a week as cells of ``COUNT_HEADS``, likewise."""
    if one.numbers is None:
        return _empty(one, COUNT_HEADS)
    of = one.numbers.metrics
    shares = (of.recurrence, of.false_positives, one.numbers.tech_ops)
    return (
        *(one.week.name, str(of.incidents), span_words(of.strict.mean)),
        *map(share_words, shares),
        *map(str, (of.pages, of.night_pages, of.unacked, one.numbers.open)),
    )


def _empty(one: WeekNumbers, heads: Cells) -> Cells:
    return (one.week.name, state_of(one), *("" for _ in heads[2:]))


def _stats(stats: Stats) -> Cells:
    spans = span_words(stats.mean), str(stats.n), span_words(stats.p50), span_words(stats.p90)
    return (*spans, share_words(stats.within))


def group_row(one: GroupNumbers) -> Cells:
    """Return a service or a team as cells of ``GROUP_HEADS``."""
    of = one.numbers.metrics
    return (
        one.name or "none",
        str(of.incidents),
        *(span_words(of.tta.mean), share_words(of.tta.within)),
        *(span_words(of.ttr_total.mean), share_words(of.ttr_total.within)),
        share_words(of.recurrence),
        str(one.numbers.ack_breaches + one.numbers.resolve_breaches),
        *(str(of.pages), str(of.night_pages)),
    )


def rule_rows(report: Report) -> list[Cells]:
    """Return the rules with false alarms, most first."""
    return [
        (
            one.rule,
            one.service,
            str(one.incidents),
            str(one.auto_cleared),
            str(one.noise),
            share_words(one.share),
        )
        for one in report.rules[:MOST_RULES]
        if one.false
    ]


def load_rows(report: Report, policy: Policy) -> list[Cells]:
    """Return who was paged how often."""
    return [
        (policy.name_of(one.person), str(one.incidents), str(one.pages), str(one.night))
        for one in report.people
    ]


def breach_rows(report: Report) -> list[Cells]:
    """Return what was late, the worst first."""
    return [
        (
            one.incident,
            one.priority.label if one.priority else "P?",
            one.service,
            stamp(one.reported_at, _zone(report)),
            f"{one.clock} after {length(one.taken)} of {length(one.target)}",
            ", ".join(one.reasons) or "the log does not say",
        )
        for one in report.breaches[:MOST_BREACHES]
    ]


def more_breaches(report: Report) -> str:
    """Return how many are not written; empty where all are."""
    rest = len(report.breaches) - MOST_BREACHES
    return f"and {rest} more: --format json" if rest > 0 else ""


def definitions() -> dict[str, str]:
    """Return what each number means."""
    return {**DEFINITIONS, **numbers.DEFINITIONS}
