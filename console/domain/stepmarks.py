"""Which mark belongs to which step of a runbook, also where its file has changed since the step was marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.human import count
from console.domain.incident import StepMark
from console.domain.runbook import Runbook, Step
from console.domain.vocabulary import StepState


@dataclass(frozen=True, slots=True)
class Marked:
    """A runbook's steps with their marks, by number.

    ``moved`` steps stood elsewhere when they were marked; ``gone`` are marks whose step is not in the runbook
    any more, or belongs to another one.
    """

    marks: dict[int, StepMark]
    moved: tuple[int, ...] = ()
    gone: tuple[StepMark, ...] = ()

    def state(self, n: int) -> StepState:
        """Return how a step stands; one without a mark is to do."""
        mark = self.marks.get(n)
        return mark.state if mark else StepState.TODO

    def progress(self, steps: int) -> str:
        """Return how far a runbook of so many steps is; what failed or was skipped is not done."""
        counts = Counter(self.state(n) for n in self.marks)
        apart = (StepState.FAILED, StepState.SKIPPED)
        said = (f", {counts[state]} {state.value}" for state in apart if counts[state])
        return f"{counts[StepState.DONE]} of {steps} done{''.join(said)}"

    @property
    def changed(self) -> str:
        """How the runbook has changed since steps were marked, in words; empty where it has not."""
        parts = []
        if self.moved:
            parts.append(f"{count(len(self.moved), 'marked step')} moved")
        if self.gone:
            parts.append(f"{count(len(self.gone), 'marked step')} not in it")
        return f"the runbook has changed since: {', '.join(parts)}" if parts else ""


def first_line(text: str) -> str:
    """Return the line by which a step is known."""
    return text.split("\n", 1)[0]


def marked(runbook: Runbook, marks: Iterable[StepMark]) -> Marked:
    """Match marks with the steps: by text, by the number only where the same text stands there twice.

    A mark without a text (none was kept) counts for its number.
    """
    steps = {step.n: step for step in runbook.steps}
    found: dict[int, StepMark] = {}
    moved: set[int] = set()
    gone: list[StepMark] = []
    ours = sorted((mark for mark in marks if mark.runbook in {"", runbook.path}), key=lambda mark: mark.at)
    for mark in ours:
        n = _place(mark, steps)
        if n is None:
            gone.append(mark)
            continue
        found[n] = mark
        (moved.add if n != mark.step else moved.discard)(n)
    others = [mark for mark in marks if mark.runbook not in {"", runbook.path}]
    told = [mark for mark in (*gone, *others) if mark.state is not StepState.TODO or mark.notes]
    return Marked(found, tuple(sorted(moved)), tuple(told))


def _place(mark: StepMark, steps: dict[int, Step]) -> int | None:
    """Return the number of the step that a mark is for, None where it has gone."""
    here = steps.get(mark.step)
    text = first_line(mark.text).strip()
    if here is not None and text in {"", first_line(here.text).strip()}:
        return mark.step
    alike = [n for n, step in steps.items() if first_line(step.text).strip() == text]
    return alike[0] if text and len(alike) == 1 else None
