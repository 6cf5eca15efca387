"""What was late, by how much, and what the log says of why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.human import count, length
from console.domain.measures import MILLISECOND, Measure
from console.domain.priority import Priority
from console.domain.reports.numbers import Counted


@dataclass(frozen=True, slots=True)
class Breach:
    """One target that was missed. ``clock`` is "ack" or "fix"; ``reasons`` are facts of the log, none where it has none."""

    incident: str
    title: str
    service: str
    team: str
    priority: Priority | None
    reported_at: datetime
    clock: str
    taken: timedelta
    target: timedelta
    reasons: tuple[str, ...]

    @property
    def late(self) -> timedelta:
        """By how much."""
        return self.taken - self.target


def breaches_of(incidents: Sequence[Counted]) -> tuple[Breach, ...]:
    """Return what was late, the worst against its target first."""
    found = (breach for one in incidents for breach in _of(one.measure, one.ack, one.resolve))
    return tuple(sorted(found, key=lambda one: (-(one.taken / one.target), one.reported_at, one.incident)))


def _of(one: Measure, ack: int, resolve: int) -> Iterator[Breach]:
    if one.tta is not None and one.tta > ack:
        yield _breach(one, "ack", one.tta, ack, _why_ack(one))
    if one.ttr_total is not None and one.ttr_total > resolve:
        yield _breach(one, "fix", one.ttr_total, resolve, _why_fix(one))


def _breach(one: Measure, clock: str, taken: int, target: int, why: Iterator[str]) -> Breach:
    named = (one.incident, one.title, one.service, one.team, one.effective_priority, one.reported_at)
    return Breach(*named, clock, MILLISECOND * taken, MILLISECOND * target, tuple(why))


def _why_ack(one: Measure) -> Iterator[str]:
    if not one.chased:
        yield "nobody was paged"
    elif one.chased > 1:
        yield f"{one.chased} people were paged before one acked"
    if one.auto_cleared:
        yield "cleared before the ack"


def _why_fix(one: Measure) -> Iterator[str]:
    if one.cause:
        yield f"cause: {one.cause}"
    if one.reclassified:
        yield "late as soon as its priority was changed"
    if one.epochs > 1:
        yield f"reopened {count(one.epochs - 1, 'time')}"
    if one.paused:
        yield f"paused for {length(MILLISECOND * one.paused)} besides"
    if one.flaps:
        yield f"it flapped, {count(one.flaps, 'time')}"
    if one.sufficed == "no":
        yield "the runbook did not suffice"
