"""What a drill was worth: points from its own log, each with its rule, and what was not counted and why.

For the person at the drill only: a score is compared with nobody else's and kept nowhere by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.drill.recording import Recording
from console.domain.fold import fold
from console.domain.human import count, length
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.sla import resolve_clock
from console.domain.summary import summarise
from console.domain.vocabulary import StepState

UPDATED = frozenset({Priority.P1, Priority.P2})
"""Priorities that owe their clients updates (semantics, section 2)."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was looked at: ``got`` of ``most`` points. ``better`` is what to do next time, or empty."""

    name: str
    got: int
    most: int
    rule: str
    you: str
    recorded: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """All of it. ``left_out`` pairs what was not counted with why."""

    points: tuple[Point, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def got(self) -> int:
        """The points that were made."""
        return sum(point.got for point in self.points)

    @property
    def most(self) -> int:
        """The points that could have been made."""
        return sum(point.most for point in self.points)


@dataclass(frozen=True, slots=True)
class Drilled:
    """A drill that is over. ``policy`` has the targets of a drill at full length, ``steps`` counts the runbook's.

    Spans of time are those of the drill: at ``speed`` 10 one second of it is a tenth of one here.
    """

    recording: Recording
    events: tuple[ev.Event, ...]
    policy: Policy
    steps: int = 0
    speed: float = 1.0

    @property
    def incident(self) -> Incident:
        """How it stands at the end."""
        return fold(self.events)

    def since(self, event: ev.Event | None) -> timedelta | None:
        """Return how long after the report something was done."""
        return None if event is None else (event.at - self.incident.reported_at) * self.speed

    def by_hand(self, kind: type[ev.Body]) -> list[ev.Event]:
        """Return what a person did and did not take back, oldest first."""
        undone = {event.body.n for event in self.events if isinstance(event.body, ev.Undone)}
        return [
            event
            for event in self.events
            if isinstance(event.body, kind) and event.actor.kind is ActorKind.HUMAN and event.n not in undone
        ]


Found = Point | tuple[str, str]
"""A point, or what was left out and why."""


def score(drilled: Drilled) -> Score:
    """Return what a drill was worth."""
    found = list(_looked_at(drilled))
    return Score(
        tuple(one for one in found if isinstance(one, Point)),
        tuple(one for one in found if not isinstance(one, Point)),
    )


def _looked_at(drilled: Drilled) -> Iterator[Found]:
    yield _ack(drilled)
    yield from _priority(drilled)
    yield _runbook(drilled)
    yield _escalation(drilled)
    yield _update(drilled)
    yield _note(drilled)
    yield _end(drilled)


def _ack(drilled: Drilled) -> Point:
    incident = drilled.incident
    target = drilled.policy.target(incident.provisional).ack
    acks = drilled.by_hand(ev.Acked)
    took = drilled.since(acks[0] if acks else None)
    in_time = took is not None and took <= target
    late = f"ack within {length(target)} of the page, whatever it is: a says that you have it"
    return Point(
        "ack",
        25 if in_time else 10 if acks else 0,
        25,
        f"acked within {length(target)}; later 10",
        _words(took),
        _seconds(drilled.recording.responded.acked),
        "" if in_time else late,
    )


def _priority(drilled: Drilled) -> Iterator[Found]:
    responded, within = drilled.recording.responded, drilled.policy.priority_within
    acks, sets = drilled.by_hand(ev.Acked), drilled.by_hand(ev.PrioritySet)
    after = (sets[0].at - acks[0].at) * drilled.speed if acks and sets else None
    in_time = after is not None and after <= within
    then = responded.priority_set
    yield Point(
        "priority set", 10 if in_time else 0, 10, f"within {length(within)} of the ack",
        _after(after, sets and not acks), _after(_between(responded.acked, then), then is not None),
        "" if in_time else "set the priority with p right after the ack; unsure: take the higher",
    )  # fmt: skip
    if responded.priority is None:
        yield "priority right", "the recording has none"
        return
    chosen = drilled.incident.priority
    right = chosen is responded.priority
    yield Point(
        "priority right", 10 if right else 0, 10, "the one that was right then",
        chosen.label if chosen else "none", responded.priority.label,
        "" if right else f"it was {responded.priority.label}: what do clients see, and is there a way round it?",
    )  # fmt: skip


def _runbook(drilled: Drilled) -> Found:
    if not drilled.steps:
        return "runbook", "no runbook with steps was found"
    marks = [event.body for event in drilled.by_hand(ev.StepMarked) if isinstance(event.body, ev.StepMarked)]
    over = _over((mark.step, mark.state) for mark in marks)
    then = _over(drilled.recording.responded.steps)
    wanted = min(drilled.steps, len(then)) or drilled.steps
    looked_at = list(over)
    share = min(1.0, len(looked_at) / wanted)
    in_order = looked_at == sorted(looked_at)
    failed = {n for n, state in then.items() if state is StepState.FAILED}
    glossed = sorted(n for n in failed if over.get(n) is StepState.DONE)
    got = round(15 * share * (1.0 if in_order else 0.5)) - (5 if glossed else 0)
    if glossed:
        better = f"step {glossed[0]} did not help then: mark what does not work with f, and go on"
    elif not in_order:
        better = "take the steps in their order, and skip with - what does not apply"
    else:
        better = (
            ""
            if share == 1
            else "b goes to the runbook, space marks a step: the next one sees how far you are"
        )
    return Point(
        "runbook", max(0, got), 15, f"{wanted} of {drilled.steps} steps marked, in order; marked done and was not: -5",
        count(len(looked_at), "step") + ("" if in_order else ", not in order"),
        count(len(then), "step"),
        better,
    )  # fmt: skip


def _over(marks: Iterable[tuple[int, StepState]]) -> dict[int, StepState]:
    """Return the steps that are over as they stand at the end, in the order in which each first was."""
    found: dict[int, StepState] = {}
    unfinished = {StepState.TODO, StepState.DOING}
    for step, state in marks:
        if state not in unfinished or step in found:
            found[step] = state
    return {step: state for step, state in found.items() if state not in unfinished}


def _escalation(drilled: Drilled) -> Point:
    recorded = drilled.recording.responded.escalated
    pages = drilled.by_hand(ev.Escalated)
    you = _words(drilled.since(pages[0])) if pages else "no"
    if recorded is not None:
        better = "" if pages else "e brings help: it was needed here; asking early is no failure"
        got = 10 if pages else 0
        return Point("escalation", got, 10, "escalated: it was needed", you, _seconds(recorded), better)
    needless = bool(pages) and not _late(drilled, pages[0])
    better = "the one who has it can end it alone here; escalate when the target is near" if needless else ""
    return Point("escalation", 0 if needless else 10, 10, "not before the target is near", you, "no", better)


def _late(drilled: Drilled, event: ev.Event) -> bool:
    """Return whether the resolve target was near when something was done."""
    before = summarise(fold(drilled.events[: event.n]))
    clock = resolve_clock(before, drilled.policy)
    used = (event.at - clock.started_at) * drilled.speed / clock.span
    return used >= drilled.policy.warn_resolve


def _update(drilled: Drilled) -> Found:
    responded, posted = drilled.recording.responded, drilled.by_hand(ev.UpdatePosted)
    if drilled.incident.effective_priority not in UPDATED:
        return "client update", "only P1 and P2 owe one"
    if not posted and not responded.updates:
        return "client update", "none was posted then either"
    better = (
        "" if posted else "tell clients what they see and when they hear more, even before the cause is known"
    )
    return Point(
        "client update", 10 if posted else 0, 10, "one was posted",
        _words(drilled.since(posted[0] if posted else None)), f"{responded.updates}×", better,
    )  # fmt: skip


def _note(drilled: Drilled) -> Point:
    notes = drilled.by_hand(ev.Noted)
    better = "" if notes else "write down what you see with n: it is what a handover and the review live on"
    return Point(
        "note", 10 if notes else 0, 10, "one was written",
        _words(drilled.since(notes[0] if notes else None)), _seconds(drilled.recording.responded.noted), better,
    )  # fmt: skip


def _end(drilled: Drilled) -> Found:
    incident, responded = drilled.incident, drilled.recording.responded
    ends = drilled.by_hand(ev.Resolved)
    rule, recorded = "after its alerts cleared 12, with a cause 8", _seconds(responded.resolved)
    if not ends:
        if incident.auto_resolved:
            return "resolved", "it resolved by itself, as P3 and P4 may"
        if responded.resolved is None and incident.firing:
            return "resolved", "its alerts never cleared, and nobody resolved it then either"
        return Point("resolved", 0, 20, rule, "no", recorded, "R ends it once its alerts have cleared")
    firing = _firing_before(drilled.events, ends[-1])
    cause = bool(incident.cause)
    hints = (
        (firing > 0, "wait until the alerts have cleared: an incident that is closed too early comes back"),
        (not cause, "name the cause when you resolve: the next one finds it"),
    )
    better = next((text for holds, text in hints if holds), "")
    you = _words(drilled.since(ends[-1])) + (f", {firing} still firing" if firing else "")
    return Point("resolved", 12 * (not firing) + 8 * cause, 20, rule, you, recorded, better)


def _firing_before(events: Sequence[ev.Event], event: ev.Event) -> int:
    return fold(tuple(events[: event.n - 1])).firing


def _words(took: timedelta | None) -> str:
    return "no" if took is None else length(took)


def _after(took: timedelta | None, without: object) -> str:
    """Return how long after the ack something was done; ``without`` is whether it was done without one."""
    return "no ack" if took is None and without else _words(took)


def _between(start: float | None, end: float | None) -> timedelta | None:
    return None if start is None or end is None else timedelta(seconds=end - start)


def _seconds(seconds: float | None) -> str:
    return "no" if seconds is None else length(timedelta(seconds=seconds))
