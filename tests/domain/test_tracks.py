"""Parallel work: what may be done to a track, what it comes to, and that each check is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.attention import Listener, of_row
from console.domain.commands import Absorb, Command, Reopen, Resolve, SetTrack, Undo
from console.domain.decide import Accepted, AskFirst, NoChange, Rejected
from console.domain.due import next_due
from console.domain.handover_incidents import open_block, urgent
from console.domain.hints.digest import digest
from console.domain.hints.incidents import incident_wishes
from console.domain.incident import State
from console.domain.notify.channels import Channel
from console.domain.notify.moot import moot
from console.domain.notify.plan import plan
from console.domain.people import Person
from console.domain.roster import Absence
from console.domain.standing import Viewer, standing
from console.domain.tracks import Track, checks, open_tracks, packed
from console.domain.vocabulary import TrackState
from tests.domain.world import ASHA, BUDI, P1, P3, POLICY, World, acked, at, minutes, opened, policy

VENDOR = SetTrack("vendor", TrackState.WAITING, "maps vendor, ticket 123", "asha", check_at=at("10:30"))
ON_DUTY = Viewer("asha", frozenset({"payments"}), frozenset({"payments"}))


def tracked(*commands: Command, priority: Any = P3) -> World:
    world = acked(priority)
    for n, command in enumerate(commands or (VENDOR,)):
        world.do(f"10:05:{n:02}", command)
    return world


def track(world: World, name: str = "vendor") -> Track:
    return next(one for one in world.incident().tracks if one.name == name)


def test_what_is_not_said_stays_as_it_is() -> None:
    world = tracked()
    world.do("10:10", SetTrack("VENDOR", note="they look into it"))
    found = track(world)
    assert (found.what, found.owner, found.state) == ("maps vendor, ticket 123", "asha", TrackState.WAITING)
    assert (found.note, found.check_at, found.at, found.by) == (
        "they look into it", at("10:30"), at("10:10"), "asha",
    )  # fmt: skip
    assert len(world.incident().tracks) == 1


def test_done_takes_the_check_off_and_opening_it_again_needs_a_new_one() -> None:
    world = tracked(VENDOR, SetTrack("vendor", TrackState.DONE, note="fixed on their side"))
    assert (track(world).state, track(world).check_at) == (TrackState.DONE, None)
    assert open_tracks(world.incident().tracks) == ()
    world.do("10:06", SetTrack("vendor", TrackState.DOING))
    assert track(world).check_at is None


def test_a_check_can_be_taken_off() -> None:
    assert track(tracked(VENDOR, SetTrack("vendor", no_check=True))).check_at is None


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (SetTrack(""), "give the track a name"),
        (SetTrack(" \n "), "give the track a name"),
        (SetTrack("v" * 41), "longer than 40 characters"),
        (SetTrack("support", what="w" * 301), "longer than 300 characters: write a note on INC-1"),
        (SetTrack("support", note="w" * 301), "longer than 300 characters"),
        (SetTrack("support", owner="eve"), 'nobody is called "eve"; known: asha'),
        (SetTrack("support", check_at=at("10:20")), "that time has passed"),
        (SetTrack("vendor", check_at=at("10:19")), "that time has passed"),
        (SetTrack("support", TrackState.DONE), "INC-1 has no track support"),
    ],
)
def test_what_a_track_cannot_be(command: SetTrack, says: str) -> None:
    decision = tracked().decide("10:20", command)
    assert isinstance(decision, Rejected)
    assert says in decision.text


def test_the_same_again_is_no_change_and_a_new_remark_is_one() -> None:
    world = tracked()
    assert isinstance(world.decide("10:06", VENDOR), NoChange)
    assert isinstance(world.decide("10:06", SetTrack("vendor")), NoChange)
    assert isinstance(world.decide("10:06", SetTrack("vendor", note="called")), Accepted)


def test_there_is_an_end_to_open_tracks_and_a_done_one_makes_room() -> None:
    world = tracked(*(SetTrack(f"t{n}") for n in range(20)))
    assert isinstance(world.decide("10:06", SetTrack("one more")), Rejected)
    world.do("10:06", SetTrack("t3", TrackState.DONE))
    world.do("10:07", SetTrack("one more"))
    assert isinstance(world.decide("10:08", SetTrack("t3", TrackState.DOING)), Rejected)


def test_resolving_asks_first_while_tracks_are_open() -> None:
    world = tracked(VENDOR, SetTrack("support"), SetTrack("fix"), SetTrack("fix", TrackState.DONE))
    decision = world.decide("10:10", Resolve(despite_firing=True))
    assert decision == AskFirst("2 tracks are open: vendor, support — resolve anyway?", "despite_tracks")
    world.do("10:10", Resolve(despite_firing=True, despite_tracks=True))
    assert world.row().track_at is None
    assert next_due(world.incident(), POLICY) is None


def test_after_the_end_a_track_can_only_be_ended() -> None:
    world = tracked()
    world.do("10:10", Resolve(despite_firing=True, despite_tracks=True))
    refused = world.decide("10:11", SetTrack("vendor", note="and?"))
    assert refused == Rejected("INC-1 is over: its tracks can only be ended; reopen it to go on")
    world.do("10:11", SetTrack("vendor", TrackState.DONE))
    assert open_tracks(world.incident().tracks) == ()


def test_reopened_its_open_tracks_go_on() -> None:
    world = tracked()
    world.do("10:10", Resolve(despite_firing=True, despite_tracks=True))
    world.do("10:50", Reopen())
    world.advance("10:50")
    assert world.count(ev.TrackDue) == 1


def test_an_open_track_keeps_it_from_resolving_by_itself() -> None:
    world = tracked(SetTrack("support"))
    world.clear("10:10", "a")
    world.advance("10:30")
    assert world.incident().state is State.ACKNOWLEDGED
    world.do("10:31", SetTrack("support", TrackState.DONE))
    world.advance("10:31")
    assert world.incident().state is State.RESOLVED


def test_a_merge_takes_open_tracks_along_and_gives_a_taken_name_a_number() -> None:
    world = tracked()
    theirs = (
        Track("vendor", TrackState.WAITING, at("10:00"), "budi", check_at=at("10:45")),
        Track("gone", TrackState.DONE, at("10:00"), "budi"),
    )
    world.do("10:10", Absorb("INC-2", at("10:00"), tracks=theirs), BUDI)
    assert [(one.name, one.check_at) for one in world.incident().tracks] == [
        ("vendor", at("10:30")),
        ("vendor-2", at("10:45")),
    ]


def test_undo_takes_it_back_and_another_check_was_not_told() -> None:
    world = tracked()
    world.do("10:10", SetTrack("vendor", check_at=at("10:10:05")), op="moved")
    world.advance("10:10:05")
    world.do("10:10:06", Undo("moved"))
    assert (track(world).check_at, track(world).told_at) == (at("10:30"), None)
    world.advance("10:30")
    assert [body.check_at for body in world.bodies() if isinstance(body, ev.TrackDue)] == [
        at("10:10:05"),
        at("10:30"),
    ]


# rows, and what is wanted of whom


def test_a_row_has_every_check_soonest_first() -> None:
    later = SetTrack("support", what="line\tends\nhere", check_at=at("10:20"))
    row = tracked(VENDOR, later, SetTrack("fix")).row()
    assert row.track_at == at("10:20")
    assert [(one.words, one.owner, one.at) for one in checks(row.track)] == [
        ("check support (line ends ⏎ here)", "", at("10:20")),
        ("chase vendor (maps vendor, ticket 123)", "asha", at("10:30")),
    ]


texts = st.text(st.characters(codec="utf-8"), max_size=400)


@settings(max_examples=50, deadline=None)
@given(texts, texts, st.datetimes(at("00:00", day=1).replace(tzinfo=None), timezones=st.just(UTC)))
def test_whatever_is_written_a_row_reads_back_what_was_packed(name: str, what: str, when: Any) -> None:
    world = tracked(SetTrack("fix"))
    decision = world.decide("10:06", SetTrack(name, what=what, check_at=when))
    if isinstance(decision, Accepted):
        world.write(decision)
        (check,) = checks(world.row().track)
        body = decision.bodies[0]
        assert isinstance(body, ev.TrackSet)
        assert (check.at, check.owner, check.name) == (when, "", body.track)


def wishes(world: World, who: Viewer, when: str) -> list[tuple[str, str, str]]:
    summed = digest([standing(world.row(), POLICY)], who)
    hints = incident_wishes(summed, POLICY, at(when))
    return [(one.text, one.action, one.incident) for one in hints if one.action == "incident.track"]


def test_next_says_what_is_due_from_its_time_on_to_whose_it_is() -> None:
    world, budi = tracked(), Viewer("budi", frozenset({"payments"}), frozenset({"payments"}))
    assert wishes(world, ON_DUTY, "10:29:59") == []
    words = "chase vendor (maps vendor, ticket 123) on INC-1, due"
    assert wishes(world, ON_DUTY, "10:30") == [(f"{words} now", "incident.track", "INC-1")]
    assert wishes(world, ON_DUTY, "10:42") == [(f"{words} for 12m", "incident.track", "INC-1")]
    assert wishes(world, budi, "10:42") == []


def test_without_an_owner_of_its_own_it_is_the_incidents_else_the_duty() -> None:
    mine = tracked(SetTrack("support", check_at=at("10:30")))
    assert wishes(mine, ON_DUTY, "10:30")
    assert not wishes(mine, Viewer("budi", frozenset({"payments"}), frozenset()), "10:30")
    nobodys = opened(priority=P3)
    nobodys.do("10:01", SetTrack("support", check_at=at("10:30")))
    assert wishes(nobodys, ON_DUTY, "10:30")
    assert not wishes(nobodys, Viewer("budi", frozenset({"search"}), frozenset()), "10:30")


def test_it_rings_once_for_whose_it_is() -> None:
    row = tracked().row()
    ring, *_ = of_row(row, Listener("asha", frozenset()), POLICY)
    assert (ring.at, ring.key) == (at("10:30"), f"INC-1/track/vendor/{at('10:30').isoformat()}")
    assert ring.text == "chase vendor (maps vendor, ticket 123): P3 payments is unwell (INC-1)"
    assert of_row(row, Listener("budi", frozenset({"payments"})), POLICY) == ()


# the reminder


CHAT = Channel("chat", "fake", contact="chat")
TOLD = policy(
    channels=(CHAT,), people={n: Person(n, n.title(), (("chat", f"@{n}"),)) for n in ("asha", "budi")}
)


def due_event(world: World) -> ev.Event:
    return next(event for event in world.logs["INC-1"] if isinstance(event.body, ev.TrackDue))


@pytest.mark.parametrize(
    ("owner", "is_acked", "person"),
    [("budi", True, "budi"), ("", True, "asha"), ("", False, "asha")],
    ids=["the track's owner", "else the incident's", "else the primary"],
)
def test_whom_a_reminder_goes_to(owner: str, is_acked: bool, person: str) -> None:  # noqa: FBT001 - a case
    world = acked(P3) if is_acked else opened(priority=P3)
    world.do("10:02", SetTrack("vendor", TrackState.WAITING, "ticket 12", owner, check_at=at("10:30")))
    world.advance("10:30")
    (told,) = plan(due_event(world), world.incident(), TOLD, at("10:30"))
    assert told.person == person
    assert told.text == "It is time to chase vendor (ticket 12): its check of 17:30 is due."
    assert plan(due_event(world), world.incident(), TOLD, at("10:31"))[0].id == told.id


@pytest.mark.parametrize(
    "ends", [SetTrack("vendor", TrackState.DONE), SetTrack("vendor", check_at=at("11:00"))]
)
def test_a_reminder_that_waits_is_of_no_use_once_somebody_has_looked(ends: SetTrack) -> None:
    world = tracked()
    world.advance("10:30")
    (told,) = plan(due_event(world), world.incident(), TOLD, at("10:30"))
    assert moot(told, world.incident(), TOLD) == ""
    world.do("10:31", ends)
    assert moot(told, world.incident(), TOLD) == "looked after before it was sent"
    assert plan(due_event(world), world.incident(), TOLD, at("10:32")) == ()


names = st.sampled_from(["vendor", "support"])
soon = st.integers(1, 40).map(minutes)
acts = st.one_of(
    st.tuples(st.just("set"), names, st.sampled_from([None, *TrackState]), st.one_of(st.none(), soon)),
    st.tuples(st.just("undo"), names, st.none(), st.none()),
    st.tuples(st.just("pass"), names, st.none(), soon),
    st.tuples(st.just("end"), names, st.none(), st.none()),
)


@given(st.lists(acts, max_size=25))
@settings(max_examples=80, deadline=None)
def test_each_check_is_told_once_and_none_of_what_is_done(story: list[tuple[str, str, Any, Any]]) -> None:
    """However time is let pass (often, late, twice), and whatever is taken back meanwhile."""
    world = acked(P1)
    now = at("10:05")
    for what, name, state, span in story:
        if what == "set":
            command: Command = SetTrack(name, state, check_at=now + span if span else None)
        elif what == "end":
            ended = world.incident().state is State.RESOLVED
            command = Reopen() if ended else Resolve(despite_firing=True, despite_tracks=True)
        else:
            command = Undo()
        now += span if what == "pass" else timedelta(seconds=1)
        if what == "pass":
            world.advance(now)
            for one in open_tracks(world.incident().tracks) if world.incident().is_open else ():
                assert one.check_at is None or one.check_at > now or one.told_at is not None
        else:
            decision = world.decide(now, command, ASHA)
            if isinstance(decision, Accepted):
                world.write(decision, ASHA)
        before = len(world.logs["INC-1"])
        world.advance(now)
        world.advance(now)  # another engine, or the same after a crash
        told = [event.body for event in world.logs["INC-1"][before:] if isinstance(event.body, ev.TrackDue)]
        known = {one.name: one for one in world.incident().tracks}
        assert all(known[body.track].is_open and body.check_at <= now for body in told)
    alive = [event for event in world.logs["INC-1"] if isinstance(event.body, ev.TrackDue)]
    sets = [event.body for event in world.logs["INC-1"] if isinstance(event.body, ev.TrackSet)]
    assert len(alive) == len({(event.body.track, event.body.check_at) for event in alive})  # type: ignore[union-attr]
    assert {(e.body.track, e.body.check_at) for e in alive} <= {(b.track, b.check_at) for b in sets}  # type: ignore[union-attr]


# the handover


def test_the_handover_lists_tracks_and_puts_near_checks_first() -> None:
    far = SetTrack("support", owner="budi", check_at=at("09:00", day=2))
    world = tracked(VENDOR, far, SetTrack("fix"))
    incident = world.incident()
    block = open_block(incident, tuple(world.logs["INC-1"]), POLICY, at("10:06"), UTC)
    assert [(one.track, one.owner, one.check_at) for one in block.tracks] == [
        ("vendor", "Asha", at("10:30")),
        ("support", "Budi", at("09:00", day=2)),
        ("fix", "", None),
    ]
    first = [(one.what, one.due_at) for one in urgent(incident, POLICY, at("10:06"))]
    assert first == [("chase vendor (maps vendor, ticket 123) (Asha)", at("10:30"))]


def test_packing_nothing_is_nothing() -> None:
    assert packed(()) == ""
    assert checks("") == ()


# what was found by trying to lose one


def test_a_name_that_got_a_number_is_short_enough_to_be_ended() -> None:
    world = tracked(SetTrack("v" * 40))
    theirs = (Track("v" * 40, TrackState.WAITING, at("10:00"), "budi"),)
    world.do("10:10", Absorb("INC-2", at("10:00"), tracks=theirs), BUDI)
    name = world.incident().tracks[-1].name
    assert name == "v" * 38 + "-2"
    world.do("10:11", SetTrack(name, TrackState.DONE))
    assert [one.name for one in open_tracks(world.incident().tracks)] == ["v" * 40]


def test_a_remark_stays_with_who_made_it() -> None:
    world = tracked(SetTrack("vendor", note="they look into it"))
    world.do("10:20", SetTrack("vendor", check_at=at("11:00")), BUDI)
    found = track(world)
    assert (found.by, found.noted_by, found.noted_at) == ("budi", "asha", at("10:05"))
    world.do("10:21", SetTrack("vendor", note="fixed"), BUDI)
    assert (track(world).noted_by, track(world).noted_at) == ("budi", at("10:21"))


def test_what_somebody_has_built_on_is_not_taken_back_but_another_track_is_no_such_thing() -> None:
    world = tracked()
    world.do("10:10", SetTrack("vendor", note="called"), op="a")
    world.do("10:10:01", SetTrack("support"), BUDI)
    assert isinstance(world.decide("10:10:02", Undo("a")), Accepted)
    world.do("10:10:03", SetTrack("Vendor", TrackState.DOING), BUDI)
    refused = world.decide("10:10:04", Undo("a"))
    assert refused == Rejected("too late to undo: Budi has changed it since")


def test_a_check_that_nobody_has_made_is_told_however_late_the_engine_is() -> None:
    world = tracked()
    world.advance("10:30")
    assert len(plan(due_event(world), world.incident(), TOLD, at("14:00"))) == 1
    world.do("14:01", SetTrack("vendor", check_at=at("15:00")))
    assert plan(due_event(world), world.incident(), TOLD, at("14:02")) == ()


@pytest.mark.parametrize("why", ["left", "on leave"])
def test_an_owner_who_cannot_hear_is_passed_over(why: str) -> None:
    world = acked(P3)
    world.do("10:02", SetTrack("vendor", owner="budi", check_at=at("10:30")))
    world.advance("10:30")
    if why == "left":
        rules = replace(TOLD, people={"asha": TOLD.people["asha"]})
    else:
        away = Absence("budi", at("00:00"), at("00:00", day=1))
        rules = replace(TOLD, roster=replace(TOLD.roster, absences=(away,)))
    assert [one.person for one in plan(due_event(world), world.incident(), rules, at("10:30"))] == ["asha"]
