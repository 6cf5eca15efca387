"""About this console: what it runs on, and who else is on the same store."""

from __future__ import annotations

from collections.abc import Iterator

import console
from console.domain.health import EngineReport
from console.domain.hints import engine_runs
from console.domain.human import age, stamp
from console.domain.others import clock_off, differs
from console.domain.presence import Presence
from console.domain.snapshot import Snapshot, StoreState
from console.ui.settings import UiSettings
from console.ui.text import Span, Spans, wrap_spans
from console.ui.views.frame import Frame

LABEL = 14
"""Cells of a label and the gap behind it."""

ANOTHER: Span = ("  another team config than yours!", "clock-warn bold")


def about_lines(
    snapshot: Snapshot, settings: UiSettings, frame: Frame, readonly: str, width: int
) -> list[Spans]:
    """Return the lines; ``readonly`` is why nothing can be written from here, empty where it can."""
    version: Spans = ((console.__version__, "bold"),)
    rows: list[tuple[str, Spans]] = [("version", version)]
    if readonly:
        rows.append(("read-only", ((readonly, "clock-warn"),)))
    rows += [("roster", ((line, "clock-late bold"),)) for line in settings.set_aside]
    rows += [
        ("config", ((settings.config or "not from a file", "" if settings.config else "dim"),)),
        ("team config", ((snapshot.digest or "unknown", "" if snapshot.digest else "dim"),)),
        ("store", _store(snapshot, frame)),
        *_engine(snapshot, frame),
        ("clock", _clock(snapshot)),
    ]
    lines = [
        piece
        for label, spans in rows
        for piece in wrap_spans(((f"{label:<{LABEL}}", "dim"), *spans), width, LABEL)
    ]
    lines += [(), (("Other consoles open on this store", "title bold"),)]
    for one in snapshot.consoles:
        lines += wrap_spans(_console(one, snapshot, frame), width, 4)
    if not snapshot.consoles:
        lines.append((("  none", "dim"),))
    return lines


def _store(snapshot: Snapshot, frame: Frame) -> Spans:
    store = snapshot.store
    state = "live" if store.state is StoreState.OK else store.state.value
    style = "source-live" if store.state is StoreState.OK else "clock-late bold"
    line: Spans = ((store.kind or "unknown kind", ""), (f"  {state}", style))
    if store.error:
        line = (*line, (f"  {store.error}", "dim"))
    if store.seen_at is not None:
        line = (*line, (f"  last answer {age(frame.now - store.seen_at)} ago", "dim"))
    return line


def _engine(snapshot: Snapshot, frame: Frame) -> Iterator[tuple[str, Spans]]:
    engine = snapshot.engine
    if engine is None:
        yield "engine", (("nobody runs it: auto-escalation NOT running", "clock-late bold"),)
        return
    runs = engine_runs(snapshot, frame.now)
    silent: Spans = () if runs else (("  silent: auto-escalation NOT running", "clock-late bold"),)
    yield "engine", ((engine.host, "bold"), (f"  {_kind(engine)}pid {engine.pid}", "dim"), *silent)
    since = stamp(engine.started_at, frame.zone)
    yield "", ((f"since {since}, last heartbeat {age(frame.now - engine.beat_at)} ago", "dim"),)
    digest: Spans = ((f"team config {engine.policy_digest or 'unknown'}", "dim"),)
    yield "", (*digest, ANOTHER) if differs(engine.policy_digest, snapshot.digest) else digest


def _kind(engine: EngineReport) -> str:
    words = {"service": "a service, ", "console": "started by a console, ", "once": "a single cycle, "}
    return words.get(engine.kind, "")


def _clock(snapshot: Snapshot) -> Spans:
    off = clock_off(snapshot.skew)
    return ((off, "clock-warn bold"),) if off else (("agrees with the store's", ""),)


def _console(one: Presence, snapshot: Snapshot, frame: Frame) -> Spans:
    me = one.person == snapshot.me
    name: Span = ("you, elsewhere", "you") if me else (snapshot.policy.name_of(one.person), "bold")
    looks = f"  {frame.glyphs.looked_at} {one.incident}" if one.incident else ""
    version = f"  version {one.version}" if one.version and one.version != console.__version__ else ""
    digest = f"  team config {one.digest}" if one.digest else ""
    other: Spans = (ANOTHER,) if differs(one.digest, snapshot.digest) else ()
    return (("  ", ""), name, (looks, "note"), (f"{version}{digest}", "dim"), *other)
