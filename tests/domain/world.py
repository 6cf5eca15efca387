"""A small world for the rules: one team, its chain, and incidents that live in plain logs.

Every command goes through ``decide`` and ``fold``; what ``apply`` makes of it step by step must be the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor, ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.book import Book
from console.domain.commands import Ack, Advance, Command, ObserveAlerts, Open
from console.domain.decide import Accepted, Context, Decision, EffectWish, as_events, decide
from console.domain.fold import apply, fold
from console.domain.incident import Incident
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.priority import Priority
from console.domain.roster import Roster, Rotation
from console.domain.summary import Summary, summarise

JAKARTA = ZoneInfo("Asia/Jakarta")
DAY = datetime(2026, 1, 6, tzinfo=UTC)  # a Tuesday: Asha is primary, Budi secondary
P1, P2, P3, P4 = Priority

ASHA, BUDI, DEWI, RINA = (Actor(name) for name in ("asha", "budi", "dewi", "rina"))
BOT = Actor("autobot", ActorKind.BOT)
PROD = Actor("prod", ActorKind.SOURCE)


def rotation(role: str, *members: str, team: str = "payments") -> Rotation:
    return Rotation(team, role, members, timedelta(days=7), time(9), JAKARTA, date(2026, 1, 5), 0)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


PRIMARY, SECONDARY = Level(("primary",), minutes(0)), Level(("secondary",), minutes(5))

CHAIN = Chain(
    "payments",
    (
        PRIMARY,
        SECONDARY,
        Level(("dewi",), minutes(10), "L1 manager"),
    ),
)

POLICY = Policy(
    roster=Roster((rotation("primary", "asha", "budi"), rotation("secondary", "budi", "asha"))),
    people={name: Person(name, name.title()) for name in ("asha", "budi", "dewi", "rina")},
    services={"payments": Service("payments", "payments")},
    teams=("payments", "search"),
    chains=(CHAIN,),
)


def policy(**changes: Any) -> Policy:
    return replace(POLICY, **changes)


def chain(*levels: Level, repeat: int = 1) -> Policy:
    return policy(chains=(Chain("payments", levels, repeat),))


def at(text: str, day: int = 0) -> datetime:
    """Return ``10:05``, ``10:05:01`` or ``10:05:00.250`` of the day, or of a later one."""
    clock = time.fromisoformat(text)
    return datetime.combine(DAY.date(), clock, tzinfo=UTC) + timedelta(days=day)


def alert(
    fingerprint: str = "a",
    priority: Priority = P2,
    *,
    source: str = "prod",
    name: str = "Unwell",
    **facts: Any,
) -> Alert:
    facts.setdefault("service", "payments")
    return Alert(AlertRef(source, fingerprint), name, f"{name} on {fingerprint}", priority=priority, **facts)


def opening(*alerts: Alert, **facts: Any) -> Open:
    facts = {"title": "payments is unwell", "service": "payments", "key": "payments/Unwell",
             "alert_name": "Unwell", "alerts": alerts} | facts  # fmt: skip
    return Open(**facts)


class World:
    """Logs by incident. ``now`` moves with the commands."""

    def __init__(self, rules: Policy = POLICY) -> None:
        self.policy = rules
        self.now = at("10:00")
        self.logs: dict[str, list[ev.Event]] = {}
        self.effects: list[EffectWish] = []
        self._states: dict[str, Incident] = {}
        self._ops = 0

    def incident(self, name: str = "INC-1") -> Incident:
        """Return an incident; made step by step it is what its whole log says."""
        whole = fold(self.logs[name])
        assert whole == self._states[name]
        return whole

    def row(self, name: str = "INC-1") -> Summary:
        return summarise(self.incident(name))

    def bodies(self, name: str = "INC-1") -> list[ev.Body]:
        return [event.body for event in self.logs[name]]

    def count(self, kind: type[ev.Body], name: str = "INC-1") -> int:
        return sum(isinstance(body, kind) for body in self.bodies(name))

    def book(self) -> Book:
        return Book(self.incident(name) for name in self.logs)

    def decide(
        self,
        when: str | datetime,
        command: Command,
        actor: Actor = ASHA,
        *,
        name: str = "INC-1",
        op: str = "",
    ) -> Decision:
        """Return the decision without carrying it out."""
        self.now = when if isinstance(when, datetime) else at(when)
        log = tuple(self.logs.get(name, ()))
        return decide(self._states.get(name), command, self.context(actor, name, op, log))

    def context(
        self, actor: Actor, name: str = "INC-1", op: str = "", log: tuple[ev.Event, ...] = ()
    ) -> Context:
        if not op and actor.kind is ActorKind.HUMAN:
            self._ops += 1
            op = f"op-{self._ops}"
        return Context(self.now, actor, self.policy, name, op, log)

    def do(
        self,
        when: str | datetime,
        command: Command,
        actor: Actor = ASHA,
        *,
        name: str = "INC-1",
        op: str = "",
    ) -> Accepted:
        """Carry a command out; it must be accepted."""
        op = op or f"{actor.name}@{when}/{len(self.logs.get(name, ()))}"
        decision = self.decide(when, command, actor, name=name, op=op)
        assert isinstance(decision, Accepted), decision
        return self.write(decision, actor, name, op)

    def write(self, decision: Accepted, actor: Actor = ASHA, name: str = "INC-1", op: str = "") -> Accepted:
        log = self.logs.setdefault(name, [])
        state = self._states.get(name)
        events = as_events(state, decision.bodies, self.context(actor, name, op))
        log.extend(events)
        if any(isinstance(body, ev.Undone) for body in decision.bodies):
            self._states[name] = fold(log)
        else:
            for event in events:
                state = self._states[name] = apply(state, event)
        self.effects.extend(decision.effects)
        return decision

    def open(
        self, when: str | datetime = "10:00", *alerts: Alert, name: str = "INC-1", **facts: Any
    ) -> Accepted:
        return self.do(when, opening(*alerts, **facts), ENGINE, name=name)

    def fire(self, when: str | datetime, *alerts: Alert, name: str = "INC-1") -> Accepted:
        return self.do(when, ObserveAlerts(fired=alerts), PROD, name=name)

    def clear(self, when: str | datetime, *fingerprints: str, name: str = "INC-1") -> Accepted:
        refs = tuple(AlertRef("prod", one) for one in fingerprints)
        return self.do(when, ObserveAlerts(cleared=refs), PROD, name=name)

    def ack(self, when: str | datetime, actor: Actor = ASHA, *, name: str = "INC-1") -> Accepted:
        return self.do(when, Ack(), actor, name=name)

    def advance(self, when: str | datetime, *, name: str = "INC-1") -> Decision:
        """Let time pass; return what the rules said, carried out where they said something."""
        decision = self.decide(when, Advance(), ENGINE, name=name)
        if isinstance(decision, Accepted):
            self.write(decision, ENGINE, name)
        return decision


def opened(rules: Policy = POLICY, priority: Priority = P2) -> World:
    """Return a world in which an alert of this severity has just opened an incident."""
    world = World(rules)
    world.open("10:00", alert(priority=priority))
    return world


def acked(priority: Priority = P2) -> World:
    """Return a world in which Asha was paged for an incident and took it a minute later."""
    world = opened(priority=priority)
    world.advance("10:00")
    world.ack("10:01")
    return world
