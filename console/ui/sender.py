"""Sending commands to the desk and telling honestly what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
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
            found = Told(f"{text}{undo}")
        case Nothing(text=text):
            found = Told(text)
        case Refused(text=text):
            found = Told(f"refused by the rules: {text}", "warning")
        case Asks(question=question):
            found = Told(f"not done: {question}", "warning")
        case NotSaved(text=text):
            found = Told(f"{of} NOT saved: {text}", "error")
        case Waiting(text=text):
            found = Told(f"{of} waits on this machine, not saved yet: {text}", "warning")
        case _:
            text = outcome.text
            found = Told(f"{of}: not known whether it was saved ({text})", "error")
    return found


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

    def take_late(
        self, outcomes: tuple[Outcome, ...], *, summed: bool = False
    ) -> list[tuple[Write | None, Outcome]]:
        """Take in answers that came after their ``Unknown`` or ``Waiting``; return each with its command.

        ``summed``: what went well is told as a sum later, so that an outage does not end in a row of messages.
        """
        late = [(self.writes.late(outcome, ticks()), outcome) for outcome in outcomes]
        for write, outcome in late:
            if not (summed and isinstance(outcome, Saved | Nothing)):
                found = told(outcome, write.verb if write else "an earlier action on")
                self._tell(replace(found, text=f"after all: {found.text}"))
        return late


def _with_yes(command: Any, field: str) -> Command:
    yes: Command = replace(command, **{field: True})
    return yes


def sum_of(outcomes: list[Outcome], verb: str) -> Told:
    """Return what became of several commands in one line; who was first and what went wrong are named."""
    saved = sum(1 for outcome in outcomes if isinstance(outcome, Saved))
    same = [outcome for outcome in outcomes if isinstance(outcome, Nothing)]
    wrong = [outcome for outcome in outcomes if not isinstance(outcome, Saved | Nothing)]
    parts = [f"{verb}: {saved} of {len(outcomes)} saved"]
    parts += _named(same, "were so already") + _named(wrong, "not done")
    severity: Severity = "information"
    if wrong:
        severity = "error" if any(isinstance(one, NotSaved | Unknown) for one in wrong) else "warning"
    return Told(" · ".join(parts), severity)


def _named(outcomes: Sequence[Outcome], beyond: str, most: int = 3) -> list[str]:
    """Return outcomes in words, each with its incident; those beyond ``most`` are counted."""
    named = [(outcome.incident, told(outcome, "").text) for outcome in outcomes[:most]]
    parts = [words if incident in words else f"{incident} {words}" for incident, words in named]
    more = len(outcomes) - most
    return [*parts, f"and {more} more {beyond}"] if more > 0 else parts
