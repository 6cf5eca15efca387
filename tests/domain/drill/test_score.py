"""What a drill is worth, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.domain.commands import (
    Ack,
    Command,
    Escalate,
    MarkStep,
    Note,
    ObserveAlerts,
    PostUpdate,
    Resolve,
    SetPriority,
    Undo,
)
from console.domain.drill.recording import Alarm, Recording, Responded
from console.domain.drill.score import Drilled, Point, Score, score
from console.domain.priority import Priority
from console.domain.vocabulary import StepState
from tests.domain.world import ASHA, POLICY, PROD, World, alert

DONE, FAILED, SKIPPED = StepState.DONE, StepState.FAILED, StepState.SKIPPED
THEN = Responded(
    acked=95, priority=Priority.P2, priority_set=130, steps=((1, FAILED), (2, DONE)), noted=200, resolved=700,
    cause="deploy",
)  # fmt: skip
RECORDING = Recording("x", "x", "", (Alarm(0, 600, "a", "Unwell", "payments", "high", "x"),), THEN)

Deed = tuple[str, Command]
GOOD: list[Deed] = [
    ("10:00:48", Ack()),
    ("10:02", SetPriority(Priority.P2)),
    ("10:03", MarkStep(1, FAILED, "one")),
    ("10:04", MarkStep(2, DONE, "two")),
    ("10:05", Note("seen")),
    ("10:10", ObserveAlerts(cleared=(alert().ref,))),
    ("10:12", Resolve("done", "deploy")),
]


def drilled(deeds: list[Deed], then: Responded = THEN, *, steps: int = 3, speed: float = 1.0) -> Score:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    for at, command in deeds:
        world.do(at, command, PROD if isinstance(command, ObserveAlerts) else ASHA)
    recording = replace(RECORDING, responded=then)
    return score(Drilled(recording, tuple(world.logs["INC-1"]), POLICY, steps, speed))


def point(found: Score, name: str) -> Point:
    return next(one for one in found.points if one.name == name)


def without(*kinds: type[Command]) -> list[Deed]:
    return [deed for deed in GOOD if not isinstance(deed[1], kinds)]


def test_a_good_drill_has_all_points_and_nothing_to_do_better() -> None:
    found = drilled(GOOD)
    assert (found.got, found.most) == (100, 100)
    assert not any(one.better for one in found.points)
    assert found.left_out == (("client update", "none was posted then either"),)
    ack = point(found, "ack")
    assert (ack.you, ack.recorded) == ("48s", "1m 35s")


def _late_ack(deeds: list[Deed]) -> list[Deed]:
    return [("10:05:01" if isinstance(deed, Ack) else "10:06", deed) for _, deed in deeds[:1]] + [
        (at.replace("10:0", "10:2").replace("10:1", "10:3"), deed) for at, deed in deeds[1:]
    ]


@pytest.mark.parametrize(
    ("change", "name", "got"),
    [
        (lambda _: without(Ack), "ack", 0),
        (_late_ack, "ack", 10),
        (_late_ack, "priority set", 0),
        (lambda _: without(SetPriority), "priority set", 0),
        (lambda _: without(SetPriority), "priority right", 0),
        (lambda deeds: [*deeds[:1], ("10:02", SetPriority(Priority.P3)), *deeds[2:]], "priority right", 0),
        (lambda deeds: [*deeds[:2], *deeds[3:]], "runbook", 8),
        (lambda deeds: [*deeds[:2], ("10:02", MarkStep(2, DONE, "two")), ("10:03", MarkStep(1, FAILED, "one")),
                        *deeds[4:]], "runbook", 8),
        (lambda deeds: [*deeds[:2], ("10:03", MarkStep(1, DONE, "one")), *deeds[3:]], "runbook", 10),
        (lambda _: without(MarkStep), "runbook", 0),
        (lambda deeds: [*deeds[:5], ("10:05:30", Escalate()), ("10:06", Ack()), *deeds[5:]], "escalation", 0),
        (lambda _: without(Note), "note", 0),
        (lambda deeds: [*deeds[:4], ("10:04:30", Note("x")), ("10:04:31", Undo()), *deeds[5:]], "note", 0),
        (lambda deeds: deeds[:6], "resolved", 0),
        (lambda deeds: [*deeds[:5], ("10:06", Resolve("x", "deploy", despite_firing=True))], "resolved", 8),
        (lambda deeds: [*deeds[:6], ("10:12", Resolve("x"))], "resolved", 12),
    ],
)  # fmt: skip
def test_each_point_has_its_rule_and_what_to_do_better(
    change: Callable[[list[Deed]], list[Deed]], name: str, got: int
) -> None:
    found = point(drilled(change(GOOD)), name)
    assert found.got == got
    assert found.better


def test_help_that_was_needed_counts_where_it_was_asked_for() -> None:
    needed = replace(THEN, escalated=240)
    assert point(drilled(GOOD, needed), "escalation").got == 0
    asked = [*GOOD[:5], ("10:05:30", Escalate()), ("10:06", Ack()), *GOOD[5:]]
    assert point(drilled(asked, needed), "escalation").got == 10


def test_what_cannot_be_known_is_left_out_and_said() -> None:
    found = drilled(GOOD, Responded(), steps=0)
    assert dict(found.left_out) == {
        "runbook": "no runbook with steps was found",
        "priority right": "the recording has none",
        "client update": "none was posted then either",
    }
    assert found.most == 75


def test_an_update_counts_where_one_was_posted() -> None:
    told = [*GOOD[:5], ("10:06", PostUpdate("we look into it")), *GOOD[5:]]
    assert point(drilled(told), "client update").got == 10
    assert point(drilled(GOOD, replace(THEN, updates=2)), "client update").got == 0


def test_a_faster_drill_is_measured_in_its_own_time() -> None:
    quick: list[Deed] = [("10:00:30", Ack()), ("10:00:40", SetPriority(Priority.P2))]
    at_once = drilled(quick, speed=10)
    assert point(at_once, "ack").you == "5m"
    assert point(at_once, "ack").got == 25
    late = drilled([("10:00:31", Ack()), ("10:01:02", SetPriority(Priority.P2))], speed=10)
    assert point(late, "ack").got == 10
    assert point(late, "priority set").got == 0


def _steps(*marks: tuple[int, StepState]) -> list[Deed]:
    named = {1: "one", 2: "two"}
    return [
        *GOOD[:2],
        *((f"10:03:{at:02}", MarkStep(n, state, named[n])) for at, (n, state) in enumerate(marks)),
        *GOOD[4:],
    ]


def test_a_mark_that_was_put_right_counts_as_it_stands() -> None:
    corrected = point(drilled(_steps((1, DONE), (1, FAILED), (2, DONE))), "runbook")
    assert (corrected.got, corrected.you, corrected.better) == (15, "2 steps", "")
    again = point(drilled(_steps((1, FAILED), (2, DONE), (1, StepState.DOING), (1, FAILED))), "runbook")
    assert again.got == 15
    taken_back = point(drilled(_steps((1, FAILED), (2, DONE), (2, StepState.TODO))), "runbook")
    assert taken_back.you == "1 step"
    assert taken_back.got < 15


def test_a_step_that_failed_at_first_then_did_not_fail() -> None:
    tried_twice = replace(THEN, steps=((1, FAILED), (1, DONE), (2, DONE)))
    assert point(drilled(_steps((1, DONE), (2, DONE)), tried_twice), "runbook").got == 15


def test_a_priority_is_told_as_its_rule_counts_it() -> None:
    found = point(drilled(GOOD), "priority set")
    assert (found.you, found.recorded) == ("1m 12s", "35s")  # after the ack, both
    assert point(drilled(GOOD, replace(THEN, acked=None)), "priority set").recorded == "no ack"
    assert point(drilled([("10:01", SetPriority(Priority.P2))]), "priority set").you == "no ack"


def test_alerts_that_never_cleared_end_nothing() -> None:
    never = drilled(GOOD[:5], replace(THEN, resolved=None))
    assert dict(never.left_out)["resolved"] == "its alerts never cleared, and nobody resolved it then either"
    assert point(drilled(GOOD[:5]), "resolved").got == 0
