"""Whoever was told that it goes on hears that it is over: until then it is wanted, loudly, and by nobody forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.actors import ENGINE
from console.domain.commands import (
    Ack,
    Close,
    MergeInto,
    PostUpdate,
    Resolve,
    SetPriority,
    SettleEffect,
    WaiveUpdate,
)
from console.domain.comms.draft import Draft
from console.domain.comms.following import TIMELINE
from console.domain.comms.outlets import Outlet
from console.domain.decide import Accepted, AskFirst, NoChange, Rejected
from console.domain.handover_incidents import last_word
from console.domain.hints.digest import digest
from console.domain.hints.here import here
from console.domain.hints.hint import Hint, Tone
from console.domain.hints.incidents import incident_wishes
from console.domain.notify.channels import Channel
from console.domain.notify.notification import Topic
from console.domain.notify.plan import is_told, plan
from console.domain.people import Person
from console.domain.roster import duties
from console.domain.standing import Want, standing, viewer
from console.domain.vocabulary import ComponentState, EffectKind, EffectState, Stage
from tests.domain.world import ASHA, BUDI, P1, POLICY, World, alert, at, minutes, policy

OUTLETS = (Outlet("page", "statuspage"), Outlet("chat", "slack"))
RULES = policy(
    outlets=OUTLETS,
    channels=(Channel("sms", "slack", "slack"),),
    people={name: Person(name, name.title(), (("slack", name),)) for name in POLICY.people},
)
DONE, FAILED = EffectState.DONE, EffectState.FAILED


def told(world: World, when: str, stage: Stage, *outlets: str, state: EffectState = DONE) -> None:
    """Post an update and settle it at its outlets."""
    over = stage is Stage.RESOLVED
    failing = ComponentState.OPERATIONAL if over else ComponentState.PARTIAL
    next_at = None if over else at(when) + minutes(20)
    draft = Draft(
        stage,
        "Some payments fail.",
        doing="We look into it.",
        next_at=next_at,
        failing=failing,
        components=("payments",),
    )
    for one in world.do(when, PostUpdate(outlets=outlets, draft=draft)).effects:
        said = SettleEffect(one.id, one.source, EffectKind.PUBLISH, state, state.value)
        world.do(when, said, ENGINE)


def public(*outlets: str) -> World:
    """Return an incident that Asha has and of which clients were told."""
    world = World(RULES)
    world.open("10:00", alert(), priority=P1)
    world.do("10:01", Ack(), ASHA)
    told(world, "10:02", Stage.IDENTIFIED, *outlets)
    return world


def over(*outlets: str) -> World:
    world = public(*outlets)
    world.do("10:30", Resolve("rolled back", despite_firing=True))
    return world


def wishes(world: World, me: str, when: str) -> list[Hint]:
    who = viewer(me, duties(RULES.roster, at(when)), RULES)
    return list(incident_wishes(digest([standing(world.row(), RULES)], who), RULES, at(when)))


def test_what_is_over_wants_a_last_word_until_it_is_said_everywhere() -> None:
    world = over("page", "chat")
    assert world.row().followed == ("page", "chat")
    assert standing(world.row(), RULES).want is Want.TELL
    told(world, "10:31", Stage.RESOLVED, "page")
    assert world.row().followed == ("chat",), "a channel that heard nothing still waits"
    told(world, "10:32", Stage.RESOLVED, "chat", state=FAILED)
    assert world.row().wants_last_word, "what failed nobody has read"
    told(world, "10:33", Stage.RESOLVED, "chat")
    assert world.row().followed == ()


def test_what_is_open_wants_no_last_word_and_neither_does_what_nobody_was_told_of() -> None:
    assert not public("page").row().wants_last_word
    failed = World(RULES)
    failed.open("10:00", alert(), priority=P1)
    failed.ack("10:01")
    told(failed, "10:02", Stage.INVESTIGATING, "page", state=FAILED)
    failed.do("10:30", Resolve("x", despite_firing=True))
    assert failed.row().followed == ()


def test_one_that_ends_by_itself_and_is_closed_can_still_be_told_of() -> None:
    world = World(RULES)
    world.open("10:00", alert())
    world.do("10:01", SetPriority(P1))
    told(world, "10:02", Stage.INVESTIGATING)
    world.clear("10:10", "a")
    world.ack("10:11")
    world.do("10:13", Close())
    assert world.row().followed == (TIMELINE,)
    told(world, "10:20", Stage.RESOLVED, "page")
    assert world.row().followed == (), "whoever was told without an outlet hears of any that says so"


def test_one_that_was_merged_says_where_it_goes_on_and_takes_only_its_last_word() -> None:
    world = public("page")
    world.do("10:20", MergeInto("INC-9"))
    assert world.row().wants_last_word
    (hint,) = [one for one in wishes(world, "asha", "10:21") if "tell clients" in one.text]
    assert hint.text == "tell clients of INC-1: it goes on in INC-9 (page)"
    assert isinstance(world.decide("10:22", PostUpdate("We know.")), Rejected)
    told(world, "10:23", Stage.RESOLVED, "page")
    assert not world.row().wants_last_word


def test_next_asks_it_of_who_had_it_and_of_who_is_on_duty_and_gets_loud() -> None:
    world = over("page")
    words = "tell clients of INC-1: it is over (page)"
    for me in ("asha", "budi"):
        assert [(one.text, one.tone, one.action) for one in wishes(world, me, "10:31")] == [
            (words, Tone.WARN, "incident.update")
        ]
        assert [one.tone for one in wishes(world, me, "10:36")] == [Tone.ALARM]
        who = viewer(me, duties(RULES.roster, at("10:31")), RULES)
        assert here(standing(world.row(), RULES), None, who, RULES, at("10:31")).text == words
    summed = digest([standing(world.row(), RULES)], viewer("asha", (), RULES))
    assert (summed.open, summed.unacked, summed.dues) == (0, 0, ()), "it is no open incident"


@pytest.mark.parametrize("reason", ["", "they were told by phone"])
def test_that_none_is_needed_is_said_once_and_why(reason: str) -> None:
    world = over("page")
    decision = world.decide("10:40", WaiveUpdate(reason))
    if not reason:
        assert isinstance(decision, Rejected)
        return
    world.do("10:40", WaiveUpdate(reason))
    assert world.row().followed == ()
    assert isinstance(world.decide("10:41", WaiveUpdate(reason)), NoChange)
    told(world, "10:42", Stage.MONITORING, "page")
    assert world.row().followed == ("page",), "what was told since counts again"


def test_while_it_is_open_nobody_can_say_that_none_is_needed() -> None:
    assert isinstance(public("page").decide("10:20", WaiveUpdate("tired of it")), Rejected)


@pytest.mark.parametrize("last", ["resolved", "merged"])
def test_the_end_is_told_to_who_had_it_while_clients_do_not_know(last: str) -> None:
    world = over("page") if last == "resolved" else public("page")
    if last == "merged":
        world.do("10:20", MergeInto("INC-9"))
    event = world.logs["INC-1"][-1]
    assert is_told(event)
    found = [one for one in plan(event, world.incident(), RULES, event.at) if one.topic is Topic.COMMS]
    assert [(one.person, "clients have not been told" in one.text) for one in found] == [("asha", True)]
    told(world, "10:40", Stage.RESOLVED, "page")
    assert not [one for one in plan(event, world.incident(), RULES, event.at) if one.topic is Topic.COMMS]


def test_a_handover_says_it_first() -> None:
    world = over("page")
    (line,) = last_word(world.incident(), at("10:33"))
    assert (line.what, line.due_at, line.overdue) == (
        "clients are to be told that it is over",
        at("10:35"),
        False,
    )
    told(world, "10:40", Stage.RESOLVED, "page")
    assert list(last_word(world.incident(), at("10:41"))) == []


def test_whoever_composed_while_somebody_else_told_clients_is_asked_first() -> None:
    world = public("page")
    late = PostUpdate("We know.", ("page",), seen=0)
    asked = world.decide("10:03", late, BUDI)
    assert isinstance(asked, AskFirst)
    assert asked.question == "Asha told clients 1m ago (identified): post this all the same?"
    assert isinstance(world.decide("10:03", replace(late, despite_newer=True), BUDI), Accepted)
    assert isinstance(world.decide("10:03", replace(late, seen=1), BUDI), Accepted)
