"""The NEXT line, rule by rule and in the order of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.domain.health import EngineReport, SourceHealth
from console.domain.hints import Hint, Tone, all_is_known, digest, my_duty, next_hint
from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Duty, Roster
from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.standing import Want, standing, viewer
from console.domain.summary import Summary
from tests.ui.rows import row

NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIVE = SourceHealth("prod", "alertmanager", 15.0, last_success=NOW, last_attempt=NOW)
ENGINE = EngineReport("host-1", "host", 1, 1, NOW, NOW, NOW + 10 * MINUTE)
DUTY = Duty("payments", "primary", "asha", NOW - timedelta(days=1), NOW + timedelta(days=2), "budi")
QUIET = Snapshot(
    now=NOW, me="asha", position=1, rows=(), sources=(LIVE,), engine=ENGINE,
    store=StoreHealth("sqlite", StoreState.OK, NOW), duties=(DUTY,), policy=Policy(roster=Roster()),
)  # fmt: skip


def hint(snapshot: Snapshot, rows: Sequence[Summary] = (), now: datetime = NOW, trouble: str = "") -> Hint:
    who = viewer(snapshot.me, snapshot.duties, snapshot.policy)
    summed = digest([standing(one, snapshot.policy) for one in rows], who)
    return next_hint(snapshot, summed, who, now, trouble)


FRESH = row("INC-1", NOW, priority=Priority.P1)  # acked within 2 minutes or late
LATE = row("INC-2", NOW, age=6 * MINUTE)
UNSET = row("INC-3", NOW, state=State.ACKNOWLEDGED, owner="asha", acked_at=NOW - 2 * MINUTE)
NUDGED = row(
    "INC-4", NOW, state=State.ACKNOWLEDGED, owner="asha", priority=Priority.P2, age=40 * MINUTE,
    acked_at=NOW - 34 * MINUTE, nudged_at=NOW - MINUTE,
)  # fmt: skip
NEAR = row(
    "INC-5", NOW, state=State.ACKNOWLEDGED, owner="asha", priority=Priority.P1, age=81 * MINUTE,
    last_activity_at=NOW,
)  # fmt: skip
RECOVERED = row("INC-6", NOW, state=State.ACKNOWLEDGED, owner="asha", priority=Priority.P1, firing=0)
CLEARED = row("INC-7", NOW, state=State.CLEARED_UNACKED, firing=0)


@pytest.mark.parametrize(
    ("rows", "text", "action"),
    [
        ([], "nothing needs you", ""),
        ([FRESH], "ack INC-1 within 02:00", "incident.ack"),
        ([LATE], "ack INC-2 now, 01:00 overdue", "incident.ack"),
        ([LATE, FRESH], "ack INC-2 now, 01:00 overdue", "incident.ack"),
        (
            [row("INC-2", NOW, age=6 * MINUTE, priority=Priority.P4), FRESH],
            "ack INC-1 within 02:00",
            "incident.ack",
        ),
        ([UNSET], "set the priority of INC-3", "incident.priority"),
        ([UNSET, LATE], "ack INC-2 now, 01:00 overdue", "incident.ack"),
        ([NUDGED, UNSET], "set the priority of INC-3", "incident.priority"),
        ([NUDGED, NEAR], "INC-4 quiet for 34m: still on it?", "incident.still-on"),
        ([NEAR, RECOVERED], "resolve INC-5, due in 09:00", "incident.resolve"),
        ([RECOVERED, CLEARED], "INC-6 has recovered: resolve it", "incident.resolve"),
        ([CLEARED], "INC-7 cleared by itself: ack to close", "incident.ack"),
    ],
)
def test_what_policy_wants_most(rows: list[Summary], text: str, action: str) -> None:
    found = hint(QUIET, rows)
    assert (found.text, found.action) == (text, action)


def test_what_comes_after_it_is_said_too() -> None:
    found = hint(QUIET, [UNSET, FRESH])
    assert found.then is not None
    assert found.then.text == "set the priority of INC-3"


def test_a_priority_is_overdue_five_minutes_after_the_ack() -> None:
    assert hint(QUIET, [UNSET]).tone is Tone.WARN
    later = hint(QUIET, [UNSET], NOW + 4 * MINUTE)
    assert later.text == "set the priority of INC-3, 01:00 overdue"
    assert later.tone is Tone.ALARM


def test_an_incident_paged_again_wants_an_ack_though_its_ack_clock_is_met() -> None:
    again = row("INC-8", NOW, human_ack_at=NOW - MINUTE)
    assert hint(QUIET, [again]).text == "ack INC-8, paged again"


def test_a_store_that_does_not_save_comes_before_everything() -> None:
    down = replace(
        QUIET, store=StoreHealth("sqlite", StoreState.UNREACHABLE, NOW - 2 * MINUTE, "disk full"), engine=None
    )
    found = hint(down, [FRESH])
    assert "not answered for 2m" in found.text
    assert "nothing can be saved" in found.text
    assert found.tone is Tone.ALARM
    assert found.then is not None
    assert "NOT running" in found.then.text
    read_only = replace(QUIET, store=StoreHealth("sqlite", StoreState.READ_ONLY, NOW))
    assert hint(read_only).text.startswith("the store is read-only")


def test_nobody_running_the_engine_comes_before_acks() -> None:
    assert "NOT running: nobody polls" in hint(replace(QUIET, engine=None), [FRESH]).text
    lapsed = hint(QUIET, [FRESH], NOW + 13 * MINUTE)
    assert "NOT running: last heard 13m ago from host" in lapsed.text
    told = hint(replace(QUIET, engine=None), [FRESH], trouble="cannot start: port in use")
    assert "cannot start: port in use" in told.text


@pytest.mark.parametrize(
    "sources",
    [
        (),
        (replace(LIVE, last_success=None),),
        (replace(LIVE, misses=3, error="connection refused"),),
        (LIVE, replace(LIVE, name="staging", last_success=NOW - timedelta(hours=1))),
        (replace(LIVE, complete=False),),
    ],
)
def test_unknown_is_never_quiet(sources: tuple[SourceHealth, ...]) -> None:
    snapshot = replace(QUIET, sources=sources)
    found = hint(snapshot)
    texts = [found.text, found.then.text if found.then else ""]
    assert not any("nothing needs you" in text for text in texts)
    assert not all_is_known(snapshot, NOW)


def test_quiet_is_said_only_while_the_engine_is_heard() -> None:
    assert all_is_known(QUIET, NOW)
    assert not all_is_known(QUIET, NOW + 12 * MINUTE)
    assert not all_is_known(replace(QUIET, engine=None), NOW)


def test_others_incidents_are_not_mine_to_do_but_are_mentioned() -> None:
    foreign = row("INC-9", NOW, team="search")
    acked_by_other = row("INC-10", NOW, state=State.ACKNOWLEDGED, owner="budi", nudged_at=NOW)
    assert hint(QUIET, [foreign, acked_by_other]).text == "nothing needs you · 1 unacked, paged to others"


def test_a_page_to_somebody_else_is_theirs_to_answer_until_it_comes_to_me() -> None:
    assert (
        hint(QUIET, [row("INC-9", NOW, paged_now=("budi",))]).text
        == "nothing needs you · 1 unacked, paged to others"
    )
    assert hint(QUIET, [row("INC-9", NOW, paged_now=("budi", "asha"))]).text == "ack INC-9 within 02:00"


def test_who_is_on_no_duty_is_told_about_everybodys() -> None:
    off = replace(QUIET, duties=())
    assert hint(off, [row("INC-9", NOW, team="search")]).text == "ack INC-9 within 02:00"


def test_gap_in_the_roster_and_end_of_shift() -> None:
    gap = Duty("payments", "secondary", None, None, NOW + timedelta(hours=12), None)
    found = hint(replace(QUIET, duties=(DUTY, gap)))
    assert found.text == "nobody is secondary for payments for 12h"
    assert found.action == "console.roster"
    ending = replace(DUTY, until=NOW + 42 * MINUTE)
    found = hint(replace(QUIET, duties=(ending,)))
    assert found.text == "shift ends in 42m: hand over to budi"
    assert found.action == "handover.open"


def test_counts() -> None:
    slept = row("INC-11", NOW, state=State.ACKNOWLEDGED, snoozed_until=NOW + MINUTE, owner="asha")
    items = [standing(one, QUIET.policy) for one in (FRESH, LATE, UNSET, slept, CLEARED)]
    summed = digest(items, viewer("asha", (DUTY,), QUIET.policy))
    assert (summed.open, summed.unacked) == (5, 2)
    assert summed.breached(NOW) == 1
    assert summed.breached(NOW + timedelta(hours=2)) == 5
    assert set(summed.mine) == {Want.ACK, Want.PRIORITY, Want.SLEEP, Want.CLOSE}


def test_a_deadline_met_to_the_millisecond_is_no_breach() -> None:
    items = [standing(FRESH, QUIET.policy)]
    summed = digest(items, viewer("asha", (DUTY,), QUIET.policy))
    assert summed.breached(NOW + 2 * MINUTE) == 0
    assert summed.breached(NOW + 2 * MINUTE + timedelta(milliseconds=1)) == 1


def test_my_duty_prefers_primary_then_what_ends_first() -> None:
    second = replace(DUTY, role="secondary", until=NOW + MINUTE)
    forever = replace(DUTY, team="core", until=None)
    assert my_duty((second, forever, DUTY), "asha") == DUTY
    assert my_duty((second,), "rina") is None


def test_what_cleared_by_itself_is_for_anybody_on_duty_to_close_whoever_was_paged() -> None:
    paged_on = replace(CLEARED, paged_now=("budi",))
    assert hint(QUIET, [paged_on]).text == "INC-7 cleared by itself: ack to close"


def test_work_of_mine_does_not_hide_what_nobody_has() -> None:
    working = row(
        "INC-5", NOW, state=State.ACKNOWLEDGED, owner="asha", priority=Priority.P1, age=MINUTE, total=1
    )
    escalated = row("INC-9", NOW, age=6 * MINUTE, paged_now=("budi",))
    then = hint(QUIET, [working, replace(working, id="INC-6"), escalated]).then
    assert then is not None
    assert then.text == "1 unacked, paged to others"
    assert hint(QUIET, [working]).then is None


def test_a_drill_that_has_only_begun_asks_for_no_config() -> None:
    beginning = replace(QUIET, sources=(), rehearsal="drill")
    found = hint(beginning)
    assert "config" not in found.text
    assert found.text == "the drill begins: its alerts are not read yet"
    assert not all_is_known(beginning, NOW)


def test_a_drill_tells_its_beginning_from_its_end() -> None:
    drill = replace(QUIET, rehearsal="drill")
    before = hint(replace(drill, position=0))
    assert (before.text, before.action) == ("the drill: wait for the page", "")
    after = hint(drill)
    assert after.text == "the drill is over unless more comes: leave to read your score"
    assert after.action == "console.quit"
