"""Handing a shift over: who may write, offer, accept and return, and what the log says afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.actors import Actor
from console.domain.decisions.base import NoChange, Rejected
from console.domain.team.commands import (
    AcceptHandover,
    Cover,
    NoteHandover,
    OfferHandover,
    ReturnHandover,
    Writing,
)
from console.domain.team.facts import Fact
from console.domain.team.fold import fold
from console.domain.team.handoverfacts import (
    HandoverAccepted,
    HandoverNoted,
    HandoverOffered,
    HandoverReturned,
    Section,
)
from console.domain.team.handovers import MOST_KEPT, Handing, Nag, Stage, find, nag
from console.domain.team.shifts import HandoverShift, offered_to, owed, shift_at, unsettled
from tests.domain.teams import Team
from tests.domain.world import ASHA, BUDI, DEWI, at

NOW = at("10:00")  # a Tuesday: Asha is primary, Budi secondary until Monday 02:00 UTC
HOUR = timedelta(hours=1)
PLACE = ("payments", "primary")
LISTED = (("INC-1", "asha"), ("INC-2", "dewi"), ("INC-3", ""))


def shift(team: Team, now: datetime = NOW) -> HandoverShift:
    found = shift_at(team.policy.roster, team.state, *PLACE, now)
    assert found is not None
    return found


def offer(team: Team, now: datetime = NOW, to: str | None = None) -> OfferHandover:
    one = shift(team, now)
    assert one.start
    assert one.end
    return OfferHandover(
        one.id,
        one.team,
        one.role,
        one.start,
        one.end,
        one.incoming if to is None else to,
        LISTED,
        "packed",
        "call me",
    )


def handing(team: Team) -> Handing:
    return find(team.state.handovers, shift(team).id)


def accept(team: Team) -> AcceptHandover:
    found = handing(team)
    assert found.offered_at
    return AcceptHandover(found.id, found.offered_at, "thanks")


def refused(team: Team, command: object, actor: Actor) -> str:
    before = team.state
    answer = team.ask(NOW, command, actor)  # type: ignore[arg-type]
    assert isinstance(answer, Rejected), answer
    assert team.state == before
    return answer.text


def test_a_shift_is_named_by_its_beginning_and_goes_to_who_follows() -> None:
    found = shift(Team())
    assert (found.outgoing, found.incoming) == ("asha", "budi")
    assert found.start
    assert found.id == f"payments/primary/{found.start:%Y-%m-%dT%H:%MZ}"


def test_a_short_cover_in_between_leaves_the_draft_where_it_was() -> None:
    team = Team()
    name = shift(team).id
    team.done(NOW, Cover(*PLACE, "dewi", NOW + HOUR, NOW + 2 * HOUR))
    assert shift(team, NOW + 3 * HOUR).id == name
    assert shift(team, NOW + 1.5 * HOUR).outgoing == "dewi"
    assert unsettled(team.policy.roster, team.state, *PLACE, NOW + 1.5 * HOUR) == ()


def test_entries_are_added_changed_and_taken_out() -> None:
    team = Team()
    name = shift(team).id

    def write(*entries: Writing) -> str:
        return team.done(NOW, NoteHandover(name, entries), DEWI)

    assert (
        write(Writing(Section.WATCH, "queue"), Writing(Section.DO_FIRST, "cert"))
        == "2 lines of the handover written"
    )
    write(Writing(Section.WATCH, "queue depth", "E1", "queue"))
    write(Writing(Section.DO_FIRST, "", "E2", "cert"))
    write(Writing(Section.GENERAL, "new"))
    assert [(one.id, one.text, one.by) for one in handing(team).entries] == [
        ("E1", "queue depth", "dewi"),
        ("E3", "new", "dewi"),
    ]


def test_what_two_people_write_over_each_other_stands_side_by_side() -> None:
    team = Team()
    name = shift(team).id
    team.done(NOW, NoteHandover(name, (Writing(Section.WATCH, "queue"),)))
    team.done(NOW, NoteHandover(name, (Writing(Section.WATCH, "queue of Asha", "E1", "queue"),)))
    team.done(NOW, NoteHandover(name, (Writing(Section.WATCH, "queue of Dewi", "E1", "queue"),)), DEWI)
    assert [one.text for one in handing(team).entries] == ["queue of Asha", "queue of Dewi"]
    again = team.ask(
        NOW, NoteHandover(name, (Writing(Section.WATCH, "queue of Asha", "E1", "queue of Asha"),))
    )
    assert again == NoChange("nothing was changed")


def test_it_is_offered_accepted_and_done() -> None:
    team = Team()
    assert (
        team.done(NOW, offer(team))
        == "offered primary of payments to Budi, with 1 incident of yours: yours until it is accepted"
    )
    assert handing(team).stage is Stage.OFFERED
    assert offered_to(team.state, "budi") == handing(team)
    assert team.done(NOW, accept(team), BUDI) == (
        "you have taken over primary of payments and telling clients from Asha"
    )
    found = handing(team)
    assert (found.stage, found.settled_at, found.answer) == (Stage.ACCEPTED, NOW, "thanks")
    assert dict(team.state.comms) == {"payments": "budi"}
    assert offered_to(team.state, "budi") is None
    assert isinstance(team.ask(NOW, accept(team), BUDI), NoChange)
    assert "already" in refused(team, offer(team), ASHA)
    assert "already" in refused(team, NoteHandover(found.id, (Writing(Section.WATCH, "x"),)), ASHA)


def test_only_who_has_the_shift_offers_it_and_only_the_incoming_person_answers() -> None:
    team = Team()
    assert refused(team, offer(team), DEWI) == "it is Asha's shift: only they can offer it"
    name = shift(team).id
    assert "not on offer (it is draft)" in refused(team, AcceptHandover(name, NOW), BUDI)
    team.done(NOW, offer(team))
    assert refused(team, accept(team), DEWI) == "it was offered to Budi: only they can answer"
    assert refused(team, ReturnHandover(name, "no"), DEWI) == "it was offered to Budi: only they can answer"


def test_an_offer_that_was_renewed_has_to_be_read_again() -> None:
    team = Team()
    team.done(NOW, offer(team))
    read = accept(team)
    team.done(NOW + HOUR, offer(team))
    assert "offered anew" in refused(team, read, BUDI)


def test_a_returned_one_says_why_and_can_be_offered_again() -> None:
    team = Team()
    team.done(NOW, offer(team))
    name = shift(team).id
    assert refused(team, ReturnHandover(name, "  "), BUDI).startswith("say what is missing")
    team.done(NOW, ReturnHandover(name, "INC-1 has no next step"), BUDI)
    assert (handing(team).stage, handing(team).answer) == (Stage.RETURNED, "INC-1 has no next step")
    assert isinstance(team.ask(NOW, ReturnHandover(name, "again"), BUDI), NoChange)
    team.done(NOW, offer(team))
    assert (handing(team).stage, handing(team).answer) == (Stage.OFFERED, "")


@pytest.mark.parametrize(
    ("to", "words"),
    [("", "nobody for the next shift"), ("asha", "to yourself"), ("zoe", "no person is called")],
)
def test_somebody_has_to_be_next(to: str, words: str) -> None:
    team = Team()
    assert words in refused(team, offer(team, to=to), ASHA)


def test_somebody_else_than_the_roster_says_may_take_over() -> None:
    team = Team()
    team.done(NOW, offer(team, to="dewi"))
    team.done(NOW, accept(team), DEWI)
    assert handing(team).incoming == "dewi"


def test_a_shift_that_is_over_stays_owed_until_it_is_accepted() -> None:
    team = Team()
    end = shift(team).end
    assert end
    roster = team.policy.roster
    assert [one.id for one, _ in owed(roster, team.state, end - HOUR)] == []
    assert (shift(team).id, Stage.DRAFT) in [
        (one.id, h.stage) for one, h in owed(roster, team.state, end + HOUR)
    ]
    assert shift(team, end + HOUR).outgoing == "budi"
    team.done(end + HOUR, offer(team))
    asked = offered_to(team.state, "budi", *PLACE)
    assert asked is not None
    assert asked.id == shift(team).id
    assert offered_to(team.state, "budi", "payments", "secondary") is None
    team.done(end + HOUR, accept(team), BUDI)
    assert shift(team).id not in [one.id for one, _ in owed(roster, team.state, end + HOUR)]


@pytest.mark.parametrize(
    ("when", "draft", "offered"),
    [
        ("07:59", Nag.NONE, Nag.NONE),
        ("08:00", Nag.REMIND, Nag.NONE),
        ("08:45", Nag.NAG, Nag.NONE),
        ("09:14", Nag.NAG, Nag.NONE),
        ("09:15", Nag.OVERDUE, Nag.OVERDUE),
    ],
)
def test_the_clock_asks_louder_and_louder(when: str, draft: Nag, offered: Nag) -> None:
    assert nag(Stage.DRAFT, at("09:00"), at(when)) is draft
    assert nag(Stage.OFFERED, at("09:00"), at(when)) is offered
    assert nag(Stage.ACCEPTED, at("09:00"), at(when)) is Nag.NONE


BODIES = st.one_of(
    st.builds(HandoverNoted, st.sampled_from("AB"), st.sampled_from(("E1", "E2")), st.just(Section.WATCH), st.sampled_from(("", "x"))),
    st.builds(HandoverOffered, st.sampled_from("AB"), st.just("t"), st.just("r"), st.just("asha"), st.just("budi"), st.just(NOW), st.just(NOW), st.just(LISTED)),
    st.builds(HandoverAccepted, st.sampled_from("AB"), st.just("budi"), st.just(()), st.sampled_from(("", "budi"))),
    st.builds(HandoverReturned, st.sampled_from("AB"), st.just("no")),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(BODIES, max_size=12))
def test_whatever_the_log_says_what_is_accepted_stays_so(bodies: list[HandoverNoted]) -> None:
    log = [Fact(n, NOW, ASHA, body) for n, body in enumerate(bodies, 1)]
    accepted: set[str] = set()
    for n in range(len(log) + 1):
        state = fold(log[:n])
        now = {one.id for one in state.handovers if one.stage is Stage.ACCEPTED}
        assert accepted <= now
        accepted = now
        assert len({one.id for one in state.handovers}) == len(state.handovers)
    assert fold(log[3:], fold(log[:3])) == fold(log)


def test_only_the_latest_are_kept_at_hand() -> None:
    log = [
        Fact(n, NOW, ASHA, HandoverNoted(f"H{n}", "E1", Section.WATCH, "x")) for n in range(1, MOST_KEPT + 9)
    ]
    state = fold(log)
    assert (len(state.handovers), state.handovers[-1].id) == (MOST_KEPT, f"H{MOST_KEPT + 8}")
