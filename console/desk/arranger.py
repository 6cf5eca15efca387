"""Team commands become facts of the team's log: decided against it as it is, again where somebody was first."""

from __future__ import annotations

import logging
from collections.abc import Callable

from console.desk.livepolicy import LivePolicy
from console.desk.takingover import takeover
from console.domain.actors import Actor
from console.domain.decisions.base import NoChange
from console.domain.team.commands import AcceptHandover, TeamCommand
from console.domain.team.decide import as_facts, decide
from console.domain.team.deciding import Around, Arranged
from console.domain.team.fold import fold
from console.domain.team.live import live
from console.errors import Conflict, NothingSavedError, StoreError
from console.ports.desk import Nothing, NotSaved, Outcome, Refused, Saved, Unknown
from console.ports.store import IncidentStore, Write

TRIES = 5  # how often a decision is made anew because somebody else was first

log = logging.getLogger(__name__)


class Arranger:
    """Carries out team commands against the store; blocking, for the store's thread."""

    def __init__(self, store: IncidentStore, policy: LivePolicy) -> None:
        self._store = store
        self._policy = policy

    def arrange(
        self, command: TeamCommand, actor: Actor, op: str, *, may_write: Callable[[], bool] = lambda: True
    ) -> Outcome:
        """Decide and save a command; the same ``op`` is carried out once and answered alike each time.

        ``may_write`` is asked just before anything is written; without its yes nothing is. Store trouble is
        an outcome, as with ``Executor.carry_out``.
        """
        try:
            if op and self._store.applied(op):
                return self._told_again(command, op)
            for _ in range(TRIES):
                self._policy.refresh()
                policy, team = self._policy.both
                around = Around(self._store.now(), actor, team, policy)
                made = decide(command, around)
                if not isinstance(made, Arranged):
                    return Nothing("", made.text) if isinstance(made, NoChange) else Refused("", made.text)
                writes: tuple[Write, ...] = ()
                if isinstance(command, AcceptHandover):
                    both = takeover(self._store, command, made, around, op)
                    made, writes = both.arranged, both.writes
                if not may_write():
                    return NotSaved("", "the store's answer came too late")
                try:
                    return self._add(made, writes, around, op)
                except Conflict:
                    log.info("somebody else was first: deciding again")
        except StoreError as error:
            return NotSaved("", str(error))
        return NotSaved("", "others keep changing the team's plans at this moment: try again")

    def outcome_of(self, command: TeamCommand, op: str) -> Outcome:
        """Return what became of a command whose answer got lost: ``Saved`` or ``NotSaved``. Raises ``StoreError``."""
        if self._store.applied(op):
            return self._told_again(command, op)
        return NotSaved("", "it did not reach the store: do it again if it still applies")

    def _add(self, made: Arranged, writes: tuple[Write, ...], around: Around, op: str) -> Outcome:
        facts = as_facts(made, around, op)
        try:
            if writes:
                self._store.append_together(writes, facts, around.state.n)
            else:
                self._store.add_facts(facts, around.state.n)
        except NothingSavedError as error:
            return NotSaved("", str(error))
        except StoreError as error:
            return self._after_trouble(made.text, op, error)
        return Saved("", op, made.text)

    def _after_trouble(self, text: str, op: str, error: StoreError) -> Outcome:
        """Say what became of a write that the store did not answer properly."""
        try:
            if op and self._store.applied(op):
                return Saved("", op, text)
        except StoreError:
            return Unknown("", op, f"{error.message}: asking again whether it was saved")
        return NotSaved("", str(error))

    def _told_again(self, command: TeamCommand, op: str) -> Saved:
        """Return the answer that was given, or should have been given, when the op was applied."""
        facts = self._store.facts()
        first = next((fact for fact in facts if fact.op == op), None)
        if first is None:  # it was an incident's
            return Saved("", op, "it was saved")
        before = fold(facts[: first.n - 1])
        around = Around(first.at, first.actor, before, live(self._policy.config, before))
        made = decide(command, around)
        return Saved("", op, made.text if isinstance(made, Arranged) else "it was saved")
