"""``oncall runbook INC --done N``: how far an incident has got with its runbook."""

from __future__ import annotations

import argparse

from console import bootstrap
from console.cli.context import acting_person, opened
from console.cli.ids import incident_id, is_incident
from console.cli.known import detail_of
from console.cli.outcomes import new_op, tell
from console.domain.actors import Actor
from console.domain.commands import MarkStep
from console.domain.human import count
from console.domain.stepmarks import first_line
from console.domain.text import one_line
from console.domain.vocabulary import StepState
from console.errors import OncallError, UsageError

STATES = {
    "todo": StepState.TODO,
    "doing": StepState.DOING,
    "done": StepState.DONE,
    "skip": StepState.SKIPPED,
    "fail": StepState.FAILED,
}
LINE = 300
"""Characters of a result or a note on a step."""


def asked(args: argparse.Namespace) -> tuple[str, int] | None:
    """Return what is asked for a step and its number, None where no step is meant."""
    names = (*STATES, "step_note")
    return next(((name, n) for name in names if (n := getattr(args, name, None)) is not None), None)


def mark(args: argparse.Namespace, word: str, n: int) -> int:
    """Set a step's state, or write a note on it."""
    if args.readonly:
        raise OncallError("this command writes to the store", hint="leave out --readonly")
    if len(args.words) != 1 or not is_incident(args.words[0]):
        raise UsageError("say of which incident", hint="oncall runbook INC-42 --done 3 -m RESULT")
    text = one_line(args.message, LINE)
    if word == "step_note" and not text:
        raise UsageError("an empty note says nothing", hint="give -m TEXT")
    incident = incident_id(args.words[0])
    with opened(args) as context:
        actor = Actor(acting_person(context))
        detail = detail_of(context, incident)
        book = detail.runbook
        if book is None:
            raise OncallError(f"{incident}: {detail.runbook_note}")
        step = next((one for one in book.steps if one.n == n), None)
        if step is None:
            raise UsageError(f"{book.path} has {count(len(book.steps), 'step')}, none with the number {n}")
        words = first_line(step.text)
        command = (
            MarkStep(n, StepState.TODO, words, book.path, note=text)
            if word == "step_note"
            else MarkStep(n, STATES[word], words, book.path, text)
        )
        executor = bootstrap.make_executor(context.store, context.policy)
        return tell(executor.carry_out(incident, command, actor, new_op()))
