"""What an accepted handover writes: the incidents that change hands, in one transaction with the acceptance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from console.desk.draft import Draft
from console.domain.commands import Assign
from console.domain.decide import Accepted, Context, decide
from console.domain.events import Assigned, Event, HandedOver, Merged, SplitOff
from console.domain.fold import fold
from console.domain.human import count, listed
from console.domain.team.commands import AcceptHandover
from console.domain.team.deciding import Around, Arranged
from console.domain.team.handoverfacts import HandoverAccepted
from console.domain.team.handovers import Handing, find
from console.ports.store import IncidentStore, Write

DEEP = 100
"""Merges of merges that are followed."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """The facts, complete with what moves, and the writes to the incidents."""

    arranged: Arranged
    writes: tuple[Write, ...]


def takeover(
    store: IncidentStore, command: AcceptHandover, made: Arranged, around: Around, op: str
) -> Takeover:
    """Work out what moves: each incident of the offer that is still open and still the outgoing person's.

    One that was merged or split since moves with what it is part of, or what came out of it. What somebody else took
    and what ended stays as it is. Raises ``StoreError``.
    """
    handing = find(around.state.handovers, command.handover)
    yours = [name for name, owner in handing.incidents if owner == handing.outgoing]
    drafts = _drafts(_followed(store, yours, handing.offered_at), handing, around, op)
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


def _followed(
    store: IncidentStore, names: Sequence[str], since: datetime | None
) -> dict[str, tuple[Event, ...]]:
    """Return the logs of incidents, and of what they have become part of or what was split off them since then."""
    found: dict[str, tuple[Event, ...]] = {}
    wanted = list(names)
    for _ in range(DEEP):
        if not wanted:
            break
        logs = store.logs(wanted)
        found |= {name: logs[name] for name in wanted if logs.get(name)}
        bodies = [
            event.body for log in logs.values() for event in log if since is not None and event.at >= since
        ]
        others = [body.into for body in bodies if isinstance(body, Merged | SplitOff)]
        wanted = [name for name in dict.fromkeys(others) if name not in found]
    return found


def _drafts(logs: Mapping[str, tuple[Event, ...]], handing: Handing, around: Around, op: str) -> list[Draft]:
    me = around.actor.name
    found = []
    for name, log in logs.items():
        incident = fold(log)
        if not incident.is_open or incident.owner != handing.outgoing:
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
