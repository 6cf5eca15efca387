"""The runbook of an incident with the state of its steps."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.human import until
from console.domain.incident import Incident, StepMark
from console.domain.placeholders import fill_step
from console.domain.policy import Policy
from console.domain.runbook import Runbook, Step
from console.domain.snapshot import Detail
from console.domain.stepmarks import Marked, marked
from console.domain.vocabulary import StepState
from console.ui.text import Spans, wrap, wrap_spans
from console.ui.views.frame import Frame, cells

_MARKS = {
    StepState.TODO: ("to_do", ""),
    StepState.DOING: ("acked", "step-here"),
    StepState.DONE: ("done", "step-done"),
    StepState.SKIPPED: ("skipped", "dim"),
    StepState.FAILED: ("broken", "step-failed"),
}


@dataclass(frozen=True, slots=True)
class RunbookView:
    """The lines of the pane, and to which step each belongs (0: to none)."""

    lines: tuple[Spans, ...]
    steps: tuple[int, ...] = ()


def first_to_do(detail: Detail) -> int:
    """Return the number of the step to do next: the first that is not over yet, else the last; 0 without steps."""
    if detail.runbook is None or not detail.runbook.steps:
        return 0
    marks = marked(detail.runbook, detail.incident.steps)
    for step in detail.runbook.steps:
        if marks.state(step.n) in {StepState.TODO, StepState.DOING}:
            return step.n
    return detail.runbook.steps[-1].n


def runbook_view(detail: Detail, policy: Policy, frame: Frame, width: int, copy_key: str = "") -> RunbookView:
    """Return the pane, with the step to do next told apart; ``copy_key`` copies its command."""
    here = first_to_do(detail)
    hint = f"   {copy_key} copy" if copy_key else ""
    book = detail.runbook
    if book is None:
        why = detail.runbook_note or "no runbook found"
        lines = wrap_spans(((why, "dim"),), width)
        return RunbookView(tuple(lines), (0,) * len(lines))
    marks = marked(book, detail.incident.steps)
    lines = _header(book, marks, width)
    if not book.steps:
        lines += wrap_spans((("no steps found in it; the whole document:", "dim"),), width)
        lines.append(())
        lines += [((line, ""),) for line in wrap(book.text, width)]
        return RunbookView(tuple(lines), (0,) * len(lines))
    steps = [0] * len(lines)
    heading = ""
    for step in book.steps:
        if step.heading and step.heading != heading:
            heading = step.heading
            lines += wrap_spans(((heading, "header"),), width)
        steps += [0] * (len(lines) - len(steps))
        for spans, indent in _step(
            step, marks.marks.get(step.n), detail.incident, (policy, frame), here=step.n == here
        ):
            lines += wrap_spans(spans, width, indent)
            if spans[0][1] == "command" and step.n == here and cells(lines[-1]) + len(hint) <= width:
                lines[-1] = (*lines[-1], (hint, "dim"))
        steps += [step.n] * (len(lines) - len(steps))
    lines += _gone(marks, policy, frame, width)
    steps += [0] * (len(lines) - len(steps))
    return RunbookView(tuple(lines), tuple(steps))


def _gone(marks: Marked, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    """Return the marks whose step is not in the runbook any more: what was done stays told."""
    lines: list[Spans] = []
    for mark in marks.gone:
        sign = getattr(frame.glyphs, _MARKS[mark.state][0])
        said = f" · {mark.said}" if mark.said else ""
        who = f"{policy.name_of(mark.by.name)} {until(mark.at, frame.now, frame.zone)}"
        lines += wrap_spans(((f" {sign} {mark.text}  {mark.state.value}  {who}{said}", "dim"),), width, 3)
    return [(), *wrap_spans((("marked, and not in this runbook:", "dim"),), width), *lines] if lines else []


def _header(book: Runbook, marks: Marked, width: int) -> list[Spans]:
    """Return one line, with as much of how far it is and why it was chosen as fits behind the title.

    That the runbook has changed since steps were marked stands on a line of its own.
    """
    done = marks.done
    line: Spans = ((book.title, "bold"),)
    for told in (
        f"  {done} of {len(book.steps)} done" if book.steps else "",
        f"  found by {book.matched_by}",
    ):
        if told.strip() and cells(line) + len(told) <= width:
            line = (*line, (told, "dim"))
    changed = wrap_spans(((marks.changed, "clock-warn"),), width) if marks.changed else []
    return [line, *changed, ()]


def _step(
    step: Step, mark: StepMark | None, incident: Incident, looks: tuple[Policy, Frame], *, here: bool
) -> list[tuple[Spans, int]]:
    """Return the lines of a step before wrapping, each with its indent."""
    policy, frame = looks
    state = mark.state if mark else StepState.TODO
    sign, style = _MARKS[state]
    if here:
        style = f"{style or 'step-here'} bold"
    first, *rest = step.text.split("\n")
    line: Spans = (
        (frame.glyphs.here if here else " ", "step-here bold"),
        (f"{getattr(frame.glyphs, sign)} ", style),
        (first, style),
    )
    if mark is not None and state is not StepState.TODO:
        who = policy.name_of(mark.by.name)
        word = "" if state is StepState.DONE else f"  {state.value}"
        line = (*line, (f"{word}  {who} {until(mark.at, frame.now, frame.zone)}", "dim"))
        if mark.said:
            line = (*line, (f" · {mark.said}", "dim"))
    lines: list[tuple[Spans, int]] = [(line, 3)]
    for at, name, note in mark.notes if mark else ():
        told = f"{policy.name_of(name)} {until(at, frame.now, frame.zone)}: "
        lines.append(((("   ", ""), (told, "dim"), (note, "note")), 5))
    lines += [((("   ", ""), (text, "dim")), 3) for text in rest if text.strip()]
    found = fill_step(step, incident)
    lines += [(((f"     $ {command}", "command"),), 7) for command in found.commands]
    lines += [(((f"     not filled in: {why}", "clock-warn"),), 7) for why in found.troubles]
    return lines
