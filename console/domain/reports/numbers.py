"""The numbers of some incidents: those of ``metrics``, and what a report says besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.measures import Measure, PageCount
from console.domain.metrics import Load, Metrics, Seen, Stats, recurs, share, stats_of
from console.domain.reports.targets import Targets

DEFINITIONS: dict[str, str] = {
    "week": "An ISO week, Monday to Monday, on the wall clock of the team's zone. An incident belongs to the week of its report.",
    "empty": "A week without incidents has no numbers: that is not the same as zero.",
    "within": "Share that met the target in force on the day of the report; exactly on it is met.",
    "targets": "The steps of [[report.targets]] for the priorities that they are for, else [sla] as it is now.",
    "partial": "A week marked * is counted only in part: it is not over, or cut off by --until.",
    "breach": "An ack or a resolution that came later than its target. What still runs is counted as unacked or open.",
    "tech_ops": "Share, among incidents with a cause tag, of those whose tag is in [report] tech_ops.",
    "rule_false": "Share of a rule's incidents that cleared before a person acked, or that a person marked as noise.",
}
"""What a report adds to ``metrics.DEFINITIONS``."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """``metrics`` by their definitions; ``open`` are not resolved yet, ``caused`` have a cause tag.

    ``unanswered`` are over without an ack by a person in their first stretch: with the unacked they are
    all that is not in the MTTA, as the ``open`` ones are all that is not in the MTTR.

    ``tech_ops`` is None where no incident has a tag, or the config names none that count.
    """

    metrics: Metrics
    open: int
    unanswered: int
    caused: int
    tech_ops: float | None
    noise: int
    ack_breaches: int
    resolve_breaches: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An incident with all that its numbers need: its targets in milliseconds, and whether its rule had fired before."""

    measure: Measure
    ack: int
    resolve: int
    recurs: bool


def counted(measures: Sequence[Measure], seen: Seen, targets: Targets) -> list[Counted]:
    """Return incidents ready to be counted, by week and by service and by team."""
    return [
        Counted(one, *targets.of(one), recurs(one.service, one.rule, one.reported_at, seen))
        for one in measures
    ]


def numbers_of(
    some: Sequence[Counted], pages: Sequence[PageCount], tech_ops: frozenset[str] = frozenset()
) -> Numbers:
    """Return the numbers of incidents, none of them merged, and of the pages sent in the same span."""
    measures = [one.measure for one in some]
    acks, fixes = [one.ack for one in some], [one.resolve for one in some]
    tta, total = [one.tta for one in measures], [one.ttr_total for one in measures]
    cleared = sum([one.auto_cleared for one in measures])
    causes = Counter([one.cause for one in measures if one.cause])
    load = load_of(pages)
    mine = sum(n for cause, n in causes.items() if cause.lower() in tech_ops)
    acked, resolved = _stats(tta, acks), _stats(total, fixes)
    return Numbers(
        metrics=Metrics(
            incidents=len(measures),
            tta=acked,
            strict=_stats([one.strict for one in measures], acks),
            unacked=sum([one.unacked for one in measures]),
            auto_cleared=cleared,
            ttr_first=_stats([one.ttr_first for one in measures], fixes),
            ttr_total=resolved,
            recovery=_stats([one.recovery for one in measures], fixes),
            recurrence=share(sum([one.recurs for one in some]), len(measures)),
            false_positives=share(cleared, len(measures)),
            pages=sum(one.pages for one in load),
            night_pages=sum(one.night for one in load),
            load=load,
            causes=tuple(causes.most_common()),
        ),
        open=sum([one.is_open for one in measures]),
        unanswered=sum([one.tta is None and not one.unacked for one in measures]),
        caused=sum(causes.values()),
        tech_ops=share(mine, sum(causes.values())) if tech_ops else None,
        noise=sum([one.noise for one in measures]),
        ack_breaches=acked.n - _met(tta, acks),
        resolve_breaches=resolved.n - _met(total, fixes),
    )


def _stats(spans: Sequence[int | None], targets: Sequence[int]) -> Stats:
    return stats_of([span for span in spans if span is not None], _met(spans, targets))


def _met(spans: Sequence[int | None], targets: Sequence[int]) -> int:
    return sum([span <= target for span, target in zip(spans, targets, strict=True) if span is not None])


def load_of(pages: Sequence[PageCount]) -> tuple[Load, ...]:
    """Return the pages of each person, by id."""
    every: Counter[str] = Counter()
    night: Counter[str] = Counter()
    for one in pages:
        every[one.person] += one.pages
        night[one.person] += one.night
    return tuple(Load(person, every[person], night[person]) for person in sorted(every))
