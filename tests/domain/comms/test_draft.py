"""The text that clients read, what it is filled in with, and where it goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.commands import Ack, PostUpdate, Resolve, SetPriority
from console.domain.comms.draft import Draft, headline, render
from console.domain.comms.outlets import Outlet, preset
from console.domain.comms.template import next_promise, prefilled, usual_stage
from console.domain.decide import Accepted
from console.domain.policy import Service
from console.domain.vocabulary import ComponentState, EffectKind, Stage
from tests.domain.world import ASHA, P1, P2, P4, World, alert, at, opening, policy

PAGE = Outlet("page", "statuspage", "adds an update", frozenset({P1, P2}), components=(("payments", "c1"),))
CHAT = Outlet("chat", "slack", "posts to #status", services=frozenset({"search"}))
DESK = Outlet("desk", "intercom", "adds an internal note", source="intercom")
TEAM = policy(
    services={"payments": Service("payments", "payments", public_name="Card payments")},
    outlets=(PAGE, CHAT, DESK),
)


def world(priority: int = 1) -> World:
    made = World(TEAM)
    made.do("10:00", opening(alert(priority=P1)))
    made.do("10:01", Ack())
    made.do("10:02", SetPriority([P1, P2, P2, P4][priority - 1]))
    return made


def test_an_update_as_clients_read_it() -> None:
    draft = Draft(
        Stage.IDENTIFIED,
        "One in ten card payments fails.",
        at("09:58"),
        "Card payments",
        "We are working on a remedy.",
        "Pay by bank transfer.",
        at("10:25"),
    )
    assert render(draft) == (
        "We have found the cause and are working on it.\n\n"
        "What you see: One in ten card payments fails.\n"
        "Since: 09:58 UTC, 6 Jan\n"
        "Affected: Card payments\n"
        "What we do: We are working on a remedy.\n"
        "Meanwhile: Pay by bank transfer.\n"
        "Next update: by 10:25 UTC, 6 Jan"
    )


def test_what_is_empty_is_left_out() -> None:
    assert render(Draft(Stage.RESOLVED, failing=ComponentState.OPERATIONAL)) == "This is over."


def test_the_template_knows_what_clients_call_it_and_never_the_alert() -> None:
    draft = prefilled(world().incident(), Stage.INVESTIGATING, TEAM, at("10:04:30"))
    assert draft.scope == "Card payments"
    assert draft.impact == ""
    assert draft.components == ("payments",)
    assert draft.next_at == at("10:25"), "20 minutes on, up to a full minute"
    assert "Unwell" not in render(draft)
    assert headline(draft.components, draft.failing, TEAM) == "Card payments: partly unavailable"


def test_the_next_promise_follows_the_clock() -> None:
    first = world().incident()
    assert next_promise(first, TEAM, at("11:00")) == at("11:20")
    assert next_promise(first, TEAM, at("12:02")) == at("13:02"), "hourly after two hours"
    assert next_promise(world(4).incident(), TEAM, at("10:10")) == at("11:10"), "no clock: in an hour"


def test_the_next_update_goes_on_from_the_last() -> None:
    made = world()
    draft = replace(
        prefilled(made.incident(), Stage.IDENTIFIED, TEAM, at("10:04")), impact="Some cards fail."
    )
    made.do("10:04", PostUpdate(draft=replace(draft, failing=ComponentState.MAJOR), outlets=("page",)))
    incident = made.incident()
    assert usual_stage(incident) is Stage.IDENTIFIED
    again = prefilled(incident, Stage.MONITORING, TEAM, at("10:10"))
    assert (again.impact, again.failing) == ("Some cards fail.", ComponentState.MAJOR)
    over = prefilled(incident, Stage.RESOLVED, TEAM, at("10:30"))
    assert (over.failing, over.next_at) == (ComponentState.OPERATIONAL, None)
    made.do("10:40", Resolve(note="done", despite_firing=True))
    assert usual_stage(made.incident()) is Stage.RESOLVED


def test_posting_asks_each_outlet_and_keeps_what_was_said() -> None:
    made = world()
    draft = replace(
        prefilled(made.incident(), Stage.INVESTIGATING, TEAM, at("10:04")), impact="Some cards fail."
    )
    decision = made.decide("10:04", PostUpdate(draft=draft, outlets=("page", "page", "desk")), op="tell")
    assert isinstance(decision, Accepted)
    assert [(one.source, one.kind) for one in decision.effects] == [
        ("page", EffectKind.PUBLISH),
        ("desk", EffectKind.PUBLISH),
    ]
    assert all(one.text == render(draft) for one in decision.effects)
    made.do("10:04", PostUpdate(draft=draft, outlets=("page",)))
    ((when, who, what),) = made.incident().updates
    assert (when, who, what.stage, what.impact) == (
        at("10:04"),
        ASHA.name,
        Stage.INVESTIGATING,
        "Some cards fail.",
    )
    assert what.next_at == draft.next_at


def test_which_outlets_an_update_goes_to() -> None:
    assert preset(world().incident(), TEAM) == ("page",)
    assert preset(world(4).incident(), TEAM) == ()
    assert preset(world(4).incident(), TEAM, ("search",)) == ("chat",)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.IDENTIFIED, "adds an update; component payments: degraded"),
        (Stage.RESOLVED, "adds an update; component payments: working"),
    ],
)
def test_an_outlet_says_what_it_will_do(stage: Stage, said: str) -> None:
    assert PAGE.does(Draft(stage, components=("payments",))) == said
    assert (
        PAGE.does(Draft(stage, components=("search",))) == "adds an update; no component of it is known here"
    )
