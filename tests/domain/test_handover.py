"""What a handover says, built from logs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.fold import fold
from console.domain.handover import build, span_of
from console.domain.health import SourceStatus
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.roster import Duty, Gap, Override, Roster
from console.domain.summary import summarise
from console.domain.vocabulary import StepState, Sufficed
from tests.outputs import shift
from tests.outputs.shift import ASHA, BUDI, END, NOW, POLICY, START, everything, inputs, minutes, opened


@dataclass(frozen=True)
class Entry:
    at: datetime
    kind: str
    subject: str
    text: str


def test_the_header_names_both_people_the_shift_and_what_was_not_live() -> None:
    made = build(everything())
    assert (made.team, made.role, made.outgoing, made.incoming) == ("payments", "primary", "Asha", "Budi")
    assert (made.shift_start, made.shift_end, made.generated_at, made.position) == (START, END, NOW, 42)
    assert made.zone == shift.JAKARTA
    assert [(one.name, one.status) for one in made.not_live] == [("logs", SourceStatus.STALE)]
    assert made.engine_running


def test_a_silent_engine_is_said_and_makes_every_source_stale() -> None:
    made = build(inputs(engine=None))
    assert not made.engine_running
    assert [one.name for one in made.not_live] == ["prod", "logs"]


def test_do_first_has_what_cannot_wait_soonest_first() -> None:
    made = build(everything())
    assert [(one.incident, one.what, one.overdue) for one in made.do_first] == [
        ("INC-3", "clients are to be told", True),
        ("INC-3", "to be resolved", True),
        ("INC-2", "clients are to be told", True),
        ("INC-1", "nobody has acked it", False),
    ]
    assert made.do_first_left_out == 2


def test_do_first_with_room_has_everything() -> None:
    made = build(inputs(shift.unacked(), shift.snoozed()))
    assert [(one.incident, one.what, one.due_at, one.overdue) for one in made.do_first] == [
        ("INC-1", "nobody has acked it", NOW + minutes(2), False),
        ("INC-4", "its snooze ends", NOW + minutes(300), False),
    ]
    assert made.do_first_left_out == 0


def test_a_silence_of_the_source_that_ends_soon_is_urgent_and_muted() -> None:
    silent = shift.alert("api-9", muted_until=NOW + minutes(60), muted_by="rina")
    story = shift.Story("INC-9", []).say(
        NOW - minutes(10),
        ENGINE,
        ev.Opened("Held", "payments", "payments", "k", "HighErrorRate", Priority.P3, NOW - minutes(10)),
        ev.AlertsFired((silent,)),
    )
    made = build(inputs(story))
    assert ("the source's silence ends", NOW + minutes(60)) in [
        (one.what, one.due_at) for one in made.do_first
    ]
    assert [(one.incident, one.until, one.by, one.reason) for one in made.muted] == [
        ("INC-9", NOW + minutes(60), "rina", "silenced at the source")
    ]


def test_open_incidents_come_in_the_order_of_the_screen() -> None:
    made = build(everything())
    assert [one.id for one in made.open] == ["INC-1", "INC-3", "INC-2", "INC-5", "INC-4"]


def test_an_open_block_says_what_was_tried_and_what_comes_next() -> None:
    block = next(one for one in build(everything()).open if one.id == "INC-2")
    assert (block.priority, block.owner, block.next_step) == ("P1", "Asha", "fix it")
    assert block.ack_due is None
    assert block.resolve_due == block.next_by == NOW + minutes(40)
    assert [(step.step, step.state, step.text, step.by, step.result) for step in block.tried] == [
        (1, StepState.DONE, "Open the dashboard", "Asha", ""),
        (2, StepState.FAILED, "Roll back", "Asha", "no access"),
    ]
    assert [line.text for line in block.last_events] == [
        "step 2 failed: Roll back - no access",
        "note: asked the vendor",
        "note for the handover: flaps after deploys",
    ]
    assert [link.url for link in block.links] == ["https://grafana.example/d/1"]
    assert block.why_open == "last note: flaps after deploys"


def test_an_unacked_block_says_who_is_paged_next() -> None:
    block = build(inputs(shift.unacked())).open[0]
    assert (block.priority, block.owner, block.next_step) == ("P?1", "", "acknowledge it")
    assert block.ack_due == block.next_by == NOW + minutes(2)
    assert (block.next_page, block.next_page_at) == ("Budi", NOW + minutes(2))
    assert block.why_open == "nobody has it"


def test_paused_and_snoozed_blocks_say_so() -> None:
    blocks = {one.id: one for one in build(everything()).open}
    assert blocks["INC-5"].paused == blocks["INC-5"].why_open == "waiting for vendor: ticket 12"
    assert blocks["INC-5"].resolve_due is None
    assert blocks["INC-4"].snoozed_until == blocks["INC-4"].next_by == NOW + minutes(300)
    assert blocks["INC-4"].why_open == "snoozed: batch runs"
    assert blocks["INC-4"].next_step == "look at it when it wakes"


def test_forgotten_acks_are_listed_with_whether_the_owner_is_still_there() -> None:
    made = build(everything())
    assert [(one.incident, one.owner, one.owner_on_shift) for one in made.forgotten] == [
        ("INC-3", "Asha", True)
    ]
    later = build(replace(everything(), policy=Policy(Roster(), people=POLICY.people), zone=UTC))
    assert [one.owner_on_shift for one in later.forgotten] == [False]


def test_flagged_notes_and_notes_of_the_shift_are_to_watch() -> None:
    journal = (
        Entry(START + minutes(5), "note", "asha", "release freeze till Friday"),
        Entry(START + minutes(9), "source_back", "logs", "logs was blind 03:12–03:31 UTC (19m)"),
        Entry(START - minutes(9), "note", "asha", "of the last shift"),
        Entry(START + minutes(9), "engine", "host", "took over"),
    )
    made = build(inputs(shift.worked_on(), journal=journal))
    assert [(one.who, one.incident, one.text) for one in made.watch] == [
        ("Asha", "", "release freeze till Friday"),
        ("Asha", "INC-2", "flaps after deploys"),
    ]
    assert [one.text for one in made.blind_spots] == ["logs was blind 03:12–03:31 UTC (19m)"]


def test_resolved_incidents_have_their_times_and_when_the_review_is_due() -> None:
    made = build(inputs(shift.resolved(), shift.old()))
    assert len(made.resolved) == 1
    row = made.resolved[0]
    assert (row.id, row.seconds_to_ack, row.seconds_to_resolve) == ("INC-6", 240, 2400)
    assert (row.owner, row.cause, row.resolution) == ("Asha", "capacity", "cleaned /var")
    assert row.rca_due is not None
    days = [at.astimezone(shift.JAKARTA).date() for at in (row.resolved_at, row.rca_due)]
    assert days[1] - days[0] == timedelta(days=3)
    owed = next(one for one in made.reviews if one.incident == "INC-6")
    assert owed.owner == "Asha"
    assert owed.what.startswith("RCA not begun: P1 ")
    assert [(gap.incident, gap.what) for gap in made.runbook_gaps] == [("INC-6", "its steps were wrong")]


@pytest.mark.parametrize(
    ("day", "due"), [(31, "2026-09-07"), (4, "2026-09-11"), (5, "2026-09-11")], ids=["Mon", "Fri", "Sat"]
)
def test_the_review_of_a_p2_is_due_after_five_business_days(day: int, due: str) -> None:
    at = datetime(2026, 8 if day == 31 else 9, day, 4, tzinfo=UTC)
    story = opened(8, at, "Slow", Priority.P2).say(
        at, ASHA, ev.Acked(), ev.PrioritySet(Priority.P2), ev.Resolved()
    )
    row = build(inputs(story)).resolved[0]
    assert row.rca_due is not None
    assert row.rca_due.astimezone(shift.JAKARTA).date().isoformat() == due


def test_failed_steps_and_missing_runbooks_are_owed() -> None:
    none = opened(8, START, "X").say(START + minutes(9), ASHA, ev.Resolved(sufficed=Sufficed.NO_RUNBOOK))
    made = build(inputs(shift.worked_on(), none))
    assert [(gap.incident, gap.runbook, gap.what) for gap in made.runbook_gaps] == [
        ("INC-8", "", "there is none for HighErrorRate"),
        ("INC-2", "p.md", "step 2 failed: Roll back - no access"),
    ]


def test_the_numbers_count_the_shift_and_recurrence_looks_back() -> None:
    earlier = (summarise(fold(shift.old().log)),)
    made = build(replace(inputs(shift.resolved(), shift.unacked()), earlier=earlier))
    numbers = {one.name: one.value for one in made.numbers}
    assert numbers["incidents"] == "2"
    assert numbers["pages"] == "2"
    assert numbers["pages to Asha"] == "2, 0 at night"
    assert numbers["MTTA"] == "4m (n 1, P50 4m, P90 4m, 100% within target)"
    assert numbers["still unacked"] == "1"
    assert numbers["recurring"] == "100%"
    assert numbers["cause capacity"] == "1 incident"


def test_the_next_shift_its_chain_and_its_gaps() -> None:
    away = Override("payments", "primary", "", END + timedelta(days=1), END + timedelta(days=2))
    roster = replace(POLICY.roster, overrides=(away,))
    policy = Policy(roster, people=POLICY.people, teams=("payments",), chains=POLICY.chains)
    made = build(replace(everything(), policy=policy))
    assert [(one.role, one.person) for one in made.next_shift] == [("primary", "Budi"), ("secondary", "Asha")]
    assert made.next_shift[0].until == END + timedelta(days=1)
    assert made.next_shift[0].contacts == (("phone", "+62 811-555-0102"),)
    assert [(one.role, one.person) for one in made.escalation] == [
        ("level 0 primary, at once", "Budi"),
        ("level 1 secondary, after 5m", "Asha"),
        ("level 2 L1 manager, after 10m", "Dewi"),
    ]
    assert made.roster_gaps == (Gap("payments", "primary", away.start, away.end, "left to nobody"),)


def test_what_changes_hands() -> None:
    made = build(everything())
    assert made.transfer == (
        "reassign 3 incidents to Budi: INC-3, INC-2, INC-4",
        "client updates and the status page go on under Budi: INC-3, INC-2",
    )


def test_a_gap_after_the_shift_is_said() -> None:
    nobody = Policy(Roster(), people=POLICY.people)
    made = build(replace(everything(), policy=nobody, person="asha"))
    assert (made.outgoing, made.incoming) == ("Asha", "")
    assert made.transfer[0] == "reassign 3 incidents to somebody (the roster has nobody): INC-3, INC-2, INC-4"


def test_other_teams_incidents_are_left_out() -> None:
    other = shift.Story("INC-9", []).say(
        NOW, ENGINE, ev.Opened("Theirs", "search", "search", "k", "X", Priority.P1, NOW)
    )
    assert build(inputs(other)).open == ()


def test_a_past_shift_is_shown_as_it_stood() -> None:
    end = START + minutes(620)
    past = build(replace(inputs(shift.resolved()), end=end, as_of=end))
    assert [one.id for one in past.open] == ["INC-6"]
    assert past.resolved == ()
    assert past.open[0].last_events[-1].text == "priority P1"


def test_what_was_resolved_after_the_end_of_the_shift_does_not_vanish() -> None:
    late = shift.worked_on().say(END + minutes(5), BUDI, ev.Resolved("fixed"))
    made = build(replace(inputs(late), generated_at=END + minutes(10)))
    assert [one.id for one in made.resolved] == ["INC-2"]


def test_an_empty_shift_has_empty_sections() -> None:
    made = build(inputs())
    assert (made.do_first, made.open, made.resolved, made.transfer) == ((), (), (), ())


def test_the_same_logs_give_the_same_document_in_any_order() -> None:
    given = everything()
    assert build(given) == build(replace(given, logs=tuple(reversed(given.logs))))


@pytest.mark.parametrize(
    ("since", "until", "span"),
    [
        (START, END, (START, END)),
        (None, None, (NOW - timedelta(days=7), NOW)),
        (START - timedelta(days=300), None, (NOW - timedelta(days=7), NOW)),
        (START, NOW + minutes(1), (START, NOW + minutes(1))),
    ],
)
def test_the_span_of_a_duty(
    since: datetime | None, until: datetime | None, span: tuple[datetime, datetime]
) -> None:
    assert span_of(Duty("payments", "primary", "asha", since, until, None), NOW) == span
