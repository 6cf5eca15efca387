"""Every source: how far it can be trusted, what is wrong with it and what to do, what the keys do there; every channel."""

from __future__ import annotations

from console.domain.ability import Ability, keys_in_words
from console.domain.health import SourceHealth, SourceStatus, status, trust_word
from console.domain.human import age, count
from console.domain.snapshot import Snapshot
from console.ui.text import Spans, wrap_spans
from console.ui.views.calendars import calendar_lines
from console.ui.views.frame import Frame
from console.ui.views.told import channel_lines

INDENT = 4
SIGNS = {
    SourceStatus.LIVE: ("live", "source-live"),
    SourceStatus.STALE: ("stale", "source-stale"),
    SourceStatus.FAILED: ("failed", "source-failed"),
    SourceStatus.NEVER: ("stale", "source-stale"),
}


def source_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return the sources, those in trouble first, then feeds of changes, calendars and the ways in which people are told."""
    lines = _sources(snapshot, frame, width)
    for part in (_feeds(snapshot, frame, width), calendar_lines(snapshot, frame, width)):
        lines += [(), *part] if part else []
    return [*lines, (), *channel_lines(snapshot, frame, width)]


def _sources(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    known = [(source, status(source, snapshot.engine, frame.now)) for source in snapshot.sources]
    if not known:
        return [(("no source is configured: only what people report will show ([[sources]])", "dim"),)]
    lines: list[Spans] = []
    for source, how in sorted(known, key=lambda pair: pair[1] is SourceStatus.LIVE):
        lines += _health(source, how, frame, width)
        told = keys_in_words(snapshot.policy.abilities.get(source.name, Ability()))
        lines += _beneath((("keys  ", "dim"), (told, "dim")), width)
    return lines


def _feeds(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return the feeds of changes, those in trouble first; nothing where none is configured."""
    feeds = snapshot.engine.feeds if snapshot.engine else ()
    known = [(feed, status(feed, snapshot.engine, frame.now)) for feed in feeds]
    lines: list[Spans] = []
    for feed, how in sorted(known, key=lambda pair: pair[1] is SourceStatus.LIVE):
        lines += _health(feed, how, frame, width, "changes from ")
    return lines


def _health(
    source: SourceHealth, how: SourceStatus, frame: Frame, width: int, before_kind: str = ""
) -> list[Spans]:
    lines = wrap_spans(_headline(source, how, frame, before_kind), width, INDENT)
    if source.error and how is not SourceStatus.LIVE:
        hint = f": {source.hint}" if source.hint else ""
        lines += _beneath(((f"{source.error}{hint}", "clock-late"),), width)
    for problem in source.problems:
        lines += _beneath(((problem, "clock-warn"),), width)
    return lines


def _headline(source: SourceHealth, how: SourceStatus, frame: Frame, before_kind: str) -> Spans:
    sign, style = SIGNS[how]
    word = "no answer yet" if how is SourceStatus.NEVER else trust_word(source, how)
    line: Spans = (
        (f"{getattr(frame.glyphs, sign)} ", style),
        (source.name, "bold"),
        (f"  {before_kind}{source.kind}", "dim"),
        (f"  {word}", style if how is not SourceStatus.LIVE else ""),
    )
    if source.last_success is not None:
        line = (*line, (f"  answered {age(frame.now - source.last_success)} ago", "dim"))
    if source.alerts is not None:
        line = (*line, (f"  {count(source.alerts, 'alert')}", "dim"))
    if source.misses:
        line = (*line, (f"  {count(source.misses, 'failed poll')} in a row", "dim"))
    return line


def _beneath(words: Spans, width: int) -> list[Spans]:
    return wrap_spans(((" " * INDENT, ""), *words), width, INDENT)
