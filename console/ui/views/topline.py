"""The top line: who I am and until when, counts, and how far each part can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from console.domain.health import SourceHealth, SourceStatus, not_live, status, trust_word
from console.domain.hints import Digest, engine_runs, my_duty
from console.domain.human import age, clock, count, span, until
from console.domain.snapshot import Snapshot, StoreState
from console.ui.text import Span, Spans, fit, width_of
from console.ui.views.frame import Frame, cells, joined

if TYPE_CHECKING:
    from console.domain.loadmeter import ShiftLoad

GAP: Span = ("  ", "")
MANY = 6
"""More sources than this are counted where they are live, and only those in trouble named."""
SHORT_NAMES = (14, 8)
"""Cells of the name of the engine's machine, the shorter the room."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the line says, from most words to fewest; an empty last form may be left out."""

    forms: tuple[Spans, ...]
    right: bool = False


def top_line(  # noqa: PLR0913 - what is known and how it is to be shown
    snapshot: Snapshot,
    summed: Digest,
    frame: Frame,
    width: int,
    *,
    readonly: bool = False,
    load: ShiftLoad | None = None,
) -> Spans:
    """Return the line in ``width`` cells: the least important words go first, alarms last.

    ``readonly``: nothing can be written from here, whatever the store could take. ``load`` is what the
    viewer's shift has asked of them so far, None where that is not known.
    """
    parts = {
        "name": _name(snapshot, frame),
        "who": _who(snapshot, frame),
        "counts": _counts(summed, frame),
        "load": _load(load),
        "pages": _pages(snapshot),
        "sources": _sources(snapshot, frame),
        "engine": _engine(snapshot, frame),
        "store": _store(snapshot, frame, readonly=readonly),
        "clock": _clock(snapshot, frame),
    }
    widths = {name: [cells(form) for form in part.forms] for name, part in parts.items()}
    chosen = dict.fromkeys(parts, 0)
    for name in _SHORTENED:
        if _length(widths, chosen) <= width:
            break
        chosen[name] = min(chosen[name] + 1, len(parts[name].forms) - 1)
    left = joined([part.forms[chosen[name]] for name, part in parts.items() if not part.right], GAP)
    right = joined([part.forms[chosen[name]] for name, part in parts.items() if part.right], GAP)
    room = width - cells(left) - cells(right)
    return (*left, (" " * max(1, room), ""), *right) if right else left


_SHORTENED = (
    "load", "load", "store", "engine", "who", "load", "sources", "who", "engine", "sources", "counts", "name",
    "clock", "who", "engine", "clock", "who", "pages", "store", "engine", "pages", "counts", "sources", "store", "who",
)  # fmt: skip
"""Which part loses words next, as often as it is named."""


def _length(widths: dict[str, list[int]], chosen: dict[str, int]) -> int:
    filled = [cells for name, form in chosen.items() if (cells := widths[name][form])]
    return sum(filled) + len(GAP[0]) * max(0, len(filled) - 1)


def _name(snapshot: Snapshot, frame: Frame) -> Part:
    if snapshot.rehearsal:
        mark: Span = (f" {snapshot.rehearsal.upper()} ", "badge-next")
        return Part(((mark, (" oncall", "bold")), (mark,)))
    sign = frame.glyphs.live
    return Part((((f" {sign} oncall ", "badge-brand"),), ((f" {sign} ", "badge-brand"),)))


def _who(snapshot: Snapshot, frame: Frame) -> Part:
    me = snapshot.policy.name_of(snapshot.me)
    duty = my_duty(snapshot.duties, snapshot.me)
    if duty is None:
        return Part((((me, "bold"), (" not on call", "dim")), ((me, ""),), ()))
    who: Spans = ((me, "bold"), (f" {duty.role}", ""))
    if duty.until is None:
        return Part((((f"{duty.team} · ", "dim"), *who), who, ()))
    end = until(duty.until, frame.now, frame.zone)
    return Part(
        (
            (
                (f"{duty.team} · ", "dim"),
                *who,
                (f" until {end}", ""),
                (f" ({span(duty.until - frame.now)})", "dim"),
            ),
            ((f"{duty.team} · ", "dim"), *who, (f" until {end}", "")),
            (*who, (f" {frame.glyphs.arrow} {end}", "")),
            (*who, (f" {frame.glyphs.arrow} {age(duty.until - frame.now)}", "")),
            who,
            (),
        )
    )


def _counts(summed: Digest, frame: Frame) -> Part:
    breached = summed.breached(frame.now)
    dot: Span = (f" {frame.glyphs.dot} ", "dim")
    unacked: Spans = ((f"{summed.unacked} unacked", "clock-late bold" if summed.unacked else "dim"),)
    late: Spans = ((f"{breached} breached", "clock-late bold" if breached else "dim"),)
    still_open: Spans = ((f"{summed.open} open", "dim"),)
    loud = [part for part, n in ((unacked, summed.unacked), (late, breached)) if n]
    short: Spans = (
        (f"{summed.unacked}u", "clock-late bold" if summed.unacked else "dim"),
        (f" {breached}b", "clock-late bold" if breached else "dim"),
    )
    return Part(
        (
            joined([unacked, late, still_open], dot),
            joined(loud or [still_open], dot),
            short,
        )
    )


def _load(load: ShiftLoad | None) -> Part:
    if load is None or not load.incidents:
        return Part(((),))
    style = "clock-warn" if load.heavy else "dim"
    short = load.words.removesuffix(" this shift")
    return Part((((load.words, style),), ((short, style),), ((f"load {load.incidents}", style),), ()))


def _pages(snapshot: Snapshot) -> Part:
    """Return the alarm that urgent pages do not reach somebody."""
    channels = snapshot.engine.channels if snapshot.engine is not None else ()
    number = sum(n for channel in channels for _, n in channel.stuck)
    if not number:
        return Part(((),))
    style = "badge-source-failed"
    loud: Spans = ((f"{count(number, 'page')} NOT delivered", style),)
    return Part((loud, loud, ((f"{number} NOT SENT", style),)), right=True)


_SIGN = {
    SourceStatus.LIVE: ("live", "source-live"),
    SourceStatus.STALE: ("stale", "source-stale"),
    SourceStatus.FAILED: ("failed", "source-failed"),
    SourceStatus.NEVER: ("stale", "source-stale"),
}


def _sources(snapshot: Snapshot, frame: Frame) -> Part:
    known = [(source, status(source, snapshot.engine, frame.now)) for source in snapshot.sources]
    if not known:
        words = "no sources" if snapshot.engine else "sources unknown"
        return Part((((words, "source-stale"),),), right=True)
    if snapshot.engine is not None:  # a feed of changes is named only where it fails
        sick_feeds = not_live(snapshot.engine.feeds, snapshot.engine, frame.now)
        known += [(feed, status(feed, snapshot.engine, frame.now)) for feed in sick_feeds]
    long: list[Spans] = []
    middle: list[Spans] = []
    dots: Spans = ()
    for source, how in known:
        sign = getattr(frame.glyphs, _SIGN[how][0])
        style = _SIGN[how][1]
        words = "" if how is SourceStatus.LIVE else f" {_state_words(source, how, frame)}"
        dot: Span = (sign, style)
        dots = (*dots, dot)
        long.append((dot, (f" {source.name}{words}", "" if not words else style)))
        middle.append((dot, (f" {source.name}{words}", style)) if words else (dot,))
    sick = [how for _, how in known if how is not SourceStatus.LIVE]
    word = sick[0].value if len(set(sick)) == 1 else "not live"
    summed: Spans = (*dots, (f" {len(sick)} {word}", "source-stale")) if sick else dots
    if sick and len(known) > MANY:
        live: list[Spans] = [((f"{frame.glyphs.live} {len(known) - len(sick)}", "source-live"),)]
        faults = [spans for spans, (_, how) in zip(long, known, strict=True) if how is not SourceStatus.LIVE]
        middle = [*live, *faults]
    return Part((joined(long, GAP), joined(middle, (" ", "")), summed, dots), right=True)


def _state_words(source: SourceHealth, how: SourceStatus, frame: Frame) -> str:
    if how is SourceStatus.NEVER:
        return "no answer yet"
    if source.last_success is None:
        return trust_word(source, how)
    if how is SourceStatus.STALE and not source.complete and not source.misses:
        return "incomplete"
    return f"{trust_word(source, how)} {age(frame.now - source.last_success)}"


def _engine(snapshot: Snapshot, frame: Frame) -> Part:
    if not engine_runs(snapshot, frame.now):
        loud: Spans = (("auto-escalation NOT running", "badge-source-failed"),)
        short: Spans = (("NO ESCALATION", "badge-source-failed"),)
        return Part((loud, loud, loud, short, (("NO ESC", "badge-source-failed"),)), right=True)
    assert snapshot.engine is not None  # noqa: S101 - engine_runs says so
    engine = snapshot.engine
    name = engine.host.partition(".")[0]
    kind = f" ({engine.kind})" if engine.kind else ""
    return Part(
        (
            ((f"engine {name}{kind}", "dim"),),
            ((f"engine {name}", "dim"),),
            *(((f"eng {_cut(name, most, frame)}", "dim"),) for most in SHORT_NAMES),
            (),
        ),
        right=True,
    )


def _cut(name: str, most: int, frame: Frame) -> str:
    return fit(name, min(width_of(name), most), ellipsis=frame.glyphs.ellipsis)


def _store(snapshot: Snapshot, frame: Frame, *, readonly: bool) -> Part:
    store = snapshot.store
    if store.state is StoreState.UNREACHABLE:
        since = f" {age(frame.now - store.seen_at)}" if store.seen_at else ""
        loud: Spans = ((f"store not answering{since}", "badge-source-failed"),)
        return Part((loud, loud, ((f"NO STORE{since}", "badge-source-failed"),)), right=True)
    if readonly or store.state is StoreState.READ_ONLY:
        style = (
            "badge-next" if readonly and store.state is not StoreState.READ_ONLY else "badge-source-failed"
        )
        whole: Spans = (("READ-ONLY", style),)
        return Part((whole, whole, whole, (("RO", style),)), right=True)
    mark: Spans = ((f"store {store.kind} ", "dim"), (frame.glyphs.live, "source-live"))
    return Part((mark, ()), right=True)


def _clock(snapshot: Snapshot, frame: Frame) -> Part:
    """Return the store's time and, where this machine's clock is off, by how much."""
    whole = clock(frame.now, frame.zone)
    off = snapshot.skew
    if off is None:
        return Part((((whole, "dim"),), ((whole[:5], "dim"),), ()), right=True)
    sign = "+" if off > timedelta() else "-"
    mark: Span = (f"here {sign}{age(abs(off))}", "source-stale bold")
    return Part((((f"{whole} ", "dim"), mark), ((f"{whole[:5]} ", "dim"), mark), (mark,)), right=True)
