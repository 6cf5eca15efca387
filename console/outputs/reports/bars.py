"""Charts of a report in plain text: a bar a week, and the target as a mark on each, so that the marks are its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from console.domain.human import length
from console.domain.metrics import Stats
from console.domain.reports.report import WeekNumbers
from console.outputs.reports.words import line_words, share_words, state_of, week_name

WIDTH = 30
"""Cells of a bar."""
LEAST, BESIDE, WIDE = 8, 67, 112
"""Of a short one at least, beside one in brief words, and of a line with all words."""
NARROW, BESIDE_LITTLE = LEAST + BESIDE, 44
"""Of a line that has no room for percentiles, and beside the bar in it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a bar is drawn with; each is one cell wide."""

    full: str
    parts: str
    target: str
    sparks: str


BLOCKS = Signs("█", "▏▎▍▌▋▊▉", "│", "▁▂▃▄▅▆▇█")
ASCII = Signs("#", "", "|", "_.-=*#")


def span_chart(
    weeks: Sequence[WeekNumbers], which: int, signs: Signs, room: int | None = None
) -> Iterator[str]:
    """Yield a line a week for MTTA (``which`` 0) or MTTR (1): bar, mean, n, P50, P90, share within the target of that week.

    Where there is ``room`` for fewer cells, the words and the bar are shorter, then without the percentiles.
    """
    brief, narrow = room is not None and room < WIDE, is_narrow(room)
    beside = BESIDE_LITTLE if narrow else BESIDE
    wide = WIDTH if room is None or not brief else min(WIDTH, max(LEAST, room - beside))
    of = [stats_of(one, which) for one in weeks]
    tops = [
        *(target for one in weeks for target in targets_of(one, which)),
        *(stats.mean for stats in of if stats and stats.mean is not None),
    ]
    top = max(tops, default=timedelta(hours=1))
    for one, stats in zip(weeks, of, strict=True):
        name, targets = f"{week_name(one):<9}", targets_of(one, which)
        if stats is None:
            yield f"{name} {state_of(one)}"
        elif stats.mean is None or stats.p50 is None or stats.p90 is None:
            why = "" if narrow else ": none of its incidents got so far"
            yield f"{name} {bar(timedelta(), targets, top, signs, wide)}  unknown{why}"
        else:
            percentiles = "" if narrow else f", P50 {length(stats.p50)}, P90 {length(stats.p90)}"
            within, target = share_words(stats.within), line_words(one, which)
            met = f"{within} in {target}" if brief else f"{within} within target ({target})"
            told = f"{length(stats.mean):>8}  n {stats.n}{percentiles}, {met}"
            yield f"{name} {bar(stats.mean, targets, top, signs, wide)}  {told}"


def is_narrow(room: int | None) -> bool:
    """Return whether a line of so many cells has no room for all numbers of a week; None: as wide as it gets."""
    return room is not None and room < NARROW


def targets_of(one: WeekNumbers, which: int) -> list[timedelta]:
    """Return the targets of a week: the one that it begins with, and those that it steps to."""
    return [line[which] for line in (one.line, *(step.line for step in one.steps))]


def stats_of(one: WeekNumbers, which: int) -> Stats | None:
    """Return the time to acknowledge (0) or to resolve (1) of a week, None where it has no numbers."""
    if one.numbers is None:
        return None
    return one.numbers.metrics.ttr_total if which else one.numbers.metrics.tta


def bar(
    value: timedelta, targets: Sequence[timedelta], top: timedelta, signs: Signs, wide: int = WIDTH
) -> str:
    """Return a bar of so many cells with a mark for each target; above nothing shows at least a sliver."""
    steps = len(signs.parts) + 1
    filled = round(value / top * wide * steps) or (1 if value else 0)
    whole, rest = divmod(filled, steps)
    drawn = (signs.full * whole + (signs.parts[rest - 1] if rest else "")).ljust(wide)
    for target in targets:
        place = min(wide - 1, int(target / top * wide))
        drawn = drawn[:place] + signs.target + drawn[place + 1 :]
    return drawn


def spark(values: Sequence[int | None], signs: Signs) -> str:
    """Return a sign a value by its height, a blank where there is none."""
    top = max((value for value in values if value is not None), default=0) or 1
    last = len(signs.sparks) - 1
    return "".join(
        " " if value is None else signs.sparks[min(last, value * len(signs.sparks) // (top + 1))]
        for value in values
    )
