"""The numbers of a report are those of ``metrics``, and the durations in them those of plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.actors import Actor
from console.domain.commands import Command, MergeInto, PauseClock, Reopen, Resolve, ResumeClock
from console.domain.decide import Accepted
from console.domain.incident import Incident
from console.domain.measures import count_pages, measure_of, pages_of
from console.domain.metrics import measure
from console.domain.reports.report import Report, Scope, make, page_spans, weeks_of
from console.domain.vocabulary import PauseReason
from tests.domain.test_invariants import steps, waits
from tests.domain.world import P3, World, alert, at, minutes

NOW = at("10:00", day=7)


def report_of(world: World, scope: Scope | None = None, now: datetime = NOW) -> Report:
    scope = scope or Scope(weeks=5)
    incidents = [world.incident(name) for name in world.logs]
    weeks = weeks_of(scope, now, world.policy)
    pages = [page for one in incidents for page in pages_of(one, world.policy)]
    return make(
        scope,
        weeks,
        sorted(map(measure_of, incidents), key=lambda one: one.reported_at),
        count_pages(pages, page_spans(scope, weeks)),
        world.policy,
        now=now,
        first=min((one.reported_at for one in incidents), default=None),
    )


def incidents_of(world: World) -> Iterable[Incident]:
    return (world.incident(name) for name in world.logs)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(-40, 7),
            st.sampled_from(["Slow", "Down", ""]),
            st.lists(st.tuples(waits, steps), max_size=8),
        ),
        max_size=4,
    )
)
def test_each_week_counts_what_the_definitions_say(
    told: list[tuple[int, str, list[tuple[int, tuple[Command, Actor]]]]],
) -> None:
    world = World()
    for number, (day, rule, story) in enumerate(told, 1):
        name = f"INC-{number}"
        world.open(at("10:00", day), alert(), name=name, key=name, alert_name=rule)
        world.advance(world.now, name=name)
        for wait, (command, actor) in story:
            now = world.now + timedelta(milliseconds=wait)
            op = f"op-{name}-{len(world.logs[name])}"
            decision = world.decide(now, command, actor, name=name, op=op)
            if isinstance(decision, Accepted):
                world.write(decision, actor, name, op)
            world.advance(now, name=name)
    report = report_of(world)
    for one in report.weeks:
        expected = measure(incidents_of(world), one.week.start, one.week.end, world.policy)
        if one.numbers is None:
            assert (expected.incidents, expected.pages) == (0, 0)
        else:
            assert one.numbers.metrics == expected
        if one.numbers is not None:
            of = one.numbers.metrics
            assert of.incidents == of.tta.n + of.unacked + one.numbers.unanswered
            assert of.incidents == of.ttr_total.n + one.numbers.open
    span = report.weeks[0].week.start, report.weeks[-1].week.end
    assert report.total.metrics == measure(incidents_of(world), *span, world.policy)
    assert sum(one.numbers.metrics.incidents for one in report.weeks if one.numbers) == sum(
        one.numbers.metrics.incidents for one in report.services
    )


@dataclass(frozen=True)
class History:
    """What happened to an incident, in seconds after the step before; None: it did not."""

    ack: int | None
    pause: tuple[int, int] | None
    resolve: int
    again: tuple[int, int] | None

    @property
    def tta(self) -> timedelta | None:
        return None if self.ack is None else timedelta(seconds=self.ack)

    @property
    def first(self) -> timedelta:
        before = self.pause[0] if self.pause else 0
        return timedelta(seconds=(self.ack or 0) + before + self.resolve)

    @property
    def total(self) -> timedelta:
        return self.first + timedelta(seconds=self.again[1] if self.again else 0)


spans = st.integers(1, 80_000)
histories = st.builds(
    History,
    st.none() | spans,
    st.none() | st.tuples(spans, spans),
    spans,
    st.none() | st.tuples(spans, spans),
)


@settings(deadline=None, max_examples=60)
@given(histories)
def test_durations_are_those_of_plain_arithmetic(history: History) -> None:
    world = World()
    world.open("10:00", alert(priority=P3))
    now = at("10:00")

    def later(seconds: int) -> datetime:
        nonlocal now
        now += timedelta(seconds=seconds)
        return now

    if history.ack is not None:
        world.ack(later(history.ack))
    if history.pause:
        world.do(later(history.pause[0]), PauseClock(PauseReason.SCHEDULED))
        world.do(later(history.pause[1]), ResumeClock())
    world.do(later(history.resolve), Resolve(despite_firing=True))
    if history.again:
        world.do(later(history.again[0]), Reopen())
        world.do(later(history.again[1]), Resolve(despite_firing=True))
    found = measure_of(world.incident())
    spans = [
        span and span / timedelta(milliseconds=1) for span in (history.tta, history.first, history.total)
    ]
    assert [found.tta, found.ttr_first, found.ttr_total] == spans
    whole = history.first + timedelta(seconds=history.pause[1] if history.pause else 0)
    assert found.strict == (history.tta or whole) / timedelta(milliseconds=1)


def test_a_merged_incident_is_told_and_counted_nowhere() -> None:
    world = World()
    for name in ("INC-1", "INC-2"):
        world.open("10:00", alert(), name=name, key=name)
        world.ack("10:02", name=name)
    world.do("10:05", MergeInto("INC-1"), name="INC-2")
    report = report_of(world)
    assert (report.total.metrics.incidents, report.merged) == (1, 1)
    assert report.total.metrics.tta.mean == minutes(2)
