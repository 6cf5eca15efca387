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


@dataclass(frozen=True, slots=True)
class RunbookKeys:
    """The keys that the pane names: for copying a command, the whole text, the links of a step."""

    copy: str = ""
    read: str = ""
    link: str = ""


_NO_KEYS = RunbookKeys()


def first_to_do(detail: Detail) -> int:
    """Return the number of the step to do next: the first that is not over yet, else the last; 0 without steps."""
    if detail.runbook is None or not detail.runbook.steps:
        return 0
    marks = marked(detail.runbook, detail.incident.steps)
    for step in detail.runbook.steps:
        if marks.state(step.n) in {StepState.TODO, StepState.DOING}:
            return step.n
    return detail.runbook.steps[-1].n


def runbook_view(
    detail: Detail, policy: Policy, frame: Frame, width: int, keys: RunbookKeys = _NO_KEYS
) -> RunbookView:
    """Return the pane, with the step to do next told apart."""
    here = first_to_do(detail)
    hint = f"   {keys.copy} copy" if keys.copy else ""
    book = detail.runbook
    if book is None:
        why = detail.runbook_note or "no runbook found"
        lines = wrap_spans(((why, "dim"),), width)
        return RunbookView(tuple(lines), (0,) * len(lines))
    marks = marked(book, detail.incident.steps)
    lines = _header(book, marks, frame, width, keys.read)
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
            step, marks.marks.get(step.n), detail.incident, (policy, frame), keys.link, here=step.n == here
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


def _header(book: Runbook, marks: Marked, frame: Frame, width: int, read_key: str) -> list[Spans]:
    """Return the title with as much of how far it is and why it was chosen as fits, then what else is to be known.

    That is: how the steps were found, whether the page could be fetched, what has changed since steps were marked.
    """
    line: Spans = ((book.title, "bold"),)
    for told in (
        f" § {book.section}" if book.section else "",
        f"  {marks.progress(len(book.steps))}" if book.steps else "",
        f"  found by {book.matched_by}",
    ):
        if told.strip() and cells(line) + len(told) <= width:
            line = (*line, (told, "dim"))
    told_of = [(_how_found(book, read_key), "dim" if _sure(book) else "clock-warn")] if book.steps else []
    if book.fetched is not None:
        late = bool(book.fetched.trouble) or book.fetched.at is None
        told_of.append((book.fetched.words(frame.now, frame.zone), "clock-warn" if late else "dim"))
    if marks.changed:
        told_of.append((marks.changed, "clock-warn"))
    below = [part for said in told_of for part in wrap_spans((said,), width)]
    return [line, *(below or [()])]


def _sure(book: Runbook) -> bool:
    return all(step.sure for step in book.steps)


def _how_found(book: Runbook, read_key: str) -> str:
    """Return that the steps are our reading of the text, and how to see the whole of it."""
    found = f"steps found {'here' if book.section else 'in the text'}: {len(book.steps)}"
    if not _sure(book):
        found = f"steps guessed from the wording: {len(book.steps)}, may be none"
    return f"{found} · whole text: {read_key}" if read_key else found


def _step(  # noqa: PLR0913 - a step and all that is told of it
    step: Step,
    mark: StepMark | None,
    incident: Incident,
    looks: tuple[Policy, Frame],
    link_key: str,
    *,
    here: bool,
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
    opens = f"   {link_key} open" if link_key and here else ""
    lines += [(((f"     see {one.target}", "dim"), (opens, "dim")), 7) for one in step.references]
    found = fill_step(step, incident)
    lines += [(((f"     $ {command}", "command"),), 7) for command in found.commands]
    lines += [(((f"     not filled in: {why}", "clock-warn"),), 7) for why in found.troubles]
    return lines
