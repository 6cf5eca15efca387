"""Charts of a report as SVG inside an HTML file: no script, no font and no address from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape

from console.domain.human import length
from console.domain.reports.report import WeekNumbers
from console.domain.reports.weeks import Week
from console.outputs.reports.bars import stats_of, targets_of
from console.outputs.reports.words import week_name

WIDE, HIGH = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 16, 36
MOST_NAMES = 13
"""Weeks that are named below a chart; of more only some are."""
MEAN, SPREAD, TARGET = "#1f77b4", "#6f8ba6", "#d62728"

Points = list[tuple[float, float] | None]


def span_chart(title: str, weeks: Sequence[WeekNumbers], which: int) -> list[str]:
    """Return the chart of MTTA (``which`` 0) or MTTR (1): mean, P90 and the target; weeks without numbers are gaps."""
    stats = [stats_of(one, which) for one in weeks]
    means = [of.mean if of else None for of in stats]
    spread = [of.p90 if of else None for of in stats]
    targets = [target for one in weeks for target in targets_of(one, which)]
    top = max([*targets, *(span for span in (*means, *spread) if span is not None)])
    across = (WIDE - LEFT - RIGHT) / max(1, len(weeks))

    def points(spans: Sequence[timedelta | None]) -> Points:
        return [
            None if span is None else (LEFT + across * (place + 0.5), _height(span, top))
            for place, span in enumerate(spans)
        ]

    return [
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" width="100%">',
        f"<title>{escape(title)}</title>",
        *_frame(weeks, top, across),
        f'<path d="{_steps(weeks, which, top, across)}" fill="none" stroke="{TARGET}" stroke-width="1.5" stroke-dasharray="6 3"/>',
        *_line(points(spread), SPREAD, 1),
        *_line(points(means), MEAN, 2),
        *_legend(),
        "</svg>",
    ]


def _height(span: timedelta, top: timedelta) -> float:
    return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (span / top)


def _frame(weeks: Sequence[WeekNumbers], top: timedelta, across: float) -> Iterator[str]:
    for share in (0.0, 0.5, 1.0):
        y = _height(top * share, top)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDE - RIGHT}" y2="{y:.1f}" stroke="currentColor" opacity="0.2"/>'
        yield _label(LEFT - 6, y + 4, length(top * share), "end")
    every = -(-len(weeks) // MOST_NAMES)
    for place in range(0, len(weeks), every):
        yield _label(LEFT + across * (place + 0.5), HIGH - BOTTOM + 14, week_name(weeks[place])[5:], "middle")


def _steps(weeks: Sequence[WeekNumbers], which: int, top: timedelta, across: float) -> str:
    """Return the path of the target: level, and down or up at the very day on which it steps."""
    parts: list[str] = []
    for place, one in enumerate(weeks):
        starts = [one.week.start, *(step.at for step in one.steps)]
        ends = [*starts[1:], one.week.end]
        for start, end, target in zip(starts, ends, targets_of(one, which), strict=True):
            x, until = (LEFT + across * (place + _passed(one.week, at)) for at in (start, end))
            y = _height(target, top)
            parts.append(f"{'L' if parts else 'M'}{x:.1f} {y:.1f} L{until:.1f} {y:.1f}")
    return " ".join(parts)


def _passed(week: Week, at: datetime) -> float:
    return (at - week.start) / (week.end - week.start)


def _line(points: Points, colour: str, wide: int) -> Iterator[str]:
    """Yield a line with a dot a week, broken where there is no value."""
    path, drawing = [], False
    for point in points:
        if point is not None:
            path.append(f"{'L' if drawing else 'M'}{point[0]:.1f} {point[1]:.1f}")
            yield f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="{wide + 1}" fill="{colour}"/>'
        drawing = point is not None
    if path:
        yield f'<path d="{" ".join(path)}" fill="none" stroke="{colour}" stroke-width="{wide}"/>'


def _legend() -> Iterator[str]:
    for place, (name, colour) in enumerate((("mean", MEAN), ("P90", SPREAD), ("target", TARGET))):
        x = LEFT + 90 * place
        yield f'<rect x="{x}" y="{HIGH - 12}" width="14" height="4" fill="{colour}"/>'
        yield _label(x + 20, HIGH - 6, name, "start")


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="{anchor}" fill="currentColor">{escape(text)}</text>'
