"""A person who acts on a store, and how long it takes until they are told what became of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from console.clock import ticks
from console.desk.executor import Executor
from console.domain.actors import Actor
from console.domain.commands import Command, Note
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.ports.desk import NotSaved, Outcome, Saved, Unknown
from console.ports.store import IncidentStore
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from tests.store.made import opening
from tests.waiting import BUSY, PATIENCE

Result = TypeVar("Result")

COMMAND_LINE = 2.0  # seconds that it gives a server
TOLD_WITHIN = 2.1 + BUSY  # seconds: the bar, and a busy machine
ANSWER_WITHIN = 1.0  # seconds, where it is not about the bar itself: tests are over sooner
TO_TELL = 0.1 + BUSY  # seconds that are left for saying so
BACK_WITHIN = PATIENCE
RULES = Policy(Roster(), teams=("payments",))


def open_store(url: str, answer_within: float = COMMAND_LINE) -> PostgresStore:
    return PostgresStore(target_of(url), answer_within=answer_within)


def open_incident(url: str) -> None:
    """Make the store, with one incident of two events."""
    store = open_store(url, 30.0)
    store.append([opening()])
    store.close()


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = ticks()
    return work(), ticks() - start


class Person:
    """Acts as the command line does: decides, saves, and says in time what became of it."""

    def __init__(self, store: PostgresStore, name: str = "asha") -> None:
        self.store = store
        self.actor = Actor(name)
        self.told_within = (store._connection.answer_within or 0) + TO_TELL
        self.executor = Executor(store, lambda: RULES)
        self.op = ""
        self.command: Command = Note("nothing yet")

    @property
    def backend(self) -> int:
        """The server's process behind this person's line."""
        return self.store._connection.pid

    def does(self, command: Command | None = None, incident: str = "INC-1") -> Outcome:
        """Carry out a command (else a note); the answer has to come in time."""
        self.op = secrets.token_hex(8)
        self.command = command or Note(f"note {self.op}")
        outcome, seconds = timed(lambda: self.executor.carry_out(incident, self.command, self.actor, self.op))
        assert seconds < self.told_within, f"told after {seconds:.2f} s: {outcome}"
        if isinstance(outcome, NotSaved | Unknown):
            assert "\n" not in outcome.text
        return outcome

    def becomes_of_it(self, op: str = "") -> Outcome:
        """Ask what became of the last command, or of an earlier one, until it is known."""
        return eventually(
            lambda: self.executor.outcome_of("INC-1", self.command, self.actor, op or self.op),
            lambda outcome: not isinstance(outcome, Unknown),
        )

    def can_act_again(self) -> Saved:
        """Act until it is saved, as somebody who presses the key again."""
        outcome = eventually(self.does, lambda outcome: isinstance(outcome, Saved))
        assert isinstance(outcome, Saved)
        return outcome


def eventually(ask: Callable[[], Result], good: Callable[[Result], bool] = bool) -> Result:
    """Return the first good answer; trouble of the store on the way is waited out."""
    from console.errors import StoreError  # noqa: PLC0415

    until = ticks() + BACK_WITHIN
    last: object = None
    while ticks() < until:
        try:
            answer = ask()
        except StoreError as error:
            last = error
        else:
            if good(answer):
                return answer
            last = answer
        time.sleep(0.02)  # the server sets no events of ours
    raise AssertionError(f"not within {BACK_WITHIN} s; last: {last}")


def ops_of(store: IncidentStore, incident: str = "INC-1") -> list[str]:
    """Return the operations in an incident's log, and that each is there once."""
    ops = [event.op for event in store.log(incident) if event.op]
    assert len(set(ops)) == len(ops), "done twice"
    return ops
