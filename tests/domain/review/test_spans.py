"""Durations are those of the metrics, and of a plain reckoning that shares nothing with the product."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import Actor, ActorKind
from console.domain.alert import AlertRef
from console.domain.commands import Command, Resolve, Undo
from console.domain.metrics import recovery, tta, ttr_first, ttr_total
from console.domain.priority import Priority
from console.domain.review.spans import Spans, spans_of
from tests.domain.review.histories import HISTORIES, document, played
from tests.domain.world import BUDI, P2, World, acked, at, minutes, opened

NOTHING = timedelta(0)


def plainly(log: list[ev.Event], until: datetime) -> Spans:  # noqa: C901, PLR0912 - one plain walk, on purpose
    """Return the durations by walking through the log with a pencil."""
    undone = {event.body.n for event in log if isinstance(event.body, ev.Undone)}
    first = log[0].body
    assert isinstance(first, ev.Opened)
    earlier = [one.body.child_reported_at for one in log if isinstance(one.body, ev.Absorbed)]
    start = report = min(
        [first.reported_at, *earlier]
    )  # a report that joined late had been open all the time
    is_open, is_first, is_part, began_pause = True, True, False, None
    ack = mitigate = first_fix = None
    total = open_for = paused = paused_now = NOTHING
    chosen: Priority | None = None
    heard = first.provisional
    firing: dict[AlertRef, Priority] = {}
    marks: list[tuple[datetime, Priority | None]] = [(report, heard)]
    spans: list[tuple[datetime, datetime]] = []
    for event in log[1:]:
        body, now = event.body, event.at
        if event.n in undone:
            continue
        match body:
            case ev.Acked() if event.actor.kind is ActorKind.HUMAN:
                last = max(body.made_at or now, first.reported_at)
                if is_first and ack is None:
                    ack = last - first.reported_at
            case ev.Mitigated():
                mitigate = mitigate if mitigate is not None else now - report
            case ev.Paused():
                began_pause = now
            case ev.Resumed() if began_pause is not None:
                paused_now, began_pause = paused_now + (now - began_pause), None
            case ev.Resolved():
                if began_pause is not None:
                    paused_now, began_pause = paused_now + (now - began_pause), None
                spans.append((start, now))
                total, paused = total + (now - start) - paused_now, paused + paused_now
                first_fix = first_fix if first_fix is not None else total
                is_open = is_first = False
                paused_now = NOTHING
            case ev.Merged() if is_open:
                if began_pause is not None:
                    paused_now, began_pause = paused_now + (now - began_pause), None
                spans.append((start, now))
                paused += paused_now
                is_open, is_part = False, True
            case ev.Reopened():
                start, is_open = now, True
                heard = min(firing.values(), default=None) or heard
            case ev.PrioritySet():
                chosen = body.priority
            case ev.SeverityRaised():
                heard = body.after
            case ev.AlertsFired():
                firing.update({alert.ref: alert.priority for alert in body.alerts})
                heard = min([one.priority for one in body.alerts] + ([heard] if heard else []))
        marks.append((now, chosen or heard))
    if is_open:
        paused += paused_now + (until - began_pause if began_pause else NOTHING)
        spans.append((start, until))
    by: dict[Priority | None, timedelta] = {}
    for opens, ends in spans:
        open_for += ends - opens
        for (since, priority), (then, _) in zip(marks, [*marks[1:], (until, None)], strict=True):
            held = min(then, ends) - max(since, opens)
            if held > NOTHING:
                by[priority] = by.get(priority, NOTHING) + held
    ordered = tuple(sorted(by.items(), key=lambda one: one[0] or 9))
    return Spans(
        None, ack, mitigate, None, first_fix, None if is_open or is_part else total, open_for, paused, ordered
    )


@settings(deadline=None, max_examples=120)
@given(first=st.sampled_from(Priority), history=HISTORIES, rest=st.sampled_from([0, 1, 90_000]))
def test_over_random_histories(
    first: Priority, history: list[tuple[int, tuple[Command, Actor]]], rest: int
) -> None:
    world = played(first, history)
    incident, log = world.incident(), world.logs["INC-1"]
    until = world.now + timedelta(milliseconds=rest)
    found = spans_of(incident, log, until)
    assert (found.ack, found.recover) == (tta(incident), recovery(incident))
    assert (found.first_fix, found.total) == (ttr_first(incident), ttr_total(incident))
    plain = plainly(log, until)
    assert found == Spans(
        None, plain.ack, plain.mitigate, found.recover, plain.first_fix, plain.total, plain.open, plain.paused,
        plain.in_priority,
    )  # fmt: skip
    assert sum((span for _, span in found.in_priority), NOTHING) == found.open
    if found.total is not None:
        assert found.total == found.open - found.paused


def test_what_is_not_known_is_none_and_detection_counts_from_the_source() -> None:
    world = opened()
    assert spans_of(world.incident(), world.logs["INC-1"], at("10:30")) == Spans(
        None, None, None, None, None, None, minutes(30), NOTHING, ((P2, minutes(30)),)
    )
    world = World()
    world.do("10:00", ev_open(at("09:55")))
    found = spans_of(world.incident(), world.logs["INC-1"], at("10:30"))
    assert (found.detect, found.open) == (minutes(5), minutes(30))


def ev_open(started: datetime) -> Command:
    from tests.domain.world import alert, opening  # noqa: PLC0415 - only here

    return opening(alert(started_at=started))


def test_what_was_taken_back_took_no_time() -> None:
    world = acked()
    world.do("10:40:00", Resolve(despite_firing=True), BUDI, op="x")
    world.do("10:40:05", Undo(), BUDI)
    assert document(world).spans.total is None
