"""What an accepted handover writes: the incidents that change hands, in one transaction with the acceptance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.desk.draft import Draft
from console.domain.commands import Assign
from console.domain.decide import Accepted, Context, decide
from console.domain.events import Assigned, Event, HandedOver
from console.domain.fold import fold
from console.domain.human import count, listed
from console.domain.team.commands import AcceptHandover
from console.domain.team.deciding import Around, Arranged
from console.domain.team.handoverfacts import HandoverAccepted
from console.domain.team.handovers import Handing, find
from console.ports.store import IncidentStore, Write


@dataclass(frozen=True, slots=True)
class Takeover:
    """The facts, complete with what moves, and the writes to the incidents."""

    arranged: Arranged
    writes: tuple[Write, ...]


def takeover(
    store: IncidentStore, command: AcceptHandover, made: Arranged, around: Around, op: str
) -> Takeover:
    """Work out what moves: each incident of the offer that is still open and still the outgoing person's.

    One that somebody else took, that ended or was merged since stays as it is. Raises ``StoreError``.
    """
    handing = find(around.state.handovers, command.handover)
    yours = [name for name, owner in handing.incidents if owner == handing.outgoing]
    logs = store.logs(yours)
    drafts = _drafts(yours, logs, handing, around, op)
    moved = tuple(draft.after.id for draft in drafts if draft.after is not None)
    facts = tuple(
        replace(fact, moved=moved) if isinstance(fact, HandoverAccepted) else fact for fact in made.facts
    )
    words = (
        f", {count(len(moved), 'incident')} yours now: {listed(moved, 5)}"
        if moved
        else ", no incident to move"
    )
    return Takeover(
        Arranged(facts, f"{made.text}{words}"),
        tuple(draft.write(f"{op}:moved" if op else "") for draft in drafts),
    )


def _drafts(
    names: list[str], logs: Mapping[str, tuple[Event, ...]], handing: Handing, around: Around, op: str
) -> list[Draft]:
    me = around.actor.name
    found = []
    for name in names:
        log = logs.get(name)
        incident = fold(log) if log else None
        if log is None or incident is None or not incident.is_open or incident.owner != handing.outgoing:
            continue
        context = Context(around.now, around.actor, around.policy, name, op, log)
        assigned = decide(incident, Assign(me), context)
        if not isinstance(assigned, Accepted):
            assigned = Accepted((Assigned(me),), (), f"{name} is yours now")
        handed = HandedOver(handing.id, handing.outgoing, me)
        draft = Draft(incident)
        draft.add(replace(assigned, bodies=(*assigned.bodies, handed)), context)
        found.append(draft)
    return found
