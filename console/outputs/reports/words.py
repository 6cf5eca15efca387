"""The words of a report that all its forms share: titles, rows of cells in plain text, what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from console.domain.human import count, length, stamp
from console.domain.metrics import DEFINITIONS, Stats
from console.domain.policy import Policy
from console.domain.reports import numbers
from console.domain.reports.numbers import Numbers
from console.domain.reports.report import GroupNumbers, Report, RuleNumbers, WeekNumbers

MOST_RULES = 20
MOST_BREACHES = 30
"""So many are written; how many more there are is told, and CSV and JSON have all of them."""
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
    if report.unknown_weeks == len(report.weeks):
        yield from _not_counted(report)
        return
    total, of = report.total, report.total.metrics
    yield f"{count(of.incidents, 'incident')}, {count(of.pages, 'page')}, {of.night_pages} at night"
    yield f"MTTA {stats_words(of.tta)}; strict {stats_words(of.strict)}"
    yield f"MTTR {stats_words(of.ttr_total)}; first resolution {stats_words(of.ttr_first)}; recovery {stats_words(of.recovery)}"
    yield (
        f"not in MTTA: {of.unacked} still unacked, {total.unanswered} over without an ack by a person; "
        f"not in MTTR: {total.open} still open"
    )
    yield f"recurring {share_words(of.recurrence)}, tech-ops {tech_words(total)}"
    yield f"cleared before a person acked {of.auto_cleared} ({share_words(of.false_positives)}), marked as noise {total.noise}"
    yield f"late: {count(total.ack_breaches, 'ack')}, {count(total.resolve_breaches, 'resolution')}"
    if partial := [one.week.name for one in report.weeks if one.partial]:
        yield f"* counted only in part: {', '.join(partial)}"
    yield from _not_counted(report)


def _not_counted(report: Report) -> Iterator[str]:
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
    """Return a share in percent, ``-`` of nothing; "0%" is none and "100%" is all."""
    if share is None:
        return NOTHING
    told = f"{share:.0%}"
    if told == "0%" and share > 0:
        return "<1%"
    return ">99%" if told == "100%" and share < 1 else told


def tech_words(one: Numbers) -> str:
    """Return the share of trouble of one's own making, or why there is none."""
    if not one.caused:
        return "not known (no incident has a cause tag)"
    if one.tech_ops is None:
        return "not known ([report] tech_ops names no cause tags)"
    return f"{share_words(one.tech_ops)} of {one.caused} with a cause"


def span_words(span: timedelta | None) -> str:
    """Return a span in words, ``-`` where there is none."""
    return NOTHING if span is None else length(span)


def state_of(one: WeekNumbers) -> str:
    """Return why a week has no numbers; empty where it has."""
    if one.numbers is not None:
        return ""
    if not one.known:
        return "not known"
    return "no incidents so far" if one.partial else "no incidents"


def week_name(one: WeekNumbers) -> str:
    """Return ``2026-W09``, marked where it is counted only in part."""
    return f"{one.week.name}*" if one.partial else one.week.name


def line_words(one: WeekNumbers, which: int) -> str:
    """Return the target of a week for the ack (0) or the resolution (1), and what it steps to within the week."""
    spans = [length(line[which]) for line in (one.line, *(step.line for step in one.steps))]
    return ", then ".join(dict.fromkeys(spans))


def time_row(one: WeekNumbers) -> Cells:
    """Return a week as cells of ``TIME_HEADS``; of one without numbers only what it lacks."""
    if one.numbers is None:
        return _empty(one, TIME_HEADS)
    of = one.numbers.metrics
    return (week_name(one), str(of.incidents), *_stats(of.tta), *_stats(of.ttr_total))


def count_row(one: WeekNumbers) -> Cells:
    """Return a week as cells of ``COUNT_HEADS``, likewise."""
    if one.numbers is None:
        return _empty(one, COUNT_HEADS)
    of = one.numbers.metrics
    shares = (of.recurrence, of.false_positives, one.numbers.tech_ops)
    return (
        *(week_name(one), str(of.incidents), span_words(of.strict.mean)),
        *map(share_words, shares),
        *map(str, (of.pages, of.night_pages, of.unacked, one.numbers.open)),
    )


def _empty(one: WeekNumbers, heads: Cells) -> Cells:
    return (week_name(one), state_of(one), *("" for _ in heads[2:]))


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
    """Return the first rules with false alarms, most first."""
    return [
        (
            one.rule,
            one.service,
            str(one.incidents),
            str(one.auto_cleared),
            str(one.noise),
            share_words(one.share),
        )
        for one in _false(report)[:MOST_RULES]
    ]


def _false(report: Report) -> list[RuleNumbers]:
    return [one for one in report.rules if one.false]


def more_rules(report: Report) -> str:
    """Return how many are not written; empty where all are."""
    rest = len(_false(report)) - MOST_RULES
    return f"and {rest} more: --table rules" if rest > 0 else ""


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
    return f"and {rest} more: --table breaches" if rest > 0 else ""


def definitions() -> dict[str, str]:
    """Return what each number means."""
    return {**DEFINITIONS, **numbers.DEFINITIONS}
