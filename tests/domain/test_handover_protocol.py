"""Handing a shift over."""

from __future__ import annotations

import pytest

from console.domain.commands import Assign
from console.domain.handover_protocol import (
    Handover,
    HandoverState,
    Nag,
    NotPossible,
    accept,
    give_back,
    nag,
    offer,
)
from tests.domain.world import ASHA, BUDI, World, alert, at

DRAFT = Handover("payments", "asha", "budi", at("09:00"))
OPEN = (("INC-1", "asha"), ("INC-2", "dewi"), ("INC-3", ""))


def test_only_what_the_outgoing_person_has_is_handed_over() -> None:
    taken, moves = accept(offer(DRAFT, OPEN, at("08:45")), "budi", at("08:50"))
    assert moves == (("INC-1", Assign("budi")),)
    assert (taken.state, taken.settled_at) == (HandoverState.ACCEPTED, at("08:50"))


def test_accepting_moves_the_owner_and_no_clock() -> None:
    world = World()
    world.open("08:00", alert())
    world.ack("08:01")
    _, moves = accept(offer(DRAFT, (("INC-1", "asha"),), at("08:45")), "budi", at("08:50"))
    for name, command in moves:
        world.do("08:50", command, BUDI, name=name)
    assert (world.row().owner, world.row().acked_by) == ("budi", ASHA.name)


def test_only_the_incoming_person_answers_an_offer() -> None:
    with pytest.raises(NotPossible, match="not on offer"):
        accept(DRAFT, "budi", at("08:50"))
    with pytest.raises(NotPossible, match="offered to budi"):
        accept(offer(DRAFT, OPEN, at("08:45")), "dewi", at("08:50"))


def test_a_returned_one_says_why_and_can_be_offered_again() -> None:
    offered = offer(DRAFT, OPEN, at("08:45"))
    with pytest.raises(NotPossible, match="say what is missing"):
        give_back(offered, "budi", "  ", at("08:50"))
    returned = give_back(offered, "budi", "INC-1 has no next step", at("08:50"))
    assert (returned.state, returned.reason) == (HandoverState.RETURNED, "INC-1 has no next step")
    again = offer(returned, OPEN, at("08:55"))
    assert (again.state, again.reason) == (HandoverState.OFFERED, "")


def test_with_nobody_next_it_cannot_be_offered() -> None:
    with pytest.raises(NotPossible, match="nobody for the next shift"):
        offer(Handover("payments", "asha", "", at("09:00")), OPEN, at("08:45"))


def test_what_is_done_is_not_offered_again() -> None:
    taken, _ = accept(offer(DRAFT, OPEN, at("08:45")), "budi", at("08:50"))
    with pytest.raises(NotPossible, match="already"):
        offer(taken, OPEN, at("08:55"))
    assert nag(taken, at("10:00")) is Nag.NONE


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
    assert nag(DRAFT, at(when)) is draft
    assert nag(offer(DRAFT, OPEN, at("07:50")), at(when)) is offered
