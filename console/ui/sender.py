"""Sending commands to the desk and telling honestly what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from console.clock import ticks
from console.domain.commands import Ack, Command, MarkStep, Note, Resolve, SetPriority, Snooze
from console.errors import OncallError
from console.ports.desk import Asks, Desk, Nothing, NotSaved, Outcome, Refused, Saved, Unknown, Waiting
from console.ui.writes import Write, Writes

UNDOABLE = (Ack, MarkStep, Note, Resolve, SetPriority, Snooze)
"""Commands of which a toast says that ``u`` takes them back."""

Severity = Literal["information", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell about an outcome."""

    text: str
    severity: Severity = "information"


def told(outcome: Outcome, verb: str, *, undo: str = "") -> Told:
    """Return an outcome in words; ``undo`` is what to add where it can be taken back."""
    of = f"{verb} {outcome.incident}".strip()
    match outcome:
        case Saved(text=text):
            return Told(f"{text}{undo}")
        case Nothing(text=text):
            return Told(text)
        case Refused(text=text):
            return Told(f"refused: {text}", "warning")
        case Asks(question=question):
            return Told(f"not done: {question}", "warning")
        case NotSaved(text=text):
            return Told(f"{of} NOT saved: {text}", "error")
        case Waiting(text=text):
            return Told(f"{of} waits here, not saved yet: {text}", "warning")
        case Unknown(text=text):
            return Told(f"{of}: not known whether it was saved ({text})", "error")


class Sender:
    """Sends for one screen.

    ``ask`` shows a question and returns the answer; ``changed`` is called whenever a row has
    something else to tell about a key; ``tell`` shows a message.
    """

    def __init__(
        self,
        desk: Callable[[], Desk],
        ask: Callable[[str, str], Awaitable[bool]],
        changed: Callable[[], None],
        tell: Callable[[Told], None],
    ) -> None:
        self.writes = Writes()
        self._desk = desk
        self._ask = ask
        self._changed = changed
        self._tell = tell

    async def send(
        self, incident: str, command: Command, verb: str, seen_n: int = 0, undo: str = ""
    ) -> Outcome:
        """Send one command, ask what it wants asked, and tell how it ended.

        One key press has one operation id, also when it is sent again with an answer (S12). A
        runbook step that was saved is not told: the runbook shows it.
        """
        outcome = await self._settled(incident, command, verb, seen_n)
        if isinstance(command, MarkStep) and isinstance(outcome, Saved):
            return outcome
        self._tell(told(outcome, verb, undo=undo if isinstance(command, UNDOABLE) else ""))
        return outcome

    async def send_many(self, incidents: dict[str, int], command: Command, verb: str) -> list[Outcome]:
        """Send the same command to several incidents, in order, and tell the sum of it.

        ``incidents`` maps ids to the last event seen of each. A question that several of them
        raise is asked once.
        """
        answers: dict[str, bool] = {}
        outcomes = [
            await self._settled(name, command, verb, seen_n, answers) for name, seen_n in incidents.items()
        ]
        self._tell(sum_of(outcomes, verb))
        return outcomes

    async def _settled(
        self, incident: str, command: Command, verb: str, seen_n: int, answers: dict[str, bool] | None = None
    ) -> Outcome:
        answers = {} if answers is None else answers
        op = uuid.uuid4().hex
        self.writes.begin(Write(op, incident, verb, command, seen_n, ticks()))
        self._changed()
        outcome = await self._carried(incident, command, op)
        while isinstance(outcome, Asks):
            question = outcome.question
            if question not in answers:
                answers[question] = await self._ask(incident, question)
            if not answers[question]:
                break
            command = _with_yes(command, outcome.field)
            outcome = await self._carried(incident, command, op)
        self.writes.settle(op, outcome, ticks())
        self._changed()
        return outcome

    async def _carried(self, incident: str, command: Command, op: str) -> Outcome:
        try:
            return await self._desk().carry_out(incident, command, op)
        except OncallError as error:
            return Unknown(incident, op, str(error))

    def take_late(self, outcomes: tuple[Outcome, ...]) -> bool:
        """Take in answers that came after their ``Unknown``; True where there were any."""
        for outcome in outcomes:
            write = self.writes.late(outcome, ticks())
            verb = write.verb if write else "an earlier action on"
            found = told(outcome, verb)
            self._tell(replace(found, text=f"after all: {found.text}"))
        return bool(outcomes)


def _with_yes(command: Any, field: str) -> Command:
    yes: Command = replace(command, **{field: True})
    return yes


def sum_of(outcomes: list[Outcome], verb: str) -> Told:
    """Return what became of several commands in one line; what went wrong is named."""
    saved = sum(1 for outcome in outcomes if isinstance(outcome, Saved))
    same = sum(1 for outcome in outcomes if isinstance(outcome, Nothing))
    parts = [f"{verb}: {saved} of {len(outcomes)} saved"]
    if same:
        parts.append(f"{same} were so already")
    wrong = [outcome for outcome in outcomes if not isinstance(outcome, Saved | Nothing)]
    for outcome in wrong[:3]:
        words = told(outcome, "").text
        parts.append(words if outcome.incident in words else f"{outcome.incident} {words}")
    if len(wrong) > 3:
        parts.append(f"and {len(wrong) - 3} more not done")
    severity: Severity = "information"
    if wrong:
        severity = "error" if any(isinstance(one, NotSaved | Unknown) for one in wrong) else "warning"
    return Told(" · ".join(parts), severity)
