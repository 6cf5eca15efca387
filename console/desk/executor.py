"""Commands become facts: load, fold, decide, append; decided again where somebody else was first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from console.desk.draft import Draft
from console.desk.pairs import Pairs, done_as, merge
from console.domain.actors import Actor
from console.domain.commands import Command, MergeInto, Open, Split
from console.domain.decide import Accepted, AskFirst, Context, NoChange, Rejected, decide
from console.domain.describe import describe
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.errors import Conflict, NothingSavedError, StoreError
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Refused, Saved, Unknown
from console.ports.store import IncidentStore, Lease, Write

TRIES = 5  # how often a decision is made anew because somebody else was first

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """Commands on one incident, each with its actor, carried out one after the other until one is refused.

    ``incident`` is empty where the first one is ``Open``.
    """

    incident: str
    commands: tuple[tuple[Command, Actor], ...]

    @property
    def concerns(self) -> tuple[str, ...]:
        """The incidents that have to be known for it: its own, where there is one, and those that it merges into."""
        parents = (command.parent for command, _ in self.commands if isinstance(command, MergeInto))
        return (*((self.incident,) if self.incident else ()), *parents)


class Executor:
    """Carries out commands against the store; blocking, for the store's thread.

    Used by every front end and, under its lease, by the engine.
    """

    def __init__(self, store: IncidentStore, policy_of: Callable[[], Policy]) -> None:
        self._store = store
        self._policy_of = policy_of
        self._pairs = Pairs(store, self.load)

    def carry_out(  # noqa: PLR0913 - the parts of one command
        self,
        incident: str,
        command: Command,
        actor: Actor,
        op: str,
        *,
        lease: Lease | None = None,
        settled: tuple[str, ...] = (),
        may_write: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        """Decide and save a command; the same ``op`` is carried out once and answered alike each time.

        ``settled`` are outbox entries that it concludes. ``may_write`` is asked just before anything
        is written; without its yes nothing is. Store trouble is an outcome, not an
        exception: ``NotSaved`` where nothing was written, ``Unknown`` where that cannot be told.
        Raises ``FenceLost`` where ``lease`` is no longer the current one.
        """
        try:
            if op and not incident and (found := self._store.applied(op)):
                return self._told_again(*found, command, actor, op)
            for _ in range(TRIES):
                made = self._decide(incident, command, actor, op)
                if isinstance(made, Saved):
                    return made
                if not isinstance(made, tuple):
                    return _answer(incident, made)
                writes = (made[0].write(op, settled), *(one.write(op) for one in made[1:]))
                try:
                    return self._append(writes, made[0].text, lease, may_write)
                except Conflict:
                    log.info("somebody else was first on %s: deciding again", incident or "a new incident")
        except StoreError as error:
            return NotSaved(incident, str(error))
        return NotSaved(incident, "others keep changing it at this moment: try again")

    def carry_out_many(
        self, orders: Sequence[Order], known: Mapping[str, Incident], lease: Lease
    ) -> tuple[Incident, ...]:
        """Decide a batch against incidents already in memory and write it in one transaction.

        Returns the incidents that changed, as they are now. Raises ``Conflict`` (nothing written)
        where one of them is not what we thought, ``FenceLost``, ``StoreError``.
        """
        now, policy = self._store.now(), self._policy_of()
        opening = sum(1 for order in orders if not order.incident)
        fresh = iter(self._store.allocate(opening) if opening else ())
        drafts: dict[str, Draft] = {}  # one an incident: a merge writes the other's, too
        for order in orders:
            name = order.incident or next(fresh)
            for command, actor in order.commands:
                refused = _draft(drafts, known, command, Context(now, actor, policy, name))
                if refused is not None and not isinstance(refused, NoChange):
                    log.warning("%s: %s refused: %s", name, type(command).__name__, refused)
                    break
        written = [draft for draft in drafts.values() if not draft.empty]
        if written:
            self._store.append([draft.write() for draft in written], lease)
        return tuple(draft.after for draft in written if draft.after is not None)

    def load(self, incident: str) -> Incident | None:
        """Return an incident as the store has it now, or None. Raises ``StoreError``."""
        events = self._store.log(incident)
        return fold(events) if events else None

    def outcome_of(self, incident: str, command: Command, actor: Actor, op: str) -> Outcome:
        """Return what became of a command whose answer got lost: ``Saved`` or ``NotSaved``. Raises ``StoreError``."""
        if found := self._store.applied(op):
            return self._told_again(*found, command, actor, op)
        return NotSaved(incident, "it did not reach the store: do it again if it still applies")

    def load_many(self, incidents: Sequence[str]) -> dict[str, Incident]:
        """Return many incidents as the store has them now, those it does not know left out."""
        return {name: fold(events) for name, events in self._store.logs(incidents).items() if events}

    def _decide(
        self, incident: str, command: Command, actor: Actor, op: str
    ) -> tuple[Draft, ...] | Saved | NoChange | Rejected | AskFirst:
        """Return the drafts that carry out a command, the one asked about first, or why there are none.

        Where its op stands in the log already, it has been carried out: ``Saved``.
        """
        policy = self._policy_of()
        name = incident
        if isinstance(command, Open) and not incident:
            name = self._store.allocate(1)[0]
        events, now = self._store.log_at(name)
        if op and any(event.op == op for event in events):
            return self._told_again(name, events[-1].n, command, actor, op)
        draft = Draft(fold(events) if events else None)
        context = Context(now, actor, policy, name, op, events)
        if isinstance(command, MergeInto | Split):
            return self._pairs.drafts(draft, command, context)
        decision = decide(draft.before, command, context)
        if not isinstance(decision, Accepted):
            return decision
        draft.add(decision, context)
        return (draft,)

    def _append(
        self, writes: Sequence[Write], text: str, lease: Lease | None, may_write: Callable[[], bool]
    ) -> Outcome:
        first = writes[0]
        if not may_write():
            return NotSaved(first.incident, "the store's answer came too late")
        try:
            self._store.append(writes, lease)
        except NothingSavedError as error:
            return NotSaved(first.incident, str(error))
        except StoreError as error:
            return self._after_trouble(first, text, error)
        return Saved(first.incident, first.op, text, first.events)

    def _after_trouble(self, write: Write, text: str, error: StoreError) -> Outcome:
        """Say what became of a write that the store did not answer properly."""
        try:
            if write.op and self._store.applied(write.op):
                return Saved(write.incident, write.op, text, write.events)
        except StoreError:
            return Unknown(write.incident, write.op, f"{error.message}: asking again whether it was saved")
        return NotSaved(write.incident, str(error))

    def _told_again(self, incident: str, n: int, command: Command, actor: Actor, op: str) -> Saved:
        """Return the answer that was given, or should have been given, when the op was applied."""
        events = self._store.log(incident)
        ours = tuple(event for event in events if event.op == op and event.n <= n)
        policy = self._policy_of()
        if not ours:
            return Saved(incident, op, f"{incident} was saved")
        earlier = tuple(event for event in events if event.n < ours[0].n)
        context = Context(ours[0].at, actor, policy, incident, op, earlier)
        decision = decide(fold(earlier) if earlier else None, done_as(command, ours), context)
        text = decision.text if isinstance(decision, Accepted) else describe(ours[0], policy)
        return Saved(incident, op, text, ours)


def _draft(
    drafts: dict[str, Draft], known: Mapping[str, Incident], command: Command, context: Context
) -> NoChange | Rejected | AskFirst | None:
    """Add a command to the draft of its incident, a merge to both; return why not, where it is refused."""

    def of(name: str) -> Draft:
        return drafts.setdefault(name, Draft(known.get(name)))

    draft = of(context.incident_id)
    if isinstance(command, MergeInto) and draft.after is not None:
        return merge(draft, draft.after, of(command.parent), context)
    decision = decide(draft.after, command, context)
    if isinstance(decision, Accepted):
        draft.add(decision, context)
        return None
    return decision


def _answer(incident: str, decision: NoChange | Rejected | AskFirst) -> Outcome:
    if isinstance(decision, NoChange):
        return Nothing(incident, decision.text)
    if isinstance(decision, AskFirst):
        return Asks(incident, decision.question, decision.field)
    return Refused(incident, decision.text)
