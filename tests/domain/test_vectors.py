"""The vectors V1-V24 of the semantics: one table, played through commands, rules, logs and clocks.

A vector is a story: what is done and what must be seen, in order. The few that are not about one
incident's log (two consoles, wrong clocks, zone changes, blind sources, shifts, keys) are functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef, Poll
from console.domain.clockskew import Sample, reckon
from console.domain.commands import (
    Absorb,
    Ack,
    Advance,
    Command,
    Escalate,
    MergeInto,
    ObserveAlerts,
    PauseClock,
    PostUpdate,
    Resolve,
    ResumeClock,
    SetPriority,
    SettleEffect,
    Snooze,
)
from console.domain.decide import Accepted, NoChange, Rejected, as_events, decide
from console.domain.due import next_due
from console.domain.events import EffectKind, EffectState, PauseReason
from console.domain.guard import SETTLE, may_act
from console.domain.handover_protocol import Handover, Nag, nag, offer
from console.domain.health import EngineReport, SourceHealth, SourceStatus, status
from console.domain.hints import all_is_known
from console.domain.incident import State
from console.domain.metrics import Metrics, measure, tta, ttr_first, ttr_total
from console.domain.reconcile import reconcile
from console.domain.roster import Roster, Rotation, duty
from console.domain.sla import AckOutcome, ack_clock, ack_outcome, comms_clock, resolve_clock
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.engine.blindness import sight_text
from tests.domain.world import (
    ASHA,
    BOT,
    BUDI,
    DEWI,
    P1,
    P3,
    POLICY,
    PROD,
    World,
    alert,
    at,
    minutes,
    opening,
)

SECOND = timedelta(seconds=1)


@dataclass
class Do:
    """Somebody does something; ``outcome`` is what the rules answer, ``says`` is part of their words."""

    when: str | datetime
    command: Command
    actor: Actor = ASHA
    name: str = "INC-1"
    outcome: type = Accepted
    says: str = ""

    def play(self, world: World) -> None:
        op = "tell" if isinstance(self.command, PostUpdate) else ""
        decision = world.decide(self.when, self.command, self.actor, name=self.name, op=op)
        assert type(decision) is self.outcome, decision
        assert self.says in getattr(decision, "text", "")
        if isinstance(decision, Accepted):
            world.write(decision, self.actor, self.name)


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

FIRES = ObserveAlerts(fired=(alert(),))
CLEARS = ObserveAlerts(cleared=(AlertRef("prod", "a"),))
PAUSE = PauseClock(PauseReason.WAITING_VENDOR)
END = Resolve(despite_firing=True)


def reported(when: str, *alerts: Alert, name: str = "INC-1", key: str = "payments/Unwell") -> Do:
    return Do(when, opening(*(alerts or (alert(),)), key=key), PROD, name)


def settled(when: str, outlet: str, state: EffectState) -> Do:
    done = SettleEffect(f"INC-1:tell:{outlet}:publish", outlet, EffectKind.PUBLISH, state, state.value)
    return Do(when, done, PROD)


def v17_two_consoles_ack_at_once() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    seen = world.incident()  # both consoles hold this version
    world.now = at("10:01")
    first = decide(seen, Ack(), world.context(ASHA))
    second = decide(seen, Ack(), world.context(BUDI))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    late = as_events(seen, second.bodies, world.context(BUDI))
    world.write(first)
    assert late[0].n == world.incident().n  # the store has that number already: decide again
    world.now = at("10:01:04")
    assert decide(world.incident(), Ack(), world.context(BUDI)) == NoChange("acked by Asha 4s ago")
    assert world.count(ev.Acked) == 1


def v19_a_wrong_laptop_clock_shows_the_same_countdown() -> None:
    world = World()
    world.open("10:00", alert())
    clock = ack_clock(world.row(), POLICY)
    store_now = at("10:03")
    wall = store_now.timestamp()
    right = reckon([Sample(wall - 0.001, wall + 0.001, store_now)])
    wrong = reckon([Sample(wall + 420 - 0.002, wall + 420 + 0.002, store_now)])  # seven minutes ahead
    assert clock.remaining(right.now(wall + 30)) == 90 * SECOND
    assert clock.remaining(wrong.now(wall + 420 + 30)) == 90 * SECOND


def v20_a_weekly_shift_over_a_zone_change() -> None:
    zone = ZoneInfo("Europe/Berlin")  # its clocks go forward on Sunday the 29th of March
    weekly = Rotation(
        "x", "primary", ("asha", "budi"), timedelta(days=7), time(9), zone, date(2026, 3, 23), 0
    )
    held = duty(Roster((weekly,)), "x", "primary", datetime(2026, 3, 25, 12, tzinfo=zone))
    assert held.since is not None
    assert held.until is not None
    assert held.until.astimezone(zone).time() == time(9)
    assert held.until - held.since == timedelta(days=7) - timedelta(hours=1)


def v21_a_blind_source_clears_nothing_and_is_never_quiet() -> None:
    world = World()
    world.open("10:00", alert())
    health = SourceHealth("prod", "alertmanager", 15.0, last_success=at("10:00"), error="no answer", misses=3)
    engine = EngineReport("e", "host", 1, 1, at("09:00"), at("10:20"), at("10:21"), sources=(health,))
    assert status(health, engine, at("10:20")) is SourceStatus.STALE
    snapshot = Snapshot(
        now=at("10:20"), me="asha", position=1, rows=(), sources=(health,), engine=engine,
        store=StoreHealth("sqlite", StoreState.OK, at("10:20")), duties=(), policy=POLICY,
    )  # fmt: skip
    assert not all_is_known(snapshot, at("10:20"))
    assert reconcile(Poll("prod", (), complete=False), world.book(), POLICY, at("10:20")).empty
    assert world.row().firing == 1
    assert sight_text(health, at("10:20"), late=0).startswith("prod was blind 10:00–10:20 UTC (20m)")


def v22_an_offer_nobody_accepts_leaves_the_owner_and_nags() -> None:
    world = World()
    world.open("08:00", alert())
    world.ack("08:01")
    shift = Handover("payments", "asha", "budi", shift_end=at("09:00"))
    shift = offer(shift, (("INC-1", "asha"),), at("08:45"))
    assert nag(shift, at("09:15") - SECOND) is Nag.NONE
    assert nag(shift, at("09:15")) is Nag.OVERDUE
    assert world.incident().owner == "asha"


def v24_a_key_never_acts_on_the_row_that_slid_in() -> None:
    changed = 100.0
    assert not may_act("INC-7", changed, changed + 0.1)
    assert not may_act("INC-7", changed, changed + SETTLE - 0.01)
    assert may_act("INC-7", changed, changed + SETTLE)
    assert not may_act("INC-7", changed, changed - 0.1)  # meant for the row before
    assert may_act("INC-7", None, changed)
    assert not may_act("", None, changed)


VECTORS: dict[str, Story | Callable[[], None]] = {
    "V1": [
        reported("10:00"),
        Do("10:05", Ack()),
        See({"ack deadline": at("10:05"), "ack": AckOutcome.MET, "tta": 300 * SECOND}),
    ],
    "V2": [
        reported("10:00"),
        Do("10:05:01", Ack()),
        See({"ack": AckOutcome.BREACHED, "ack left": -SECOND, "ack stopped": at("10:05:01")}),
        See({"tta": 301 * SECOND}),
    ],
    "V3": [
        reported("10:00"),
        Do("10:00", Advance(), ENGINE),
        Do("10:01", Ack(), BOT),
        See({"state": State.TRIGGERED, "next due": None}),
        Do("10:06", Advance(), ENGINE, outcome=NoChange),
        Do("10:07", Ack()),
        See({"owner": "asha", "ack": AckOutcome.BREACHED, "tta": 420 * SECOND}),
    ],
    "V4": [
        reported("10:00"),
        Do("10:00", Advance(), ENGINE),
        Do("10:02", Ack()),
        Do("10:20", Escalate(level=2)),
        See({"state": State.TRIGGERED, "owner": "", "paged now": ("dewi",)}),
        Do("10:23", Ack(), DEWI),
        See({"state": State.ACKNOWLEDGED, "owner": "dewi", "level timer": 180 * SECOND}),
        See({"ack": AckOutcome.MET, "ack stopped": at("10:02"), "mtta": (1, 120 * SECOND)}),
    ],
    "V5": [
        reported("10:00"),
        Do("10:00", Advance(), ENGINE),
        See({"paged now": ("asha",), "next due": at("10:05")}),
        Do("10:05", Advance(), ENGINE),
        See({"paged now": ("budi",)}),
        Do("10:06", Ack(), BUDI),
        See({"ack": AckOutcome.BREACHED, "tta": 360 * SECOND, "first looker": "budi"}),
    ],
    "V6": [
        reported("10:00", alert(priority=P3)),
        Do("10:01", Ack()),
        Do("10:02", SetPriority(P3)),
        Do("13:00", SetPriority(P1), says="its deadline passed 1h 30m ago"),
        See({"fix deadline": at("11:30"), "told of reclassify": 1}),
        Do("13:01", SetPriority(P3)),
        Do("13:02", SetPriority(P1)),
        See({"told of reclassify": 1}),
        Do("13:10", END),
        See({"fix breached": True, "ttr total": minutes(190)}),
    ],
    "V7": [
        reported("10:00", alert(priority=P3)),
        Do("10:01", Ack()),
        Do("11:00", PAUSE),
        Do("15:00", ResumeClock()),
        Do(at("13:00", day=1), END),
        See({"fix deadline": at("14:00", day=1), "fix breached": False, "ttr total": timedelta(hours=23)}),
    ],
    "V8": [
        reported("10:00", alert(priority=P1)),
        Do("10:10", PAUSE, outcome=Rejected, says="P1 clocks never pause"),
    ],
    "V9": [
        Polled("10:00", (alert(),)),
        Do("10:05", Ack()),
        Polled("10:29"),
        Do("10:30", Resolve()),
        Polled("10:40", (alert(),)),
        See({"incidents": ["INC-1"], "epoch": 2, "state": State.TRIGGERED, "ack deadline": at("10:45")}),
        Do("10:43", Ack()),
        Do("11:00", END),
        See({"ack": AckOutcome.MET, "ttr first": minutes(30), "ttr total": minutes(50)}),
    ],
    "V10": [
        Polled("10:00", (alert(),)),
        Polled("10:20"),
        Do("10:30", Ack()),
        Polled(at("11:30", day=1), (alert(),)),
        See({"state": State.RESOLVED, "epoch": 1}),
        See({"recurrence of": "INC-1", "state": State.TRIGGERED, "epoch": 1}, "INC-2"),
    ],
    "V11": [
        reported("10:00"),
        Do("10:03", CLEARS, PROD),
        See({"state": State.CLEARED_UNACKED}),
        Do("10:19", Advance(), ENGINE, outcome=NoChange),
        See({"state": State.CLEARED_UNACKED}),
        Do("10:20", Ack()),
        See({"state": State.RESOLVED, "auto resolved": True, "recovered": at("10:03")}),
        See({"tta": 1200 * SECOND, "ack": AckOutcome.BREACHED, "auto cleared": 1}),
    ],
    "V12": [
        reported("10:00"),
        Do("10:01", Ack()),
        Do("10:02", FIRES, PROD),
        See({"state": State.ACKNOWLEDGED, "owner": "asha", "count": [2]}),
    ],
    "V13": [
        reported("10:00", alert(priority=P3)),
        Do("10:00", Advance(), ENGINE),
        Do("10:01", Ack()),
        Do("10:10", ObserveAlerts(fired=(alert(priority=P1),)), PROD),
        See({"state": State.TRIGGERED, "owner": "", "severity raised": 1}),
        See({"ack": AckOutcome.MET, "ack stopped": at("10:01"), "next due": at("10:10")}),
        Do("10:10", Advance(), ENGINE),
        See({"paged now": ("asha",), "next due": at("10:15")}),
    ],
    "V14": [
        reported("10:00", alert("a"), alert("b")),
        Do("10:01", CLEARS, PROD),
        See({"state": State.TRIGGERED, "firing": (1, 2), "recovered": None}),
    ],
    "V15": [
        reported("10:00", alert(priority=P3)),
        Do("10:01", Ack()),
        Do(at("09:20", day=1), Snooze(at("10:20", day=1)), says="no longer, because its fix is due"),
        See({"fix deadline": at("10:00", day=1), "snoozed until": at("09:45", day=1)}),
        See({"next due": at("09:45", day=1)}),
        Do(at("09:45", day=1), Advance(), ENGINE),
        See({"snoozed until": None, "state": State.ACKNOWLEDGED}),
    ],
    "V16": [
        reported("10:10", alert("b"), name="INC-2", key="payments/Other"),
        reported("10:20"),
        Do("10:21", Ack()),
        Do("10:25", MergeInto("INC-1"), name="INC-2"),
        Do("10:25", Absorb("INC-2", at("10:10"), (alert("b"),))),
        See({"reported": at("10:10"), "fix deadline": at("11:40"), "firing": (2, 2)}),
        See({"tta": 60 * SECOND, "mtta": (1, 60 * SECOND), "ack": AckOutcome.MET}),
        See({"ack": AckOutcome.MERGED, "ack stopped": at("10:25")}, "INC-2"),
    ],
    "V17": v17_two_consoles_ack_at_once,
    "V18": [
        reported("10:00"),
        Do("10:06", Ack(), BUDI),
        Do("10:09", Ack(made_at=at("10:03"))),
        See({"owner": "budi", "tta": minutes(6)}),
        See({"last event": ev.Noted("also acked offline at 10:03 (delivered 10:09 UTC)")}),
    ],
    "V19": v19_a_wrong_laptop_clock_shows_the_same_countdown,
    "V20": v20_a_weekly_shift_over_a_zone_change,
    "V21": v21_a_blind_source_clears_nothing_and_is_never_quiet,
    "V22": v22_an_offer_nobody_accepts_leaves_the_owner_and_nags,
    "V23": [
        reported("10:00", alert(priority=P1)),
        Do("10:01", Ack()),
        Do("10:02", SetPriority(P1)),
        See({"update due": at("10:07")}),
        Do("10:05", PostUpdate("We are investigating.", ("page", "chat"))),
        settled("10:05:01", "page", EffectState.DONE),
        settled("10:05:02", "chat", EffectState.FAILED),
        See({"update due": at("10:07")}),
        See({"outlets": [("page", EffectState.DONE), ("chat", EffectState.FAILED)]}),
        settled("10:09", "chat", EffectState.DONE),
        See({"update due": at("10:29")}),
    ],
    "V24": v24_a_key_never_acts_on_the_row_that_slid_in,
}


@pytest.mark.parametrize("vector", VECTORS)
def test_vector(vector: str) -> None:
    story = VECTORS[vector]
    if callable(story):
        story()
        return
    world = World()
    for line in story:
        line.play(world)


def test_every_vector_of_the_semantics_is_in_the_table() -> None:
    assert list(VECTORS) == [f"V{number}" for number in range(1, 25)]
