"""A story about incidents: what is done and what must be seen, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.alert import Alert, Poll
from console.domain.commands import Command
from console.domain.decide import Accepted
from console.domain.due import next_due
from console.domain.metrics import Metrics, measure, tta, ttr_first, ttr_total
from console.domain.reconcile import reconcile
from console.domain.sla import ack_clock, ack_outcome, comms_clock, resolve_clock
from tests.domain.world import ASHA, PROD, World, at


@dataclass
class Do:
    """Somebody does something; ``outcome`` is what the rules answer, ``says`` is part of their words."""

    when: str | datetime
    command: Command
    actor: Actor = ASHA
    name: str = "INC-1"
    outcome: type = Accepted
    says: str = ""
    op: str = ""

    def play(self, world: World) -> None:
        decision = world.decide(self.when, self.command, self.actor, name=self.name, op=self.op)
        assert type(decision) is self.outcome, decision
        assert self.says in getattr(decision, "text", "")
        if isinstance(decision, Accepted):
            world.write(decision, self.actor, self.name, self.op)


@dataclass
class Polled:
    """The engine polls: these alerts fire and no others."""

    when: str | datetime
    alerts: tuple[Alert, ...] = ()

    def play(self, world: World) -> None:
        world.now = self.when if isinstance(self.when, datetime) else at(self.when)
        plan = reconcile(Poll("prod", self.alerts), world.book(), world.policy, world.now)
        for opens in plan.opens:
            world.do(world.now, opens, PROD, name=f"INC-{len(world.logs) + 1}")
        for name, reopen, observe in plan.reopens:
            world.do(world.now, reopen, PROD, name=name)
            world.do(world.now, observe, PROD, name=name)
        for name, observe in plan.observe:
            world.do(world.now, observe, PROD, name=name)


@dataclass
class See:
    """What must be true of an incident, by the names in ``PROBES``."""

    facts: dict[str, object] = field(default_factory=dict)
    name: str = "INC-1"

    def play(self, world: World) -> None:
        seen = {fact: PROBES[fact](world, self.name) for fact in self.facts}
        assert seen == self.facts


def metrics(world: World) -> Metrics:
    return measure(map(world.incident, world.logs), at("00:00"), at("00:00", day=3), world.policy)


PROBES: dict[str, Callable[[World, str], object]] = {
    "incidents": lambda world, _: list(world.logs),
    "state": lambda world, name: world.row(name).state,
    "owner": lambda world, name: world.row(name).owner,
    "epoch": lambda world, name: world.row(name).epoch,
    "firing": lambda world, name: (world.row(name).firing, world.row(name).total),
    "count": lambda world, name: [member.count for _, member in world.incident(name).members],
    "auto resolved": lambda world, name: world.incident(name).auto_resolved,
    "recovered": lambda world, name: world.row(name).recovered_at,
    "recurrence of": lambda world, name: world.row(name).recurrence_of,
    "reported": lambda world, name: world.row(name).reported_at,
    "snoozed until": lambda world, name: world.row(name).snoozed_until,
    "first looker": lambda world, name: world.incident(name).epoch.first_human,
    "paged now": lambda world, name: world.row(name).paged_now,
    "level timer": lambda world, name: (world.row(name).acked_at or world.now) - (world.row(name).level_at or world.now),
    "next due": lambda world, name: next_due(world.incident(name), world.policy),
    "ack": lambda world, name: ack_outcome(world.row(name), world.policy),
    "ack deadline": lambda world, name: ack_clock(world.row(name), world.policy).deadline,
    "ack stopped": lambda world, name: ack_clock(world.row(name), world.policy).stopped_at,
    "ack left": lambda world, name: ack_clock(world.row(name), world.policy).remaining(world.now),
    "fix deadline": lambda world, name: resolve_clock(world.row(name), world.policy).deadline,
    "fix breached": lambda world, name: resolve_clock(world.row(name), world.policy).breached(world.now),
    "update due": lambda world, name: (clock := comms_clock(world.row(name), world.policy)) and clock.deadline,
    "outlets": lambda world, name: [(one.source, one.state) for one in world.incident(name).effects],
    "told of reclassify": lambda world, name: world.count(ev.BreachedOnReclassify, name),
    "severity raised": lambda world, name: world.count(ev.SeverityRaised, name),
    "last event": lambda world, name: world.bodies(name)[-1],
    "tta": lambda world, name: tta(world.incident(name)),
    "ttr first": lambda world, name: ttr_first(world.incident(name)),
    "ttr total": lambda world, name: ttr_total(world.incident(name)),
    "mtta": lambda world, _: (metrics(world).tta.n, metrics(world).tta.mean),
    "auto cleared": lambda world, _: metrics(world).auto_cleared,
}  # fmt: skip

Story = list[Do | Polled | See]


def play(story: Story, world: World | None = None) -> World:
    """Play a story from an empty world, and return what has become of it."""
    world = world or World()
    for line in story:
        line.play(world)
    return world
