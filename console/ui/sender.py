"""Sending commands to the desk and telling honestly what became of them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from console.clock import ticks
from console.domain.commands import (
    Ack,
    Command,
    MarkStep,
    Note,
    PauseClock,
    Resolve,
    ResumeClock,
    SetPriority,
    SetTrack,
    Snooze,
)
from console.errors import OncallError
from console.ports.desk import Asks, Desk, Nothing, NotSaved, Outcome, Refused, Saved, Unknown, Waiting
from console.ui.bulk import PROGRESS_EVERY, Bulk
from console.ui.writes import Write, Writes

UNDOABLE = (Ack, MarkStep, Note, PauseClock, Resolve, ResumeClock, SetPriority, SetTrack, Snooze)
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

    async def send_bulk(self, bulk: Bulk, progress: Callable[[], None]) -> None:
        """Send what is unsent of a command for several incidents, in order, until it is stopped.

        Nothing is told and nothing is asked here: each part keeps its outcome. ``progress`` is called now
        and then, and the screen lives on meanwhile.
        """
        shown_at = float("-inf")
        for part in bulk.to_send():
            self.writes.begin(Write(part.op, part.incident, bulk.verb, part.command, part.seen_n, ticks()))
            part.outcome = await self._carried(part.incident, part.command, part.op)
            self.writes.settle(part.op, part.outcome, ticks())
            if ticks() - shown_at >= PROGRESS_EVERY:
                shown_at = ticks()
                progress()
            await asyncio.sleep(0)  # a desk that answers at once must not keep keys waiting

    async def _settled(self, incident: str, command: Command, verb: str, seen_n: int) -> Outcome:
        op = uuid.uuid4().hex
        self.writes.begin(Write(op, incident, verb, command, seen_n, ticks()))
        self._changed()
        outcome = await self._carried(incident, command, op)
        while isinstance(outcome, Asks):
            if not await self._ask(incident, outcome.question):
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
