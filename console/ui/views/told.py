"""Who was told of an incident and how that stands, and how the channels do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from console.domain.human import clock, listed
from console.domain.notify.notification import Delivery, Notification
from console.domain.notify.standing import channel_words, stands, to_whom
from console.domain.policy import Policy
from console.domain.snapshot import Detail, Snapshot
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

INDENT = 10
MOST = 6
"""Recipients of one fact that are named with how each stands."""
SETTLING = timedelta(seconds=15)
"""So long after the last event what is told of it may not be known yet."""

_STYLES = {Delivery.FAILED: "clock-late bold", Delivery.PENDING: "note", Delivery.SENDING: "note"}


def told_lines(
    detail: Detail, policy: Policy, frame: Frame, width: int
) -> list[tuple[datetime, list[Spans]]]:
    """Return a paragraph for each fact that was told, with its time: by which channel to whom, and how that stands."""
    facts: dict[tuple[datetime, str], list[Notification]] = {}
    for one in detail.notifications:
        facts.setdefault((one.made_at, one.topic.value), []).append(one)
    return [
        (at, wrap_spans(_fact(at, topic, told, policy, frame), width, INDENT))
        for (at, topic), told in facts.items()
    ]


def may_move(detail: Detail, now: datetime) -> bool:
    """Return whether deliveries or tries may stand otherwise by now, though the incident's log has not gone on."""
    waits = any(one.state in {Delivery.PENDING, Delivery.SENDING} for one in detail.notifications)
    return waits or bool(detail.tries) or (bool(detail.events) and now - detail.events[-1].at < SETTLING)


def channel_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return the channels as the engine last saw them, those in trouble first."""
    known = snapshot.engine.channels if snapshot.engine is not None else ()
    if not snapshot.policy.channels and not known:
        words = "no channel is configured: pages reach nobody outside this screen ([[channels]])"
        return wrap_spans(((words, "clock-warn"),), width)
    lines: list[Spans] = []
    for channel in sorted(known, key=lambda one: not (one.error or one.dead or one.stuck)):
        bad = bool(channel.error or channel.dead)
        sign = frame.glyphs.failed if bad else frame.glyphs.live
        head: Spans = (
            (f"{sign} ", "source-failed" if bad else "source-live"),
            (channel.name, "bold"),
            (f"  {channel.kind}  ", "dim"),
            (channel_words(channel, frame.now, frame.zone), "clock-late" if bad else ""),
        )
        lines += wrap_spans(head, width, 4)
    unknown = [one.name for one in snapshot.policy.channels if one.name not in {each.name for each in known}]
    if unknown:
        lines.append(((f"not known to the engine: {listed(tuple(unknown))}", "clock-warn"),))
    return lines


def _fact(at: datetime, topic: str, told: Sequence[Notification], policy: Policy, frame: Frame) -> Spans:
    worst = sorted(told, key=lambda one: one.state is not Delivery.FAILED)
    spans: Spans = ((clock(at, frame.zone), "dim"), ("  ", ""), (f"told ({topic}) ", "dim"))
    for n, one in enumerate(worst[:MOST]):
        gap = "; " if n else ""
        spans = (
            *spans,
            (f"{gap}{to_whom(one, policy)}: ", "dim"),
            (stands(one, frame.now, frame.zone), _STYLES.get(one.state, "dim")),
        )
    more = len(worst) - MOST
    return (*spans, (f" and {more} more", "dim")) if more > 0 else spans
