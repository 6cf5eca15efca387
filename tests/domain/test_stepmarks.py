"""Steps as state: marks, notes and runs, and finding a step again in a runbook that has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.decide import Accepted, NoChange, decide
from console.domain.decisions.base import Context
from console.domain.fold import fold
from console.domain.incident import Incident, StepMark
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.runbook import Runbook, Step
from console.domain.runbookfeedback import feedback
from console.domain.stepmarks import marked
from console.domain.vocabulary import StepState, Sufficed

T0 = datetime(2026, 9, 1, 12, tzinfo=UTC)
ASHA, BUDI = Actor("asha"), Actor("budi")
PATH = "pay.md"


def book(*texts: str) -> Runbook:
    return Runbook(PATH, "Pay", "", tuple(Step(n, text) for n, text in enumerate(texts, 1)))


def mark(step: int, text: str, state: StepState = StepState.DONE, minute: int = 0) -> StepMark:
    return StepMark(step, state, text, ASHA, T0 + timedelta(minutes=minute), runbook=PATH)


def log(*bodies: tuple[Actor, ev.Body]) -> Incident:
    opened = ev.Opened("5xx", "pay", "payments", "pay/5xx", "5xx", None, T0)
    return fold(
        ev.Event("INC-1", n, T0 + timedelta(minutes=n), actor, body)
        for n, (actor, body) in enumerate([(ASHA, opened), *bodies], 1)
    )


def after(incident: Incident, command: cmd.Command) -> ev.Body | None:
    context = Context(T0 + timedelta(hours=1), ASHA, Policy(Roster()), incident_id=incident.id)
    decision = decide(incident, command, context)
    if isinstance(decision, NoChange):
        return None
    assert isinstance(decision, Accepted)
    return decision.bodies[0]


def test_a_step_has_its_state_actor_time_and_result() -> None:
    incident = log(
        (ASHA, ev.StepMarked(2, StepState.DOING, "roll back", PATH)),
        (BUDI, ev.StepMarked(2, StepState.FAILED, "roll back", PATH, "no access")),
    )
    (found,) = incident.steps
    assert (found.state, found.by, found.at, found.result) == (
        StepState.FAILED, BUDI, T0 + timedelta(minutes=3), "no access",
    )  # fmt: skip
    assert incident.last_activity_at == found.at


def test_a_note_stays_with_its_step_and_changes_no_state() -> None:
    done = (ASHA, ev.StepMarked(1, StepState.DONE, "look", PATH, "14 %"))
    note = (BUDI, ev.StepMarked(1, StepState.TODO, "look", PATH, note="only api-gw-3"))
    (found,) = log(done, note, (ASHA, ev.StepMarked(1, StepState.SKIPPED, "look", PATH))).steps
    assert (found.state, found.by) == (StepState.SKIPPED, ASHA)
    assert [(who, text) for _, who, text in found.notes] == [("budi", "only api-gw-3")]
    (found,) = log(done, note).steps
    assert (found.state, found.by, found.result) == (StepState.DONE, ASHA, "14 %")
    (first,) = log(note).steps
    assert first.state is StepState.TODO


def test_a_run_says_how_it_ended_and_leaves_the_verdict_to_a_person() -> None:
    ran = ev.StepRan(3, "restart", PATH, "systemctl restart pay", 1, timedelta(seconds=3.2), "no unit")
    (found,) = log((ASHA, ran)).steps
    assert (found.state, found.said) == (StepState.DOING, "exit code 1 after 3.2 s")
    failed = ev.StepMarked(3, StepState.FAILED, "restart", PATH, "no such unit")
    (found,) = log((ASHA, failed), (ASHA, ran)).steps
    assert (found.state, found.said) == (StepState.FAILED, "no such unit · exit code 1 after 3.2 s")
    ended = replace(ran, code=None, ended="timed out")
    assert ended.words == "timed out after 3.2 s"


def test_a_run_is_written_down_whatever_became_of_the_incident() -> None:
    ran = ev.StepRan(3, "restart", PATH, "true", 0, timedelta(seconds=1))
    assert after(log((ASHA, ev.Resolved())), cmd.RecordRun(ran)) == ran
    assert after(log((ASHA, ev.Merged("INC-9"))), cmd.RecordRun(ran)) == ran


def test_the_same_mark_twice_is_nothing_new_but_another_result_is() -> None:
    incident = log((ASHA, ev.StepMarked(1, StepState.DONE, "look", PATH)))
    again = cmd.MarkStep(1, StepState.DONE, "look", PATH)
    assert after(incident, again) is None
    assert after(incident, replace(again, result="14 %")) is not None
    assert after(incident, cmd.MarkStep(2, StepState.TODO, "roll back", PATH)) is None
    assert after(incident, replace(again, note="by hand")) == ev.StepMarked(
        1, StepState.DONE, "look", PATH, note="by hand"
    )


def test_a_step_marked_before_the_runbook_changed_can_be_taken_back_after() -> None:
    incident = log((ASHA, ev.StepMarked(1, StepState.DONE, "look", PATH)))
    back = after(incident, cmd.MarkStep(2, StepState.TODO, "look", PATH))
    assert back == ev.StepMarked(2, StepState.TODO, "look", PATH)
    now = log((ASHA, ev.StepMarked(1, StepState.DONE, "look", PATH)), (ASHA, back))
    assert marked(book("call", "look"), now.steps).state(2) is StepState.TODO


def test_marks_follow_their_step_to_another_place() -> None:
    found = marked(book("call first", "look", "roll back"), [mark(1, "look"), mark(2, "roll back")])
    assert {n: one.text for n, one in found.marks.items()} == {2: "look", 3: "roll back"}
    assert found.changed == "the runbook has changed since: 2 marked steps moved"
    assert found.state(1) is StepState.TODO


def test_a_step_that_went_or_was_rewritten_takes_no_mark_with_it() -> None:
    found = marked(book("look at the new board", "roll back"), [mark(1, "look"), mark(2, "roll back")])
    assert set(found.marks) == {2}
    assert [one.text for one in found.gone] == ["look"]
    assert found.changed == "the runbook has changed since: 1 marked step not in it"


def test_of_two_steps_alike_each_has_its_own_mark_and_a_moved_one_is_nobodys() -> None:
    twice = book("look", "roll back", "look")
    assert set(marked(twice, [mark(1, "look"), mark(3, "look")]).marks) == {1, 3}
    assert not marked(twice, [mark(2, "look")]).marks


def test_marks_of_another_runbook_are_told_as_such() -> None:
    other = replace(mark(1, "look"), runbook="other.md")
    found = marked(book("look"), [other])
    assert not found.marks
    assert found.gone == (other,)


TEXTS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6)


@given(TEXTS, TEXTS, st.data())
def test_a_mark_never_lands_on_a_step_of_another_text(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(1, len(old))))
    marks = [mark(n, old[n - 1], minute=n) for n in chosen]
    found = marked(book(*new), marks)
    assert all(new[n - 1] == one.text for n, one in found.marks.items())
    assert all(one in marks for one in found.gone)
    assert {one.text for one in (*found.marks.values(), *found.gone)} == {one.text for one in marks}


def test_feedback_on_runbooks_counts_what_was_said_at_resolve() -> None:
    done = (ASHA, ev.StepMarked(1, StepState.DONE, "look", PATH))
    failed = (ASHA, ev.StepMarked(2, StepState.FAILED, "roll back", PATH))
    found = feedback(
        [
            log(done, (ASHA, ev.Resolved(sufficed=Sufficed.YES))),
            log(done, failed, (ASHA, ev.Resolved(sufficed=Sufficed.NO))),
            log(done),
            log((ASHA, ev.Resolved(sufficed=Sufficed.NO_RUNBOOK))),
        ]
    )
    (one,) = found
    assert (one.runbook, one.used, one.sufficed, one.failed) == (PATH, 3, 1, (("roll back", 1),))
    assert [wrong.incident for wrong in one.wrong] == ["INC-1"]


def test_an_answer_belongs_to_the_runbook_that_was_shown_also_without_a_marked_step() -> None:
    said = log((ASHA, ev.Resolved(sufficed=Sufficed.NO, runbook="shown.md")))
    unnamed = log((ASHA, ev.Resolved(sufficed=Sufficed.NO)))
    none_fits = log((ASHA, ev.Resolved(sufficed=Sufficed.NO_RUNBOOK, runbook="shown.md")))
    open_one = log()
    every = [said, unnamed, none_fits, open_one]
    assert [one.runbook for one in feedback(every)] == ["shown.md"]
    found = feedback(every, lambda _incident: "found.md")
    assert [(one.runbook, len(one.wrong)) for one in found] == [("found.md", 1), ("shown.md", 1)]
    elsewhere = (ASHA, ev.StepMarked(1, StepState.DONE, "look", "other.md"))
    marked_too = log(elsewhere, (ASHA, ev.Resolved(sufficed=Sufficed.NO, runbook="shown.md")))
    assert [one.runbook for one in feedback([marked_too])] == ["shown.md"]


def test_what_failed_or_was_skipped_is_not_counted_as_done() -> None:
    marks = [mark(1, "one", StepState.FAILED), mark(2, "two"), mark(3, "three", StepState.SKIPPED)]
    found = marked(book("one", "two", "three", "four"), marks)
    assert found.progress(4) == "1 of 4 done, 1 failed, 1 skipped"
    assert marked(book("one"), []).progress(1) == "0 of 1 done"
