"""Reading what a handover is made of from a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain import events as ev
from console.domain.change import Change, ChangeKind
from console.domain.fold import fold
from console.domain.handover import build
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.summary import summarise
from console.domain.vocabulary import ActionKind, ActionState, ComponentState, ReviewState, Stage
from console.errors import StoreError, UsageError
from console.outputs.gather import Asked, gather
from console.outputs.handover import to_json, to_markdown
from console.ports.store import JournalEntry, Write
from tests.fakes.store import FakeClock, MemoryStore
from tests.outputs import shift
from tests.outputs.shift import END, NOW, POLICY, START, Story


def store_with(*stories: Story) -> MemoryStore:
    store = MemoryStore(FakeClock(NOW))
    for story in stories:
        store.append([Write(story.id, 0, story.log, summarise(fold(story.log)))])
    return store


@pytest.fixture
def store() -> MemoryStore:
    made = store_with(shift.unacked(), shift.worked_on(), shift.resolved(), shift.old())
    made.journal(JournalEntry(START, "source_back", "logs", "logs was blind"))
    made.journal(JournalEntry(START - timedelta(days=1), "source_back", "logs", "last week"))
    made.acquire(replace(shift.engine(), sources=shift.sources()), 60)
    return made


def test_my_own_shift_is_taken_with_all_that_was_open_in_it(store: MemoryStore) -> None:
    found = gather(store, POLICY, "asha", Asked())
    assert (found.team, found.role, found.person) == ("payments", "primary", "asha")
    assert (found.start, found.end, found.generated_at, found.as_of) == (START, END, NOW, NOW)
    assert sorted(log[0].incident for log in found.logs) == ["INC-1", "INC-2", "INC-6"]
    assert [row.id for row in found.earlier] == ["INC-7"]
    assert [entry.text for entry in found.journal] == ["logs was blind"]
    assert [source.name for source in found.sources] == ["prod", "logs"]
    assert found.position == store.open_rows().position > 0


def test_action_items_of_a_review_that_was_closed_last_week_are_told_of() -> None:
    end = START - timedelta(days=1)
    item = ev.ActionSet("A1", "limit the pool", ActionKind.PREVENT, ActionState.OPEN, "asha", end)
    reviewed = shift.old().say(
        START - timedelta(days=6), shift.ASHA, ev.ReviewMoved(ReviewState.DRAFT, "asha"), item,
        ev.ReviewMoved(ReviewState.CLOSED),
    )  # fmt: skip
    found = gather(store_with(shift.unacked(), reviewed), POLICY, "asha", Asked())
    (told,) = build(found).reviews
    assert (told.incident, told.what, told.owner) == ("INC-7", "A1, prevent: limit the pool", "Asha")
    assert told.due.endswith("overdue")


def test_what_was_over_before_the_shift_and_clients_were_not_told_of_is_done_first() -> None:
    ended = START - timedelta(days=3)
    goes_on = ev.UpdatePosted(
        "Some payments fail.",
        stage=Stage.IDENTIFIED,
        failing=ComponentState.PARTIAL,
        components=("payments",),
    )
    story = shift.opened(8, ended - timedelta(hours=1), "Payments fail")
    story.say(ended, shift.BUDI, ev.Acked(), goes_on, ev.Resolved("rolled back"))
    store = store_with(shift.unacked(), story)
    made = build(gather(store, POLICY, "asha", Asked()))
    (line,) = [one for one in made.do_first if one.incident == "INC-8"]
    assert (line.what, line.overdue) == ("clients are to be told that it is over", True)
    assert "INC-8" not in {one.id for one in made.open} | {one.id for one in made.resolved}
    past = Asked(team="payments", start=START, end=START + timedelta(minutes=620))
    earlier = build(gather(store, POLICY, "asha", past))
    assert "INC-8" not in [one.incident for one in earlier.do_first], "what is past stays as it was"


def test_the_secondary_hands_over_their_own_role_and_others_the_first(store: MemoryStore) -> None:
    assert gather(store, POLICY, "budi", Asked()).role == "secondary"
    other = gather(store, POLICY, "dewi", Asked())
    assert (other.role, other.person) == ("primary", "asha")


def test_a_past_span_is_shown_as_it_stood_at_its_end(store: MemoryStore) -> None:
    end = START + timedelta(minutes=620)
    found = gather(store, POLICY, "asha", Asked(team="payments", start=START, end=end))
    assert found.as_of == end
    assert [one.id for one in build(found).open] == ["INC-6"]
    before = gather(store, POLICY, "asha", Asked(start=START - timedelta(days=7), end=START))
    assert build(before).resolved[0].id == "INC-7"
    assert before.person == ""


def test_two_readings_give_the_same_bytes(store: MemoryStore) -> None:
    for write in (to_markdown, to_json):
        first, second = (write(build(gather(store.another(), POLICY, "asha", Asked()))) for _ in range(2))
        assert first == second


def test_what_was_reported_at_this_very_instant_is_included() -> None:
    found = gather(store_with(shift.opened(9, NOW, "now")), POLICY, "asha", Asked())
    assert [one.id for one in build(found).open] == ["INC-9"]


@pytest.mark.parametrize(
    ("policy", "asked", "words"),
    [
        (Policy(Roster()), Asked(), "no shift to hand over"),
        (POLICY, Asked(team="search"), 'no rotation of a team "search"'),
        (POLICY, Asked(start=END, end=START), "would end before it starts"),
    ],
)
def test_what_cannot_be_handed_over_is_said(policy: Policy, asked: Asked, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        gather(store_with(), policy, "asha", asked)


def test_without_an_engine_nothing_is_believed() -> None:
    made = build(gather(store_with(), POLICY, "asha", Asked()))
    assert not made.engine_running
    assert made.sources_known == 0


def test_changes_stand_with_the_incident_they_may_have_to_do_with(store: MemoryStore) -> None:
    plain = build(gather(store, POLICY, "asha", Asked()))
    assert plain.changes == ()
    assert "Changes, maintenance, rollouts:\n\nnone\n" in to_markdown(plain)
    begun = next(one for one in plain.open if one.id == "INC-1").reported_at
    deploy = Change("ci:1", begun - timedelta(minutes=3), "payments", "v42 <b>", ChangeKind.DEPLOY, "asha")
    other = Change("ci:2", begun, "mailer", "v1", ChangeKind.DEPLOY)
    many = [Change(f"ci:1{n:02}", NOW - timedelta(hours=9, minutes=n), "", f"x {n}") for n in range(12)]
    store.add_changes([deploy, other, *many])
    made = build(gather(store, POLICY, "asha", Asked()))
    assert next(one for one in made.open if one.id == "INC-1").changes == (
        "started 3 min after deploy v42 <b> of payments (Asha)",
    )
    assert [one.text for one in made.changes[-2:]] == ["deploy v42 <b> of payments", "deploy v1 of mailer"]
    assert (len(made.changes), made.changes_left_out) == (10, 4)
    written = to_markdown(made)
    assert "- changes around it: started 3 min after deploy v42 &lt;b&gt; of payments (Asha)" in written
    assert "- 4 earlier ones within a day" in written


def test_a_store_without_changes_still_has_a_handover(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> tuple[Change, ...]:
        raise StoreError("no such table: changes")

    monkeypatch.setattr(store, "changes", none)
    assert build(gather(store, POLICY, "asha", Asked())).open
