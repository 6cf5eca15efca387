"""The vectors that are about more than one incident's log: consoles, clocks, sources, shifts, keys."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain import events as ev
from console.domain.alert import Poll
from console.domain.clockskew import Sample, reckon
from console.domain.commands import (
    Ack,
)
from console.domain.decide import Accepted, NoChange, as_events, decide
from console.domain.guard import SETTLE, may_act
from console.domain.health import EngineReport, SourceHealth, SourceStatus, status
from console.domain.hints import all_is_known
from console.domain.reconcile import reconcile
from console.domain.roster import Roster, Rotation, duty
from console.domain.sla import ack_clock
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.team.handovers import Nag, Stage, nag
from console.engine.blindness import sight_text
from tests.domain.world import (
    ASHA,
    BUDI,
    POLICY,
    World,
    alert,
    at,
)

SECOND = timedelta(seconds=1)


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
    assert nag(Stage.OFFERED, at("09:00"), at("09:15") - SECOND) is Nag.NONE
    assert nag(Stage.OFFERED, at("09:00"), at("09:15")) is Nag.OVERDUE
    assert world.incident().owner == "asha"


def v24_a_key_never_acts_on_the_row_that_slid_in() -> None:
    changed = 100.0
    assert not may_act("INC-7", changed, changed + 0.1)
    assert not may_act("INC-7", changed, changed + SETTLE - 0.01)
    assert may_act("INC-7", changed, changed + SETTLE)
    assert not may_act("INC-7", changed, changed - 0.1)  # meant for the row before
    assert may_act("INC-7", None, changed)
    assert not may_act("", None, changed)
