"""The vectors V1-V24 of the semantics: one table, played through commands, rules, logs and clocks.

A vector is a story: what is done and what must be seen, in order. The few that are not about one
incident's log (two consoles, wrong clocks, zone changes, blind sources, shifts, keys) are functions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.alert import Alert, AlertRef
from console.domain.commands import (
    Absorb,
    Ack,
    Advance,
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
from console.domain.decide import NoChange, Rejected
from console.domain.incident import State
from console.domain.sla import AckOutcome
from console.domain.vocabulary import EffectKind, EffectState, PauseReason
from tests.domain.scenes import (
    v17_two_consoles_ack_at_once,
    v19_a_wrong_laptop_clock_shows_the_same_countdown,
    v20_a_weekly_shift_over_a_zone_change,
    v21_a_blind_source_clears_nothing_and_is_never_quiet,
    v22_an_offer_nobody_accepts_leaves_the_owner_and_nags,
    v24_a_key_never_acts_on_the_row_that_slid_in,
)
from tests.domain.story import Do, Polled, See, Story, play
from tests.domain.world import (
    BOT,
    BUDI,
    DEWI,
    P1,
    P3,
    PROD,
    alert,
    at,
    minutes,
    opening,
)

SECOND = timedelta(seconds=1)


FIRES = ObserveAlerts(fired=(alert(),))
CLEARS = ObserveAlerts(cleared=(AlertRef("prod", "a"),))
PAUSE = PauseClock(PauseReason.WAITING_VENDOR)
END = Resolve(despite_firing=True)


def reported(when: str, *alerts: Alert, name: str = "INC-1", key: str = "payments/Unwell") -> Do:
    return Do(when, opening(*(alerts or (alert(),)), key=key), PROD, name)


def settled(when: str, outlet: str, state: EffectState) -> Do:
    done = SettleEffect(f"INC-1:tell:{outlet}:publish", outlet, EffectKind.PUBLISH, state, state.value)
    return Do(when, done, PROD)


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
        Do("10:05", PostUpdate("We are investigating.", ("page", "chat")), op="tell"),
        settled("10:05:01", "page", EffectState.DONE),
        settled("10:05:02", "chat", EffectState.FAILED),
        See({"update due": at("10:07")}),
        See({"outlets": [("page", EffectState.DONE), ("chat", EffectState.FAILED)]}),
        settled("10:09", "chat", EffectState.DONE),
        See({"update due": at("10:25")}),
    ],
    "V24": v24_a_key_never_acts_on_the_row_that_slid_in,
}


@pytest.mark.parametrize("vector", VECTORS)
def test_vector(vector: str) -> None:
    story = VECTORS[vector]
    if callable(story):
        story()
        return
    play(story)


def test_every_vector_of_the_semantics_is_in_the_table() -> None:
    assert list(VECTORS) == [f"V{number}" for number in range(1, 25)]
