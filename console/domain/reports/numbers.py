"""The numbers of some incidents: those of ``metrics``, and what a report says besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.measures import Measure, Page
from console.domain.metrics import Load, Metrics, Seen, recurs, share, stats
from console.domain.reports.targets import Targets

DEFINITIONS: dict[str, str] = {
    "week": "An ISO week, Monday to Monday, on the wall clock of the team's zone. An incident belongs to the week of its report.",
    "empty": "A week without incidents has no numbers: that is not the same as zero.",
    "within": "Share that met the target in force on the day of the report; exactly on it is met.",
    "targets": "The steps of [[report.targets]] for the priorities that they are for, else [sla] as it is now.",
    "breach": "An ack or a resolution that came later than its target. What still runs is counted as unacked or open.",
    "tech_ops": "Share, among incidents with a cause tag, of those whose tag is in [report] tech_ops.",
    "rule_false": "Share of a rule's incidents that cleared before a person acked, or that a person marked as noise.",
}
"""What a report adds to ``metrics.DEFINITIONS``."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """``metrics`` by their definitions; ``open`` are not resolved yet, ``caused`` have a cause tag.

    ``tech_ops`` is None where no incident has a tag, or the config names none that count.
    """

    metrics: Metrics
    open: int
    caused: int
    tech_ops: float | None
    noise: int
    ack_breaches: int
    resolve_breaches: int


def numbers_of(
    measures: Sequence[Measure],
    pages: Sequence[Page],
    seen: Seen,
    targets: Targets,
    tech_ops: frozenset[str] = frozenset(),
) -> Numbers:
    """Return the numbers of incidents, none of them merged, and of pages in the same span (about any incident)."""
    lines = [targets.of(one) for one in measures]
    pairs = list(zip(measures, lines, strict=True))
    cleared = sum(one.auto_cleared for one in measures)
    causes = Counter(one.cause for one in measures if one.cause)
    load = load_of(pages)
    mine = sum(n for cause, n in causes.items() if cause.lower() in tech_ops)
    return Numbers(
        metrics=Metrics(
            incidents=len(measures),
            tta=stats((one.tta, line[0]) for one, line in pairs),
            strict=stats((one.strict, line[0]) for one, line in pairs),
            unacked=sum(one.unacked for one in measures),
            auto_cleared=cleared,
            ttr_first=stats((one.ttr_first, line[1]) for one, line in pairs),
            ttr_total=stats((one.ttr_total, line[1]) for one, line in pairs),
            recovery=stats((one.recovery, line[1]) for one, line in pairs),
            recurrence=share(
                sum(recurs(one.service, one.rule, one.reported_at, seen) for one in measures), len(measures)
            ),
            false_positives=share(cleared, len(measures)),
            pages=len(pages),
            night_pages=sum(one.night for one in load),
            load=load,
            causes=tuple(causes.most_common()),
        ),
        open=sum(one.is_open for one in measures),
        caused=sum(causes.values()),
        tech_ops=share(mine, sum(causes.values())) if tech_ops else None,
        noise=sum(one.noise for one in measures),
        ack_breaches=sum(one.tta is not None and one.tta > line[0] for one, line in pairs),
        resolve_breaches=sum(one.ttr_total is not None and one.ttr_total > line[1] for one, line in pairs),
    )


def load_of(pages: Sequence[Page]) -> tuple[Load, ...]:
    """Return the pages of each person, by id."""
    every = Counter(one.person for one in pages)
    night = Counter(one.person for one in pages if one.night)
    return tuple(Load(person, every[person], night[person]) for person in sorted(every))
