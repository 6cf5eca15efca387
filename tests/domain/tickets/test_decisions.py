"""Tickets: asked for once, linked when the answer is there, told when the incident goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import events as ev
from console.domain.commands import (
    Absorb,
    Assign,
    Command,
    DropTicket,
    LinkTicket,
    MergeInto,
    Note,
    OpenTicket,
    Reopen,
    Resolve,
    SettleEffect,
    Split,
    StandAlone,
    Undo,
)
from console.domain.decide import Accepted, NoChange, Rejected
from console.domain.people import Person
from console.domain.priority import Priority
from console.domain.tickets.place import Place, Route, place_of
from console.domain.tickets.standing import stands
from console.domain.vocabulary import EffectKind, EffectState
from tests.domain.world import ASHA, P3, PROD, World, alert, policy

JIRA = Place(
    "jira",
    "jira",
    "OPS",
    "https://acme.example/jira",
    priorities=((Priority.P1, "Highest"),),
    routes=(Route(frozenset({"payments"}), project="PAY", component="Cards", assignee="rina@acme.example"),),
    mirror_notes=True,
    transition="Done",
)
HUB = Place("hub", "github", "acme/shop", "https://github.example", follows_owner=False)
RULES = policy(tickets=(JIRA, HUB))
KEY = "PAY-17"


def opened() -> World:
    world = World(RULES)
    world.open("10:00", alert("a", P3))
    return world


def linked() -> World:
    world = opened()
    world.do("10:01", OpenTicket(actual="cards are declined"), op="k1")
    answer = ev.TicketLinked("jira", KEY, f"https://acme.example/jira/browse/{KEY}", "Cards")
    effect = f"INC-1:k1:jira:{EffectKind.TICKET_OPEN}"
    done = SettleEffect(effect, "jira", EffectKind.TICKET_OPEN, EffectState.DONE, "made", KEY, ticket=answer)
    world.do("10:01:05", done, PROD)
    return world


def asked(world: World, time: str, command: Command) -> list[tuple[EffectKind, str, str]]:
    decision = world.do(time, command)
    return [(one.kind, one.handle, one.text) for one in decision.effects if one.source == "jira"]


def test_a_ticket_is_asked_for_once_and_linked_when_it_is_there() -> None:
    world = opened()
    decision = world.do("10:01", OpenTicket(actual="cards are declined"), op="k1")
    assert [(one.source, one.kind) for one in decision.effects] == [("jira", EffectKind.TICKET_OPEN)]
    assert isinstance(world.decide("10:02", OpenTicket()), NoChange)
    there = linked()
    (ticket,) = there.incident().tickets
    assert (ticket.outlet, ticket.key, there.incident().effects[-1].handle) == ("jira", KEY, KEY)
    again = there.decide("10:03", OpenTicket())
    assert isinstance(again, NoChange)
    assert KEY in again.text
    assert isinstance(there.decide("10:03", OpenTicket("hub")), Accepted)


def test_without_a_place_it_is_refused_with_what_to_do() -> None:
    world = World(policy())
    world.open("10:00", alert("a", P3))
    refused = world.decide("10:01", OpenTicket())
    assert isinstance(refused, Rejected)
    assert "[[tickets]]" in refused.text
    named = opened().decide("10:01", OpenTicket("nowhere"))
    assert isinstance(named, Rejected)
    assert "jira, hub" in named.text


@pytest.mark.parametrize(
    ("text", "place", "key"),
    [
        ("ops-17", "jira", "OPS-17"),
        ("https://acme.example/jira/browse/OPS-17", "jira", "OPS-17"),
        ("https://acme.example/jira/browse/OPS-17?focusedId=1#c", "jira", "OPS-17"),
        ("https://github.example/acme/shop/issues/41", "hub", "acme/shop#41"),
        ("acme/web#7", "hub", "acme/web#7"),
        ("#41", "hub", "acme/shop#41"),
    ],
)
def test_a_ticket_is_named_by_its_key_or_its_address(text: str, place: str, key: str) -> None:
    found = place_of(text, RULES.tickets)
    assert found is not None
    assert (found[0].name, found[1]) == (place, key)


@pytest.mark.parametrize(
    "text",
    ["https://evil.example/browse/OPS-17", "OPS", "../x#1", "http://[", "", "a b#1", "OPS-0", "OPS-17/../x"],
)
def test_what_names_no_ticket_of_ours_is_refused(text: str) -> None:
    assert place_of(text, RULES.tickets) is None
    assert isinstance(opened().decide("10:01", LinkTicket(text)), Rejected)


def test_a_link_is_looked_up_first_and_can_be_taken_off() -> None:
    world = opened()
    assert asked(world, "10:01", LinkTicket("ops-17")) == [(EffectKind.TICKET_LINK, "OPS-17", "")]
    there = linked()
    assert isinstance(there.decide("10:02", LinkTicket(KEY)), NoChange)
    there.do("10:03", DropTicket(KEY.lower()))
    assert there.incident().tickets == ()
    assert isinstance(there.decide("10:04", DropTicket(KEY)), Rejected)


def test_the_end_of_the_incident_is_told_and_moves_the_ticket() -> None:
    world = linked()
    told = asked(world, "10:30", Resolve(note="rolled back", cause="deploy", despite_firing=True))
    assert [(kind, key) for kind, key, _ in told] == [
        (EffectKind.TICKET_COMMENT, KEY),
        (EffectKind.TICKET_MOVE, KEY),
    ]
    assert "Cause: deploy" in told[0][2]
    assert "Resolution: rolled back" in told[0][2]
    assert told[1][2] == "Done"
    ((kind, _, text),) = asked(world, "10:40", Reopen("it is back"))
    assert (kind, text) == (EffectKind.TICKET_COMMENT, "INC-1 is open again: it is back")


def test_a_resolve_taken_back_is_told_too() -> None:
    world = linked()
    world.do("10:30", Resolve(despite_firing=True), op="r1")
    ((kind, _, text),) = asked(world, "10:30:05", Undo("r1"))
    assert kind is EffectKind.TICKET_COMMENT
    assert "taken back" in text


def test_notes_of_people_are_comments_where_that_is_wanted() -> None:
    assert asked(linked(), "10:05", Note("card scheme called")) == [
        (EffectKind.TICKET_COMMENT, KEY, "Asha: card scheme called")
    ]
    assert linked().do("10:05", Note("from the source"), PROD).effects == ()


def test_who_is_given_the_incident_is_given_the_ticket() -> None:
    world = linked()
    world.ack("10:04")
    assert asked(world, "10:05", Assign("budi")) == [(EffectKind.TICKET_ASSIGN, KEY, "budi")]


def test_a_merge_is_told() -> None:
    told = asked(linked(), "10:05", MergeInto("INC-9"))
    assert told == [(EffectKind.TICKET_COMMENT, KEY, "INC-1 is part of INC-9 now")]


def test_asking_cannot_be_taken_back_by_undo() -> None:
    world = opened()
    world.do("10:01", OpenTicket(), ASHA, op="k1")
    refused = world.decide("10:01:05", Undo("k1"), ASHA)
    assert isinstance(refused, Rejected)
    assert "unmade" in refused.text


def made(kind: EffectKind = EffectKind.TICKET_OPEN, key: str = KEY) -> SettleEffect:
    """Return the answer to what was asked for under the op ``k1``."""
    answer = ev.TicketLinked("jira", key, f"https://acme.example/jira/browse/{key}", "Cards")
    effect = f"INC-1:k1:jira:{kind}" + (f":{key}" if kind is EffectKind.TICKET_LINK else "")
    return SettleEffect(effect, "jira", kind, EffectState.DONE, "made", key, ticket=answer)


@pytest.mark.parametrize("kind", [EffectKind.TICKET_OPEN, EffectKind.TICKET_LINK])
def test_what_ended_while_its_ticket_was_being_made_is_told_and_moved(kind: EffectKind) -> None:
    world = opened()
    world.do("10:01", OpenTicket() if kind is EffectKind.TICKET_OPEN else LinkTicket(KEY), op="k1")
    world.do("10:01:02", Resolve(note="rolled back", despite_firing=True))
    told = [
        (one.kind, one.handle, one.text.split("\n")[0])
        for one in world.do("10:01:05", made(kind), PROD).effects
    ]
    assert told == [
        (EffectKind.TICKET_COMMENT, KEY, "INC-1 is resolved."),
        (EffectKind.TICKET_MOVE, KEY, "Done"),
    ]


@pytest.mark.parametrize(
    ("contacts", "assignee", "given"),
    [
        ((("email", "asha@acme.example"),), "", [(EffectKind.TICKET_ASSIGN, "asha")]),
        ((("email", "asha@acme.example"),), "Rina", []),  # as the route says
        ((("github", "asha"),), "", []),  # nobody to Jira
    ],
)
def test_a_ticket_that_is_nobodys_goes_to_who_has_the_incident(
    contacts: tuple[tuple[str, str], ...], assignee: str, given: list[tuple[EffectKind, str]]
) -> None:
    world = World(policy(tickets=(JIRA, HUB), people={"asha": Person("asha", "Asha", contacts)}))
    world.open("10:00", alert("a", P3))
    world.ack("10:00:30")
    world.do("10:01", OpenTicket(), op="k1")
    answer = made()
    assert answer.ticket is not None
    told = world.do("10:01:05", replace(answer, ticket=replace(answer.ticket, assignee=assignee)), PROD)
    assert [(one.kind, one.text) for one in told.effects] == given


def test_a_failure_is_not_shown_any_more_once_the_ticket_is_there() -> None:
    world = opened()
    world.do("10:01", OpenTicket(), op="k1")
    world.do("10:01:05", replace(made(), state=EffectState.FAILED, text="no such project", ticket=None), PROD)
    assert [one.state for one in stands(world.incident())] == [EffectState.FAILED]
    world.do("10:02", OpenTicket(), op="k2")
    world.do("10:02:05", replace(made(), effect=made().effect.replace("k1", "k2")), PROD)
    assert [(one.key, one.state) for one in stands(world.incident())] == [(KEY, EffectState.DONE)]
    other = opened()
    other.do("10:01", OpenTicket(), op="k1")
    other.do("10:01:05", replace(made(), state=EffectState.FAILED, text="no such project", ticket=None), PROD)
    other.do("10:02", LinkTicket(KEY), op="k1")
    other.do("10:02:05", made(EffectKind.TICKET_LINK), PROD)
    assert [(one.key, one.state) for one in stands(other.incident())] == [(KEY, EffectState.DONE)]


def test_a_ticket_that_is_asked_for_afterwards_is_not_closed_at_once() -> None:
    world = opened()
    world.do("10:01", Resolve(despite_firing=True))
    world.do("10:02", OpenTicket(), op="k1")
    assert world.do("10:02:05", made(), PROD).effects == ()


def test_what_was_merged_while_its_ticket_was_being_made_says_so() -> None:
    world = opened()
    world.do("10:01", OpenTicket(), op="k1")
    world.do("10:01:02", MergeInto("INC-9"))
    told = world.do("10:01:05", made(), PROD).effects
    assert [(one.kind, one.text) for one in told] == [
        (EffectKind.TICKET_COMMENT, "INC-1 is part of INC-9 now")
    ]


def test_an_assignment_that_is_taken_back_gives_the_ticket_back_too() -> None:
    world = linked()
    world.ack("10:04")
    world.do("10:05", Assign("budi"), op="a1")
    decision = world.do("10:05:05", Undo("a1"))
    assert [(one.kind, one.text) for one in decision.effects] == [(EffectKind.TICKET_ASSIGN, "asha")]
    assert "stays" not in decision.text


def test_a_link_that_was_taken_off_does_not_come_back_with_a_late_answer() -> None:
    world = linked()
    world.ack("10:04")
    (wish,) = world.do("10:05", Assign("budi")).effects
    world.do("10:05:01", DropTicket(KEY))
    late = ev.TicketLinked("jira", KEY, "https://acme.example", "Cards", "Budi")
    world.do(
        "10:05:03",
        SettleEffect(wish.id, "jira", wish.kind, EffectState.DONE, "given", KEY, ticket=late),
        PROD,
    )
    assert world.incident().tickets == ()


def test_the_ticket_of_a_part_is_told_of_the_end_of_the_whole() -> None:
    world = linked()
    world.open("10:10", alert("b", P3), name="INC-2", key="payments/Other")
    child = world.incident()
    world.do("10:20", Absorb("INC-1", child.reported_at, tickets=child.tickets), name="INC-2")
    assert [one.key for one in world.incident("INC-2").tickets] == [KEY]
    told = world.do("10:30", Resolve(despite_firing=True), name="INC-2").effects
    assert [(one.kind, one.handle) for one in told] == [
        (EffectKind.TICKET_COMMENT, KEY),
        (EffectKind.TICKET_MOVE, KEY),
    ]


def test_what_stands_alone_again_says_so_and_takes_its_ticket_along() -> None:
    world = linked()
    world.open("10:10", alert("b", P3), name="INC-2", key="payments/Other")
    child = world.incident()
    world.do("10:20", MergeInto("INC-2"))
    world.do("10:20", Absorb("INC-1", child.reported_at, tickets=child.tickets), name="INC-2")
    world.do("10:30", Split("INC-1", tickets=child.tickets), name="INC-2")
    assert world.incident("INC-2").tickets == ()
    told = world.do("10:30", StandAlone("INC-2")).effects
    assert [(one.kind, one.text) for one in told] == [
        (EffectKind.TICKET_COMMENT, "INC-1 stands alone again: it is no part of INC-2")
    ]


def test_what_is_split_off_is_named() -> None:
    world = linked()
    world.fire("10:02", alert("b", P3, service="search"))
    told = world.do("10:05", Split(services=("search",), into="INC-4")).effects
    assert [(one.kind, one.text) for one in told] == [
        (EffectKind.TICKET_COMMENT, "INC-4 was split off INC-1: search is looked at there")
    ]


def test_a_secret_that_somebody_noted_stays_here() -> None:
    ((_, _, text),) = asked(linked(), "10:05", Note("login with password=hunter2-x"))
    assert text == "Asha: login with password=***"
